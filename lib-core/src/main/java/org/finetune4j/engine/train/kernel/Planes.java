package org.finetune4j.engine.train.kernel;

import java.util.function.IntToDoubleFunction;

/** Loops over the planes of a batch: one channel of one sample, height times width values. */
public final class Planes {
  private Planes() {}

  /** What is done to the values from start to before end, all of one channel of one sample. */
  public interface Body {
    void accept(int channel, int start, int end);
  }

  /** Visits all planes, possibly several at a time. */
  public static void each(int n, Blob blob, Body body) {
    int channels = blob.channels();
    int area = blob.area();
    Parallel.loop(
        n,
        blob.elements(),
        sample -> {
          for (int c = 0; c < channels; c++) {
            int start = (sample * channels + c) * area;
            body.accept(c, start, start + area);
          }
        });
  }

  /** Sums over all samples and positions, for each channel. */
  public static float[] channelSums(int n, Blob blob, IntToDoubleFunction valueAt) {
    int channels = blob.channels();
    int area = blob.area();
    float[] sums = new float[channels];
    Parallel.loop(
        channels,
        n * area,
        c -> {
          double sum = 0;
          for (int sample = 0; sample < n; sample++) {
            int start = (sample * channels + c) * area;
            for (int i = start; i < start + area; i++) {
              sum += valueAt.applyAsDouble(i);
            }
          }
          sums[c] = (float) sum;
        });
    return sums;
  }
}
