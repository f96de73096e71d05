package org.finetune4j.feature;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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

  static SimilarityIndex read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int content = bytes.length - HASH;
    if (content <= MAGIC.length || !startsWithMagic(bytes)) {
      throw new IOException(file + " is no similarity index, or only the beginning of one.");
    }
    int version = bytes[MAGIC.length];
    if (version != VERSION) {
      throw new IOException(
          file + " is a similarity index of version " + version + "; this is " + VERSION + ".");
    }
    MessageDigest digest = sha256();
    digest.update(bytes, 0, content);
    if (!Arrays.equals(digest.digest(), Arrays.copyOfRange(bytes, content, bytes.length))) {
      throw new IOException(
          file + " is damaged: its SHA-256 does not fit its content. Make the index again.");
    }
    int start = MAGIC.length + 1;
    try {
      return rows(new DataInputStream(new ByteArrayInputStream(bytes, start, content - start)));
    } catch (EOFException e) {
      throw new IOException(file + " ends before its last row. Make the index again.", e);
    }
  }

  private static boolean startsWithMagic(byte[] bytes) {
    return Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length));
  }

  private static SimilarityIndex rows(DataInputStream in) throws IOException {
    String fingerprint = text(in);
    float[][] rows = new float[in.readInt()][];
    int columns = in.readInt();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      names.add(text(in));
      rows[i] = new float[columns];
      for (int column = 0; column < columns; column++) {
        rows[i][column] = in.readFloat();
      }
    }
    return new SimilarityIndex(names, fingerprint, rows);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
