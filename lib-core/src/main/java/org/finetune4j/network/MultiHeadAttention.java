package org.finetune4j.network;

import java.util.List;
import java.util.Locale;

/**
 * Every token reads every token (arXiv:1706.03762): the channels of queries, keys and values are
 * cut into heads; with d channels a head, softmax(query * key / sqrt(d)) * value, and a projection
 * of all heads' results.
 *
 * @param name the layer's name
 * @param input the layer it reads, a token sequence
 * @param heads divide the channels
 */
public record MultiHeadAttention(String name, String input, int heads) implements Layer.Unary {
  /**
   * Checks the heads.
   *
   * @throws IllegalArgumentException if there is none
   */
  public MultiHeadAttention {
    if (heads < 1) {
      throw new IllegalArgumentException(
          "Layer '" + name + "' has at least 1 head, not " + heads + ".");
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireTokens(name, shape);
    if (shape.channels() % heads != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Layer '%s': %d heads do not divide the %d channels of its input.",
              name,
              heads,
              shape.channels()));
    }
    return shape;
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    int channels = inputs.get(0).channels();
    int triple = Math.multiplyExact(3, channels);
    return List.of(
        new TensorSpec(name, "qkv_kernel", List.of(channels, triple), true),
        new TensorSpec(name, "qkv_bias", List.of(triple), true),
        new TensorSpec(name, "projection_kernel", List.of(channels, channels), true),
        new TensorSpec(name, "projection_bias", List.of(channels), true));
  }

  @Override
  public MultiHeadAttention reading(String newInput) {
    return new MultiHeadAttention(name, newInput, heads);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
