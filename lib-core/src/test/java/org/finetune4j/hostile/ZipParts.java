package org.finetune4j.hostile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Zip files taken apart and put together again, their checksums right. */
final class ZipParts {
  private ZipParts() {}

  static Map<String, byte[]> read(byte[] zip) {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        parts.put(entry.getName(), in.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parts;
  }

  static byte[] write(Map<String, byte[]> parts, boolean stored) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> part : parts.entrySet()) {
        ZipEntry entry = new ZipEntry(part.getKey());
        if (stored) {
          CRC32 crc = new CRC32();
          crc.update(part.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(part.getValue().length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(part.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Returns a mutation of one of the parts, sometimes of the names of parts or of the zip's own
   * structure.
   *
   * @param json of parts whose name ends in {@code .json}
   * @param other of all others
   */
  static Mutation of(Mutation json, Mutation other) {
    return (bytes, random) -> {
      if (random.nextInt(8) == 0) {
        return Fields.anyBytes().repeated().apply(bytes, random);
      }
      Map<String, byte[]> parts = read(bytes);
      String name = parts.keySet().stream().toList().get(random.nextInt(parts.size()));
      switch (random.nextInt(16)) {
        case 0 -> parts.remove(name);
        case 1 -> parts.put(name + "x", parts.remove(name));
        case 2 -> parts.put("x/" + name, parts.get(name));
        default ->
            parts.compute(
                name, (key, part) -> (key.endsWith(".json") ? json : other).apply(part, random));
      }
      return write(parts, random.nextBoolean());
    };
  }
}
