package org.finetune4j.feature.row;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a cached row was computed from: a SHA-256 over the bytes of the picture and whatever else
 * decides the row.
 *
 * @param sha256 32 bytes
 */
public record RowKey(HashCode sha256) {
  static final int BYTES = 32;

  /** Returns the key of a picture with this SHA-256, 64 hexadecimal digits. */
  public static RowKey ofImage(String sha256) {
    return new RowKey(HashCode.fromString(sha256));
  }

  /** Returns the key of one of several views of a picture, for example an augmented copy. */
  public RowKey view(String how, long number) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putBytes(sha256.asBytes()).putLong(number).putString(how, StandardCharsets.UTF_8);
    return new RowKey(hasher.hash());
  }

  static RowKey read(ByteBuffer record) {
    byte[] bytes = new byte[BYTES];
    record.get(bytes);
    return new RowKey(HashCode.fromBytes(bytes));
  }

  void write(ByteBuffer record) {
    record.put(sha256.asBytes());
  }
}
