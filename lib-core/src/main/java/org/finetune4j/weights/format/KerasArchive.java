package org.finetune4j.weights.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.finetune4j.files.LimitedChannel;

/** Reads {@code .keras} archives: a zip of {@code config.json} and {@code model.weights.h5}. */
final class KerasArchive {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";

  /** What is read to find all entries: Keras writes three, PyTorch hundreds. */
  private static final long LARGEST_TABLE = 4 << 20;

  private KerasArchive() {}

  static WeightFile read(StoredBytes file) throws IOException {
    LimitedChannel table = new LimitedChannel(file.channel(), LARGEST_TABLE);
    try (ZipFile zip = ZipFile.builder().setSeekableByteChannel(table).get()) {
      table.lift();
      if (zip.getEntry(WEIGHTS) == null || zip.getEntry(CONFIG) == null) {
        boolean pickle =
            Collections.list(zip.getEntries()).stream()
                .anyMatch(entry -> entry.getName().endsWith("data.pkl"));
        throw new IOException(
            pickle
                ? "it is a PyTorch pickle; save it with safetensors instead"
                : "it is a zip archive, but has no " + CONFIG + " and " + WEIGHTS);
      }
      String config = new String(bytes(zip, CONFIG, file.size()), StandardCharsets.UTF_8);
      return FormatDetection.hdf5(
          ByteBuffer.wrap(bytes(zip, WEIGHTS, file.size())),
          Optional.of(ModelConfig.parse(config)));
    } catch (IOException e) {
      throw table.isExceeded()
          ? new IOException("it has far more entries than Keras writes", e)
          : e;
    }
  }

  /** Keras stores its archives uncompressed, so an entry cannot be longer than the archive. */
  private static byte[] bytes(ZipFile zip, String name, long archive) throws IOException {
    ZipArchiveEntry entry = zip.getEntry(name);
    if (entry.getSize() < 0 || entry.getSize() > Math.min(archive * 4, Integer.MAX_VALUE - 8)) {
      throw new IOException(name + " in it is said to have " + entry.getSize() + " bytes");
    }
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readNBytes((int) entry.getSize());
    }
    CRC32 sum = new CRC32();
    sum.update(bytes);
    if (bytes.length != entry.getSize() || sum.getValue() != entry.getCrc()) {
      throw new IOException(name + " in it is damaged: it has another CRC-32 than the zip says");
    }
    return bytes;
  }
}
