package org.finetune4j.engine.train.parameter;

import java.util.Optional;

/**
 * Batch normalization with constant mean and variance: scale = gamma / sqrt(variance + epsilon),
 * shift = beta - mean * scale.
 */
public final class FrozenStatistics implements ChannelAffine {
  private final Optional<Parameter> gamma;
  private final Optional<Parameter> beta;
  private final Parameter mean;
  private final Parameter variance;
  private final double epsilon;

  public FrozenStatistics(
      Optional<Parameter> gamma,
      Optional<Parameter> beta,
      Parameter mean,
      Parameter variance,
      double epsilon) {
    this.gamma = gamma;
    this.beta = beta;
    this.mean = mean;
    this.variance = variance;
    this.epsilon = epsilon;
  }

  private double inverseDeviation(int channel) {
    return 1 / Math.sqrt(variance.values[channel] + epsilon);
  }

  @Override
  public float[] scale() {
    float[] scale = new float[variance.values.length];
    for (int c = 0; c < scale.length; c++) {
      int channel = c;
      float factor = gamma.map(g -> g.values[channel]).orElse(1f);
      scale[c] = (float) (factor * inverseDeviation(c));
    }
    return scale;
  }

  @Override
  public float[] shift() {
    float[] scale = scale();
    float[] shift = new float[scale.length];
    for (int c = 0; c < shift.length; c++) {
      int channel = c;
      shift[c] = beta.map(b -> b.values[channel]).orElse(0f) - mean.values[c] * scale[c];
    }
    return shift;
  }

  @Override
  public boolean trains() {
    return isTrained(gamma) || isTrained(beta);
  }

  private static boolean isTrained(Optional<Parameter> parameter) {
    return parameter.filter(p -> p.trainable).isPresent();
  }

  @Override
  public void backward(float[] scaleGradient, float[] shiftGradient) {
    gamma
        .filter(p -> p.trainable)
        .ifPresent(
            p -> {
              for (int c = 0; c < scaleGradient.length; c++) {
                double centred = scaleGradient[c] - (double) mean.values[c] * shiftGradient[c];
                p.gradient[c] = (float) (centred * inverseDeviation(c));
              }
            });
    beta.filter(p -> p.trainable)
        .ifPresent(p -> System.arraycopy(shiftGradient, 0, p.gradient, 0, shiftGradient.length));
  }
}
