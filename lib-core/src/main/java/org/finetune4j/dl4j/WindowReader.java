package org.finetune4j.dl4j;

import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.network.Window.Border;
import org.finetune4j.network.ZeroPadding;

/** Turns Deeplearning4j's kernels, strides and paddings into ours. */
final class WindowReader {
  private final Sketch sketch;

  WindowReader(Sketch sketch) {
    this.sketch = sketch;
  }

  /** A window, and the layer it moves over. */
  record Placed(String input, Window window) {}

  static Window window(Part part, int[] kernel, int[] stride, int[] dilation) {
    if (kernel.length != 2) {
      throw part.refused("only two-dimensional windows have a counterpart");
    }
    return Window.of(kernel[0], kernel[1])
        .stride(square(part, "stride", stride))
        .dilation(square(part, "dilation", dilation));
  }

  private static int square(Part part, String what, int[] sides) {
    if (sides[0] != sides[1]) {
      throw part.refused(
          String.format(
              Locale.ROOT,
              "its %s is %d for the height and %d for the width, but has to be the same for both",
              what,
              sides[0],
              sides[1]));
    }
    return sides[0];
  }

  /** Returns the window over the part's input, if one of our two paddings does what this does. */
  Optional<Placed> own(Part part, Window window, ConvolutionMode mode, int[] padding) {
    return switch (mode) {
      case Same -> Optional.of(new Placed(part.input(), window.same()));
      case Strict, Truncate -> {
        if (padding[0] == 0 && padding[1] == 0) {
          yield Optional.of(new Placed(part.input(), window));
        }
        yield isSame(sketch.shape(part.input()), window, padding)
            ? Optional.of(new Placed(part.input(), window.same()))
            : Optional.empty();
      }
      case Causal -> throw part.refused("causal padding has no counterpart");
    };
  }

  /** Returns the window over zeros around the part's input, which it adds. */
  Placed overZeros(Part part, Window window, ConvolutionMode mode, int[] padding) {
    Border border =
        mode == ConvolutionMode.Same
            ? window.same().border(sketch.shape(part.input()))
            : new Border(padding[0], padding[0], padding[1], padding[1]);
    if (border.isEmpty()) {
      return new Placed(part.input(), window);
    }
    String padded = part.named("padding");
    sketch.add(
        new ZeroPadding(
            padded, part.input(), border.top(), border.bottom(), border.left(), border.right()));
    return new Placed(padded, window);
  }

  /** Windows are the same where they start at the same place and are as many. */
  private static boolean isSame(Shape input, Window window, int[] padding) {
    Border border = window.same().border(input);
    return border.top() == padding[0]
        && border.left() == padding[1]
        && isSameCount(input.height(), window.height(), window, padding[0])
        && isSameCount(input.width(), window.width(), window, padding[1]);
  }

  private static boolean isSameCount(int length, int kernel, Window window, int padding) {
    int extent = (kernel - 1) * window.dilation() + 1;
    int explicit = (length + 2 * padding - extent) / window.stride() + 1;
    return explicit == (length + window.stride() - 1) / window.stride();
  }
}
