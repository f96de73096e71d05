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
    float[] sums = new float[blob.channels()];
    writeChannelSums(n, blob, ofPlane, sums);
    return sums;
  }

  /** Writes sums of values over all samples and positions, for each channel. */
  public static void writeChannelSums(int n, Blob blob, float[] values, float[] sums) {
    writeChannelSums(n, blob, (channel, start, end) -> Sums.of(values, start, end), sums);
  }

  private static void writeChannelSums(int n, Blob blob, PlaneSum ofPlane, float[] sums) {
    Parallel.loop(
        blob.channels(), n * blob.area(), c -> sums[c] = (float) channelSum(n, blob, c, ofPlane));
  }

  /** Returns the sum over all samples and positions of one channel. */
  public static double channelSum(int n, Blob blob, int channel, PlaneSum ofPlane) {
    double sum = 0;
    for (int sample = 0; sample < n; sample++) {
      int start = (sample * blob.channels() + channel) * blob.area();
      sum += ofPlane.of(channel, start, start + blob.area());
    }
    return sum;
  }

  /** Visits the planes of one channel. */
  public static void eachOf(int n, Blob blob, int channel, Body body) {
    for (int sample = 0; sample < n; sample++) {
      int start = (sample * blob.channels() + channel) * blob.area();
      body.accept(channel, start, start + blob.area());
    }
  }

  /** Sums of values over all samples and positions, for each channel. */
  public static float[] channelSums(int n, Blob blob, float[] values) {
    return channelSums(n, blob, (channel, start, end) -> Sums.of(values, start, end));
  }
}
