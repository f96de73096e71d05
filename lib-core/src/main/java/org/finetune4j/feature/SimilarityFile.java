package org.finetune4j.feature;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.files.AtomicFiles;

/**
 * The file of a {@link SimilarityIndex}: "FT4JSIM" and the version as one byte, the fingerprint,
 * the numbers of rows and columns, then per row its name and its values, and at the end the SHA-256
 * of all before. Big-endian; texts are UTF-8 behind their length.
 */
final class SimilarityFile {
  private static final byte[] MAGIC = "FT4JSIM".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int HASH = 32;
  private static final int BUFFER = 1 << 16;

  private SimilarityFile() {}

  static void write(Path file, List<String> names, String fingerprint, float[][] rows)
      throws IOException {
    AtomicFiles.write(
        file,
        target -> {
          DigestOutputStream hashed = new DigestOutputStream(target, sha256());
          DataOutputStream out = new DataOutputStream(new BufferedOutputStream(hashed, BUFFER));
          out.write(MAGIC);
          out.writeByte(VERSION);
          text(out, fingerprint);
          out.writeInt(rows.length);
          out.writeInt(rows[0].length);
          for (int i = 0; i < rows.length; i++) {
            text(out, names.get(i));
            for (float value : rows[i]) {
              out.writeFloat(value);
            }
          }
          out.flush();
          finish(target, hashed.getMessageDigest());
        });
  }

  private static void finish(OutputStream target, MessageDigest digest) throws IOException {
    target.write(digest.digest());
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Reads once, from start to end; whatever the file says is held against its length. */
  static SimilarityIndex read(Path file) throws IOException {
    AtomicFiles.requireRegular(file);
    try (InputStream stored = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      requireVersion(file, stored.readNBytes(MAGIC.length + 1));
      MessageDigest digest = sha256();
      digest.update(MAGIC);
      digest.update((byte) VERSION);
      SimilarityContent content =
          new SimilarityContent(
              new DigestInputStream(stored, digest), Files.size(file) - MAGIC.length - 1 - HASH);
      try {
        SimilarityIndex index = content.read();
        if (!Arrays.equals(digest.digest(), stored.readAllBytes())) {
          throw new IOException("its SHA-256 does not fit its content");
        }
        return index;
      } catch (IOException e) {
        throw new IOException(
            file + " is damaged: " + e.getMessage() + ". Make the index again.", e);
      }
    }
  }

  private static void requireVersion(Path file, byte[] start) throws IOException {
    if (start.length <= MAGIC.length || !Arrays.equals(MAGIC, Arrays.copyOf(start, MAGIC.length))) {
      throw new IOException(file + " is no similarity index, or only the beginning of one.");
    }
    int version = start[MAGIC.length];
    if (version != VERSION) {
      throw new IOException(
          file + " is a similarity index of version " + version + "; this is " + VERSION + ".");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
