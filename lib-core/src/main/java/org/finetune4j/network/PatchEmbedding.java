package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A picture in square patches that do not overlap, each as one token (arXiv:2010.11929): a
 * convolution whose stride is its kernel, its positions row by row.
 *
 * @param name the layer's name
 * @param input the layer it reads, a feature map
 * @param filters channels of a token
 * @param patch width and height of a patch, in pixels
 * @param bias whether a bias is added
 */
public record PatchEmbedding(String name, String input, int filters, int patch, boolean bias)
    implements Layer.Unary {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public PatchEmbedding {
    if (filters < 1 || patch < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Layer '%s': filters and patch are at least 1, not %d and %d.",
              name,
              filters,
              patch));
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireMap(name, shape);
    if (shape.height() % patch != 0 || shape.width() % patch != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Layer '%s' cuts its input into patches of %dx%d, which do not fill %dx%d (width x height). Use multiples of %d.",
              name,
              patch,
              patch,
              shape.width(),
              shape.height(),
              patch));
    }
    return Shape.tokens(rows(shape) * columns(shape), filters);
  }

  /** Returns how many patches stand one above the other in an input of this shape. */
  public int rows(Shape input) {
    return input.height() / patch;
  }

  /** Returns how many patches stand side by side in an input of this shape. */
  public int columns(Shape input) {
    return input.width() / patch;
  }

  /** Returns the window of the convolution. */
  public Window window() {
    return Window.of(patch).stride(patch);
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    int channels = inputs.get(0).channels();
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(new TensorSpec(name, "kernel", List.of(filters, channels, patch, patch), true));
    if (bias) {
      tensors.add(new TensorSpec(name, "bias", List.of(filters), true));
    }
    return tensors;
  }

  @Override
  public PatchEmbedding reading(String newInput) {
    return new PatchEmbedding(name, newInput, filters, patch, bias);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
