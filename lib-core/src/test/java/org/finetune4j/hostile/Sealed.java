package org.finetune4j.hostile;

import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import com.google.common.primitives.Ints;
import java.util.Arrays;

/** Files that end with the SHA-256 of all before, and texts that their length goes before. */
final class Sealed {
  private static final int HASH = 32;

  private Sealed() {}

  /** Returns a mutation of what is sealed; the seal is renewed, mostly. */
  static Mutation of(Mutation content) {
    return (bytes, random) -> {
      byte[] changed =
          content.apply(Arrays.copyOf(bytes, Math.max(0, bytes.length - HASH)), random);
      byte[] seal = Hashing.sha256().hashBytes(changed).asBytes();
      seal[0] = (byte) (seal[0] ^ (random.nextInt(20) == 0 ? 1 : 0));
      return Bytes.concat(changed, seal);
    };
  }

  /** Returns a mutation of a text behind its length (four bytes, big-endian), or of the rest. */
  static Mutation textFirst(Mutation text, Mutation rest) {
    return (bytes, random) -> {
      if (bytes.length < 4) {
        return bytes;
      }
      int length = Ints.fromByteArray(bytes);
      if (random.nextInt(4) == 0 || length < 0 || length > bytes.length - 4) {
        return rest.apply(bytes, random);
      }
      byte[] changed = text.apply(Arrays.copyOfRange(bytes, 4, 4 + length), random);
      byte[] tail = Arrays.copyOfRange(bytes, 4 + length, bytes.length);
      return Bytes.concat(Ints.toByteArray(changed.length), changed, tail);
    };
  }
}
