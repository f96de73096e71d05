package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Batch normalisation per channel (Keras {@code BatchNormalization}): y = (x - mean) /
 * sqrt(variance + epsilon) * gamma + beta.
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param epsilon added to the variance
 * @param momentum how much of the moving statistics a training step keeps, where they move at all
 * @param scale whether there is a gamma
 * @param center whether there is a beta
 */
public record BatchNormalization(
    String name, String input, double epsilon, double momentum, boolean scale, boolean center)
    implements Layer.Unary {
  /**
   * Checks the epsilon.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public BatchNormalization {
    if (!(epsilon >= 0 && epsilon <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "Layer '" + name + "': epsilon is a finite number of at least 0, not " + epsilon + ".");
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireNoTokens(name, shape);
    return shape;
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    List<Integer> size = List.of(inputs.get(0).channels());
    List<TensorSpec> tensors = new ArrayList<>();
    if (scale) {
      tensors.add(new TensorSpec(name, "gamma", size, true));
    }
    if (center) {
      tensors.add(new TensorSpec(name, "beta", size, true));
    }
    tensors.add(new TensorSpec(name, "moving_mean", size, false));
    tensors.add(new TensorSpec(name, "moving_variance", size, false));
    return tensors;
  }

  /** Returns this layer with another epsilon. */
  public BatchNormalization epsilon(double newEpsilon) {
    return new BatchNormalization(name, input, newEpsilon, momentum, scale, center);
  }

  @Override
  public BatchNormalization reading(String newInput) {
    return new BatchNormalization(name, newInput, epsilon, momentum, scale, center);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
