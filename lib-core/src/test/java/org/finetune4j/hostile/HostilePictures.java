package org.finetune4j.hostile;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.finetune4j.picture.ImageDecoder;

/** Pictures of every format, WebP by the native reader. */
final class HostilePictures {
  private static final String FILE = "picture";

  private HostilePictures() {}

  /** All formats. */
  static Subject pictures() throws IOException {
    return pictures("pictures", "");
  }

  /** Those that a native library reads, in which a mistake would end the process. */
  static Subject webP() throws IOException {
    return pictures("webp", ".webp");
  }

  private static Subject pictures(String kind, String suffix) throws IOException {
    URL folder = Objects.requireNonNull(HostilePictures.class.getResource("/images"));
    List<Map<String, byte[]>> originals = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(URI.create(folder.toString())))) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(it -> it.toString().endsWith(suffix))
              .sorted()
              .toList()) {
        originals.add(Map.of(FILE, Files.readAllBytes(file)));
      }
    }
    return new Subject(
        kind,
        originals,
        Subject.Change.of(new PictureParts().repeated()),
        read -> ImageDecoder.standard().decode(read.resolve(FILE)));
  }
}
