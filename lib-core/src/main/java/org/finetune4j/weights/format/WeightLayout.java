package org.finetune4j.weights.format;

import java.util.List;
import java.util.Locale;
import org.finetune4j.weights.Tensor;

/**
 * How a file orders the axes of its kernels, and how they become the network's: convolutions
 * [filters, channels, height, width], depthwise ones [channels x multiplier, 1, height, width],
 * dense layers [inputs, units] with flattened maps in channel, row, column order.
 *
 * <p>A tensor that is in the network's order already is returned as it is. Otherwise the result is
 * a new tensor outside the heap; 25 million numbers take about a tenth of a second.
 */
public enum WeightLayout {
  /**
   * Keras and TensorFlow: convolutions [height, width, channels, filters], depthwise ones [height,
   * width, channels, multiplier], dense layers [inputs, units] with flattened maps in row, column,
   * channel order.
   */
  KERAS {
    @Override
    public Tensor convolution(Tensor stored) {
      List<Integer> shape = requireRank(stored, 4, "convolution");
      int window = shape.get(0) * shape.get(1);
      return Axes.reverse(stored, window, shape.get(2), shape.get(3))
          .reshape(List.of(shape.get(3), shape.get(2), shape.get(0), shape.get(1)));
    }

    @Override
    public Tensor depthwise(Tensor stored) {
      List<Integer> shape = requireRank(stored, 4, "depthwise convolution");
      int filters = shape.get(2) * shape.get(3);
      return Axes.reverse(stored, shape.get(0) * shape.get(1), 1, filters)
          .reshape(List.of(filters, 1, shape.get(0), shape.get(1)));
    }

    @Override
    public Tensor dense(Tensor stored) {
      requireRank(stored, 2, "dense layer");
      return stored;
    }

    @Override
    public Tensor denseAfterFlatten(Tensor stored, int channels, int height, int width) {
      List<Integer> shape = requireRank(stored, 2, "dense layer");
      requireInputs(stored, shape.get(0), channels, height, width);
      return channels == 1 || height * width == 1
          ? stored
          : Axes.swapRows(stored, height * width, channels, shape.get(1));
    }
  },

  /**
   * PyTorch: convolutions [filters, channels, height, width], depthwise ones [channels x
   * multiplier, 1, height, width], dense layers [units, inputs] with flattened maps in channel,
   * row, column order.
   */
  TORCH {
    @Override
    public Tensor convolution(Tensor stored) {
      requireRank(stored, 4, "convolution");
      return stored;
    }

    @Override
    public Tensor depthwise(Tensor stored) {
      requireRank(stored, 4, "depthwise convolution");
      return stored;
    }

    @Override
    public Tensor dense(Tensor stored) {
      List<Integer> shape = requireRank(stored, 2, "dense layer");
      return Axes.reverse(stored, shape.get(0), 1, shape.get(1))
          .reshape(List.of(shape.get(1), shape.get(0)));
    }

    @Override
    public Tensor denseAfterFlatten(Tensor stored, int channels, int height, int width) {
      List<Integer> shape = requireRank(stored, 2, "dense layer");
      requireInputs(stored, shape.get(1), channels, height, width);
      return dense(stored);
    }
  };

  /**
   * Returns a convolution's kernel as [filters, channels, height, width].
   *
   * @throws IllegalArgumentException if it does not have four axes
   */
  public abstract Tensor convolution(Tensor stored);

  /**
   * Returns a depthwise convolution's kernel as [channels x multiplier, 1, height, width].
   *
   * @throws IllegalArgumentException if it does not have four axes
   */
  public abstract Tensor depthwise(Tensor stored);

  /**
   * Returns a dense layer's kernel as [inputs, units]; the inputs keep their order.
   *
   * @throws IllegalArgumentException if it does not have two axes
   */
  public abstract Tensor dense(Tensor stored);

  /**
   * Returns the kernel of a dense layer that reads a flattened feature map as [inputs, units], with
   * the inputs in channel, row, column order.
   *
   * @param channels of the map that was flattened
   * @param height of that map
   * @param width of that map
   * @throws IllegalArgumentException if it does not have two axes, or the inputs do not fit the map
   */
  public abstract Tensor denseAfterFlatten(Tensor stored, int channels, int height, int width);

  private static List<Integer> requireRank(Tensor stored, int rank, String layer) {
    if (stored.shape().size() != rank) {
      throw new IllegalArgumentException(
          "The kernel of a " + layer + " has " + rank + " axes, but this is a " + stored + ".");
    }
    return stored.shape();
  }

  private static void requireInputs(
      Tensor stored, int inputs, int channels, int height, int width) {
    if (inputs != Math.multiplyExact(Math.multiplyExact(channels, height), width)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A flattened map of %d x %d x %d (channels, height, width) does not fit the %d inputs"
                  + " of %s.",
              channels,
              height,
              width,
              inputs,
              stored));
    }
  }
}
