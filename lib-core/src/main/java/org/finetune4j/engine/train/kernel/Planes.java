package org.finetune4j.engine.train.kernel;

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

  /** A sum over the values from start to before end, all of one channel of one sample. */
  public interface PlaneSum {
    double of(int channel, int start, int end);
  }

  /** Sums over all samples and positions, for each channel. */
  public static float[] channelSums(int n, Blob blob, PlaneSum ofPlane) {
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
            sum += ofPlane.of(c, start, start + area);
          }
          sums[c] = (float) sum;
        });
    return sums;
  }

  /** Sums of values over all samples and positions, for each channel. */
  public static float[] channelSums(int n, Blob blob, float[] values) {
    return channelSums(n, blob, (channel, start, end) -> Sums.of(values, start, end));
  }
}
