package org.finetune4j.engine.train.parameter;

import java.util.List;
import org.finetune4j.network.Rescale;

/** Factors and summands that never train. */
public final class Constants {
  /** Keras's lower limit of the standard deviation. */
  private static final double SMALLEST_DEVIATION = 1e-7;

  private Constants() {}

  public static ChannelAffine of(Rescale layer, int channels) {
    return ChannelAffine.constant(
        perChannel(layer.scale(), channels), perChannel(layer.offset(), channels));
  }

  private static float[] perChannel(List<Double> values, int channels) {
    float[] all = new float[channels];
    for (int c = 0; c < channels; c++) {
      all[c] = values.get(values.size() == 1 ? 0 : c).floatValue();
    }
    return all;
  }

  /** Returns (x - mean) / max(sqrt(variance), 1e-7). */
  public static ChannelAffine of(float[] mean, float[] variance) {
    float[] scale = new float[mean.length];
    float[] shift = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      double deviation = Math.max(Math.sqrt(variance[c]), SMALLEST_DEVIATION);
      scale[c] = (float) (1 / deviation);
      shift[c] = (float) (-mean[c] / deviation);
    }
    return ChannelAffine.constant(scale, shift);
  }
}
