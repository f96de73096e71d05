package org.finetune4j.weights.format;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads {@code .keras} archives: a zip of {@code config.json} and {@code model.weights.h5}. */
final class KerasArchive {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";

  private KerasArchive() {}

  static WeightFile read(Path path) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      if (zip.getEntry(WEIGHTS) == null || zip.getEntry(CONFIG) == null) {
        throw new IOException(
            zip.stream().anyMatch(entry -> entry.getName().endsWith("data.pkl"))
                ? "it is a PyTorch pickle; save it with safetensors instead"
                : "it is a zip archive, but has no " + CONFIG + " and " + WEIGHTS);
      }
      Optional<ModelConfig> config =
          Optional.of(ModelConfig.parse(new String(bytes(zip, CONFIG), StandardCharsets.UTF_8)));
      return FormatDetection.hdf5(ByteBuffer.wrap(bytes(zip, WEIGHTS)), config);
    }
  }

  /** Keras stores its archives uncompressed, so an entry cannot be longer than the archive. */
  private static byte[] bytes(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    long longest = new File(zip.getName()).length() * 4;
    if (entry.getSize() < 0 || entry.getSize() > Math.min(longest, Integer.MAX_VALUE - 8)) {
      throw new IOException(name + " in it is said to have " + entry.getSize() + " bytes");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readNBytes((int) entry.getSize());
    }
  }
}
