package org.finetune4j.engine.onnx.quantize;

import java.nio.FloatBuffer;

/**
 * Mean and mean square of each channel of a value, seen on calibration pictures: how much it
 * matters what its weights are rounded to. Not thread-safe while it is added to.
 */
public final class ChannelMoments {
  private final double[] sums;
  private final double[] squares;
  private final boolean channelsLast;
  private long places;

  /**
   * Starts.
   *
   * @param channels of the value
   * @param channelsLast whether the channels of one place stand together, as those of a token do
   */
  ChannelMoments(int channels, boolean channelsLast) {
    this.sums = new double[channels];
    this.squares = new double[channels];
    this.channelsLast = channelsLast;
  }

  /** Adds one picture's values; the buffer's position stays where it is. */
  public void add(FloatBuffer values) {
    int plane = values.remaining() / sums.length;
    for (int channel = 0; channel < sums.length; channel++) {
      int first = values.position() + (channelsLast ? channel : channel * plane);
      int step = channelsLast ? sums.length : 1;
      double sum = 0;
      double square = 0;
      for (int i = 0; i < plane; i++) {
        double value = values.get(first + i * step);
        sum += value;
        square += value * value;
      }
      sums[channel] += sum;
      squares[channel] += square;
    }
    places += plane;
  }

  double mean(int channel) {
    return sums[channel] / Math.max(1, places);
  }

  double meanSquare(int channel) {
    return squares[channel] / Math.max(1, places);
  }
}
