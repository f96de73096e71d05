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
    int positions = blob.area();
    boolean map = blob.shape().isMap();
    int stride = map ? positions : 1;
    int step = map ? 1 : blob.channels();
    Parallel.loop(
        n,
        blob.elements(),
        sample -> {
          for (int i = 0; i < positions; i++) {
            body.accept(sample * positions + i, sample * blob.elements() + i * step, stride);
          }
        });
  }

  /** What is added up: the value at an index, which belongs to a position. */
  public interface Value {
    double at(int position, int index);
  }

  /** Sums over all samples and positions, for each channel; the same on any number of threads. */
  public static void channelSums(int n, Blob blob, Value value, float[] sums) {
    int channels = blob.channels();
    double[][] perSample = new double[n][channels];
    int positions = blob.area();
    each(
        n,
        blob,
        (position, first, stride) -> {
          double[] own = perSample[position / positions];
          for (int c = 0; c < channels; c++) {
            own[c] += value.at(position, first + c * stride);
          }
        });
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (double[] own : perSample) {
        sum += own[c];
      }
      sums[c] = (float) sum;
    }
  }
}
