package org.finetune4j.engine.train.parameter;

/** A factor and a summand per channel, and what may train behind them. */
public interface ChannelAffine {
  /** Returns the factors for the current weights. */
  float[] scale();

  /** Returns the summands for the current weights. */
  float[] shift();

  /** Returns whether gradients are of use. */
  boolean trains();

  /** Takes the gradients of the loss by factors and summands. */
  void backward(float[] scaleGradient, float[] shiftGradient);

  /** Returns constants. */
  static ChannelAffine constant(float[] scale, float[] shift) {
    return new Constant(scale, shift);
  }

  /** Constants. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Constant(float[] scale, float[] shift) implements ChannelAffine {
    @Override
    public boolean trains() {
      return false;
    }

    @Override
    public void backward(float[] scaleGradient, float[] shiftGradient) {}
  }
}
