package org.finetune4j.network;

/**
 * Sets values to zero at random while training, and divides the others by the share that is kept;
 * at prediction time it does nothing.
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param rate the share that is dropped, from 0 to below 1
 * @param perSample whether a sample is dropped whole (Keras {@code noise_shape=(None, 1, 1, 1)},
 *     stochastic depth) instead of value by value
 */
public record Dropout(String name, String input, double rate, boolean perSample)
    implements Layer.Unary {
  /**
   * Checks the rate.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "Layer '" + name + "': a dropout rate is from 0 to below 1, not " + rate + ".");
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    return shape;
  }

  @Override
  public Dropout reading(String newInput) {
    return new Dropout(name, newInput, rate, perSample);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
