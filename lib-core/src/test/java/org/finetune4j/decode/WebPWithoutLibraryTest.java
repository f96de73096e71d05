package org.finetune4j.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.ChildProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebP where libwebp cannot be loaded: its library finds no folder to be unpacked into. */
class WebPWithoutLibraryTest {
  @TempDir Path folder;

  /** Prints the pixels of pictures. */
  static final class Program {
    private Program() {}

    public static void main(String[] names) throws IOException {
      System.out.println("warnings " + ImageDecoder.standard().warnings());
      for (String name : names) {
        System.out.println(name + " " + HexFormat.of().formatHex(picture(name).samples()));
      }
    }
  }

  private static Image picture(String name) throws IOException {
    try (InputStream in = WebPWithoutLibraryTest.class.getResourceAsStream("/images/" + name)) {
      return ImageDecoder.standard().decode(Objects.requireNonNull(in));
    }
  }

  @Test
  void aReaderInJavaTakesOverAndOneLineSaysSo() throws IOException {
    ChildProcess child =
        ChildProcess.run(
            List.of("-Xmx128m", "-Djava.io.tmpdir=" + folder.resolve("missing")),
            120,
            folder,
            Program.class,
            "lossless.webp",
            "lossy.webp",
            "alpha.webp");
    assertThat(child.exit()).as(child.output()).isZero();
    assertThat(child.output().lines().filter(line -> line.contains("libwebp cannot be loaded")))
        .as("in the log, and in what a decoder returns")
        .hasSize(2)
        .anyMatch(line -> line.startsWith("warnings [libwebp cannot be loaded"));
    assertThat(ImageDecoder.standard().warnings()).isEmpty();
    assertThat(meanDifference("lossless.webp", child)).isZero();
    assertThat(meanDifference("lossy.webp", child)).isBetween(0.01, 1.0); // not libwebp's
    assertThat(meanDifference("alpha.webp", child)).isLessThan(1);
  }

  /** How far the child's samples are from libwebp's, in levels. */
  private static double meanDifference(String name, ChildProcess child) throws IOException {
    String line =
        child.output().lines().filter(it -> it.startsWith(name + " ")).findFirst().orElseThrow();
    byte[] theirs = HexFormat.of().parseHex(line.substring(name.length() + 1));
    byte[] ours = picture(name).samples();
    assertThat(theirs).hasSameSizeAs(ours);
    long sum = 0;
    for (int i = 0; i < ours.length; i++) {
      sum += Math.abs((ours[i] & 0xFF) - (theirs[i] & 0xFF));
    }
    return (double) sum / ours.length;
  }
}
