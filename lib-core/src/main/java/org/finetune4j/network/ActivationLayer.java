package org.finetune4j.network;

/**
 * An activation function as a layer of its own (Keras {@code Activation}, {@code ReLU}, {@code
 * Softmax}).
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param activation the function
 */
public record ActivationLayer(String name, String input, Activation activation)
    implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    return shape;
  }

  @Override
  public ActivationLayer reading(String newInput) {
    return new ActivationLayer(name, newInput, activation);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
