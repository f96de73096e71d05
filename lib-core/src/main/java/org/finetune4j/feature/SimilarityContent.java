package org.finetune4j.feature;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a {@link SimilarityFile} holds between its version and its checksum. */
final class SimilarityContent {
  private final DataInputStream in;
  private long left;

  /**
   * Prepares to read.
   *
   * @param bytes how many there are
   */
  SimilarityContent(InputStream in, long bytes) {
    this.in = new DataInputStream(in);
    this.left = bytes;
  }

  SimilarityIndex read() throws IOException {
    String fingerprint = text();
    take(2L * Integer.BYTES);
    int count = in.readInt();
    int columns = in.readInt();
    if (count < 1 || columns < 1 || (columns + 1L) * Float.BYTES > left / count) {
      throw new IOException("it says to hold " + count + " rows of " + columns + " numbers");
    }
    float[][] rows = new float[count][];
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      names.add(text());
      if (!seen.add(names.get(i))) {
        throw new IOException("a name stands twice");
      }
      rows[i] = row(columns);
    }
    if (left != 0) {
      throw new IOException("something follows its last row");
    }
    return new SimilarityIndex(names, fingerprint, rows);
  }

  private float[] row(int columns) throws IOException {
    take((long) columns * Float.BYTES);
    float[] row = new float[columns];
    double squares = 0;
    for (int column = 0; column < columns; column++) {
      row[column] = in.readFloat();
      squares += (double) row[column] * row[column];
      if (!(Math.abs(row[column]) <= 1.001f)) {
        throw new IOException("a row is no direction: it holds " + row[column]);
      }
    }
    if (Math.abs(Math.sqrt(squares) - 1) > 1e-3) {
      throw new IOException("a row is no direction: its length is " + Math.sqrt(squares));
    }
    return row;
  }

  private String text() throws IOException {
    take(Integer.BYTES);
    int length = in.readInt();
    take(length);
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private void take(long bytes) throws IOException {
    if (bytes < 0 || bytes > left) {
      throw new IOException("it ends before its last row");
    }
    left -= bytes;
  }
}
