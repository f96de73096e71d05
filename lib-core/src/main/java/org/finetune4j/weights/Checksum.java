package org.finetune4j.weights;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import com.google.common.io.BaseEncoding;
import com.google.common.io.ByteStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;

/**
 * A published checksum of a file.
 *
 * @param algorithm how it is computed
 * @param hex its digits, in lower case
 */
public record Checksum(Algorithm algorithm, String hex) {
  /** How a checksum is computed. */
  public enum Algorithm {
    /** 128 bits: finds damage, but not a file made to deceive. */
    MD5,
    /** 256 bits. */
    SHA256,
    /** 512 bits. */
    SHA512;

    private int digits() {
      return function().bits() / 4;
    }

    @SuppressWarnings("deprecation") // Keras publishes MD5
    HashFunction function() {
      return switch (this) {
        case MD5 -> Hashing.md5();
        case SHA256 -> Hashing.sha256();
        case SHA512 -> Hashing.sha512();
      };
    }
  }

  /** Checks the digits. */
  public Checksum {
    hex = hex.toLowerCase(Locale.ROOT);
    if (hex.length() != algorithm.digits()
        || !hex.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw new IllegalArgumentException(
          algorithm + " has " + algorithm.digits() + " hexadecimal digits, not '" + hex + "'.");
    }
  }

  /** Returns a checksum given as 32 hexadecimal digits. */
  public static Checksum md5(String hex) {
    return new Checksum(Algorithm.MD5, hex);
  }

  /** Returns a checksum given as 64 hexadecimal digits. */
  public static Checksum sha256(String hex) {
    return new Checksum(Algorithm.SHA256, hex);
  }

  /**
   * Returns npm's checksum of a package.
   *
   * @param integrity {@code sha512-} and base64, as npm writes it; the prefix may be left out
   */
  public static Checksum integrity(String integrity) {
    byte[] bytes = Base64.getDecoder().decode(integrity.replaceFirst("^sha512-", ""));
    return new Checksum(Algorithm.SHA512, BaseEncoding.base16().lowerCase().encode(bytes));
  }

  /** Returns the SHA-256 of a file. */
  static Checksum sha256(Path file) throws IOException {
    return sha256(compute(Algorithm.SHA256, file));
  }

  /**
   * Compares with a file.
   *
   * @throws IOException if it cannot be read, or has another checksum
   */
  void verify(Path file) throws IOException {
    require(compute(algorithm, file));
  }

  /**
   * Compares with digits that were computed.
   *
   * @throws IOException if they are others
   */
  void require(String found) throws IOException {
    if (!found.equals(hex)) {
      throw new IOException(
          "its "
              + algorithm
              + " is "
              + found
              + ", expected is "
              + hex
              + "; it is damaged or another file");
    }
  }

  private static String compute(Algorithm algorithm, Path file) throws IOException {
    try (var in = new HashingInputStream(algorithm.function(), Files.newInputStream(file))) {
      ByteStreams.exhaust(in);
      return in.hash().toString();
    }
  }
}
