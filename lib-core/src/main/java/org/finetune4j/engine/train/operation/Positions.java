package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;

/**
 * Where the channels of a position lie: side by side in vectors and tokens, a plane apart in maps.
 */
public final class Positions {
  private Positions() {}

  /** What is done with one position: its channels are at first, first + stride, and so on. */
  public interface Body {
    void accept(int position, int first, int stride);
  }

  /** Visits all positions of a batch, possibly several samples at a time. */
  public static void each(int n, Blob blob, Body body) {
    Parallel.loop(n, blob.elements(), sample -> ofSample(sample, blob, body));
  }

  /** Visits the positions of one sample in order. */
  public static void ofSample(int sample, Blob blob, Body body) {
    int positions = blob.area();
    boolean map = blob.shape().isMap();
    int stride = map ? positions : 1;
    int step = map ? 1 : blob.channels();
    for (int i = 0; i < positions; i++) {
      body.accept(sample * positions + i, sample * blob.elements() + i * step, stride);
    }
  }

  /** Puts the channels of a position side by side. */
  public static void read(float[] values, int first, int stride, float[] row) {
    if (stride == 1) {
      System.arraycopy(values, first, row, 0, row.length);
      return;
    }
    for (int c = 0; c < row.length; c++) {
      row[c] = values[first + c * stride];
    }
  }

  /** Puts channels that lie side by side where those of a position belong. */
  public static void write(float[] row, float[] values, int first, int stride) {
    if (stride == 1) {
      System.arraycopy(row, 0, values, first, row.length);
      return;
    }
    for (int c = 0; c < row.length; c++) {
      values[first + c * stride] = row[c];
    }
  }

  /** Adds channels that lie side by side to those of a position. */
  public static void add(float[] row, float[] values, int first, int stride) {
    if (stride == 1) {
      for (int c = 0; c < row.length; c++) {
        values[first + c] += row[c];
      }
      return;
    }
    for (int c = 0; c < row.length; c++) {
      values[first + c * stride] += row[c];
    }
  }
}
