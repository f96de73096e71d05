package org.finetune4j.network;

/**
 * One value per channel over the whole map (Keras {@code GlobalAveragePooling2D}, {@code
 * GlobalMaxPooling2D}).
 *
 * @param name the layer's name
 * @param input the layer it reads, a feature map
 * @param pooling largest value or mean
 * @param keepDimensions whether the output is a map of 1x1 (Keras {@code keepdims}) or a vector
 */
public record GlobalPooling(String name, String input, PoolingType pooling, boolean keepDimensions)
    implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireMap(name, shape);
    return keepDimensions ? Shape.map(shape.channels(), 1, 1) : Shape.vector(shape.channels());
  }

  @Override
  public GlobalPooling reading(String newInput) {
    return new GlobalPooling(name, newInput, pooling, keepDimensions);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
