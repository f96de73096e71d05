package org.finetune4j.network;

import java.util.Locale;

/**
 * A token sequence as a vector: its class token, the mean of its patches, both, or the class token
 * and what stands behind it.
 *
 * @param name the layer's name
 * @param input the layer it reads, a token sequence
 * @param value what stands for the sequence
 * @param prefix how many tokens stand before the first patch: class token, distillation token,
 *     registers
 */
public record TokenPooling(String name, String input, Value value, int prefix)
    implements Layer.Unary {
  /** What stands for a sequence. */
  public enum Value {
    /** Token 0. */
    CLASS,
    /** The mean of the patches, each channel on its own. */
    MEAN,
    /** Token 0, and behind it the mean of the patches: twice as many values. */
    CLASS_AND_MEAN,
    /**
     * Token 0, and behind it token 1, the distillation token of DeiT (arXiv:2012.12877): twice as
     * many values.
     */
    CLASS_AND_DISTILLATION
  }

  /**
   * Checks the prefix.
   *
   * @throws IllegalArgumentException if it is negative, or holds fewer tokens than are asked for
   */
  public TokenPooling {
    if (value == Value.CLASS_AND_DISTILLATION && prefix < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Layer '%s': there are %d tokens before the patches, but class token and distillation"
                  + " token are two. Use CLASS or MEAN.",
              name,
              prefix));
    }
    if (prefix < 0 || (prefix == 0 && value != Value.MEAN)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Layer '%s': there are %d tokens before the patches, so none of them is a class token.",
              name,
              prefix));
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireTokens(name, shape);
    if (prefix >= shape.tokens()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Layer '%s': %d tokens stand before the patches, but its input is %s.",
              name,
              prefix,
              shape.described()));
    }
    boolean one = value == Value.CLASS || value == Value.MEAN;
    return Shape.vector(Math.multiplyExact(one ? 1 : 2, shape.channels()));
  }

  @Override
  public TokenPooling reading(String newInput) {
    return new TokenPooling(name, newInput, value, prefix);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
