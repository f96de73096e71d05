package org.finetune4j.engine.onnx.file;

import com.google.common.hash.Hasher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.finetune4j.files.PrivateBytes;

/** Numbers that a model keeps in files beside its own; only there, whatever it says. */
final class ExternalData {
  private final Path model;
  private final Hasher hasher;
  private long rest;

  /**
   * @param hasher hears of all bytes that are read
   * @param most how many bytes may be read in all
   */
  ExternalData(Path model, Hasher hasher, long most) {
    this.model = model;
    this.hasher = hasher;
    this.rest = most;
  }

  /** Returns the entries and one more: a StringStringEntryProto. */
  static Map<String, String> entry(Map<String, String> entries, ByteBuffer message)
      throws IOException {
    String key = "";
    String value = "";
    ProtoFields fields = new ProtoFields(message);
    while (fields.next()) {
      if (fields.field() == 1) {
        key = fields.text();
      } else if (fields.field() == 2) {
        value = fields.text();
      }
    }
    Map<String, String> more = new HashMap<>(entries);
    more.put(key, value);
    return more;
  }

  ByteBuffer read(String tensor, Map<String, String> where, long length) throws IOException {
    String location = where.getOrDefault("location", "");
    Path file = beside(tensor, location);
    long offset = number(tensor, where.getOrDefault("offset", "0"));
    long stated = number(tensor, where.getOrDefault("length", Long.toString(length)));
    rest -= length;
    if (rest < 0 || length > Integer.MAX_VALUE) {
      throw new IOException("the numbers beside it are more than 2 GB");
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      if (stated != length || offset > channel.size() - length) {
        throw new IOException(
            String.format(
                java.util.Locale.ROOT,
                "tensor '%s' of %d bytes is said to be bytes %d to %d of '%s', which has %d",
                tensor,
                length,
                offset,
                offset + stated,
                location,
                channel.size()));
      }
      ByteBuffer bytes = PrivateBytes.read(channel, offset, (int) length);
      hasher.putBytes(bytes.duplicate());
      return bytes;
    }
  }

  private Path beside(String tensor, String location) throws IOException {
    Path folder = model.toAbsolutePath().resolveSibling(".").toRealPath();
    Path named;
    try {
      named = Path.of(location);
    } catch (InvalidPathException e) {
      throw outside(tensor, location);
    }
    boolean inside = !location.isEmpty() && !named.isAbsolute();
    for (Path part : named) {
      inside &= !part.toString().equals("..");
    }
    if (!inside) {
      throw outside(tensor, location);
    }
    Path file = folder.resolve(named);
    if (!Files.exists(file)) {
      throw new IOException(
          "tensor '"
              + tensor
              + "' lies in '"
              + location
              + "', which is not in "
              + folder
              + ": copy that file too, or export with external_data=False");
    }
    Path real = file.toRealPath();
    if (!real.startsWith(folder) || !Files.isRegularFile(real)) {
      throw outside(tensor, location);
    }
    return real;
  }

  private static IOException outside(String tensor, String location) {
    return new IOException(
        "tensor '"
            + tensor
            + "' lies in '"
            + location
            + "': numbers are read from files in the model's folder only, not through links or paths"
            + " that lead out of it. Copy the model and its data into one folder");
  }

  private static long number(String tensor, String text) throws IOException {
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IOException("tensor '" + tensor + "' lies at '" + text + "', which is no place");
  }
}
