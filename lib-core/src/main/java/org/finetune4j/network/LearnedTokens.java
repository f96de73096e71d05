package org.finetune4j.network;

import java.util.List;
import java.util.Locale;

/**
 * Tokens that are learned, put among those of the input: the class token of transformers before all
 * others, DINOv2's registers (arXiv:2309.16588) behind it.
 *
 * @param name the layer's name
 * @param input the layer it reads, a token sequence
 * @param count how many tokens are put in
 * @param position the number of the first of them in the output, from 0
 */
public record LearnedTokens(String name, String input, int count, int position)
    implements Layer.Unary {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there is no token or the position is negative
   */
  public LearnedTokens {
    if (count < 1 || position < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Layer '%s' puts at least 1 token at a position from 0, not %d at %d.",
              name,
              count,
              position));
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireTokens(name, shape);
    if (position > shape.tokens()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Layer '%s' puts tokens at position %d, but its input is %s.",
              name,
              position,
              shape.described()));
    }
    return Shape.tokens(Math.addExact(shape.tokens(), count), shape.channels());
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    return List.of(new TensorSpec(name, "tokens", List.of(count, inputs.get(0).channels()), true));
  }

  @Override
  public LearnedTokens reading(String newInput) {
    return new LearnedTokens(name, newInput, count, position);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
