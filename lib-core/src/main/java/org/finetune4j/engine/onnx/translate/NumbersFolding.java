package org.finetune4j.engine.onnx.translate;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.weights.Tensor;

/** Moves the numbers of tensors that no picture decides. */
final class NumbersFolding {
  /** Weights are tensors of the file; a few bytes must not become gigabytes of equal numbers. */
  private static final long MOST_STRETCHED = 1 << 22;

  private NumbersFolding() {}

  /** Returns a tensor whose dimension i is dimension order(i) of the given one. */
  static Tensor transposed(Tensor tensor, List<Long> order) {
    List<Integer> shape = tensor.shape();
    int rank = shape.size();
    int[] strides = new int[rank];
    int stride = 1;
    for (int i = rank - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape.get(i);
    }
    List<Integer> made = order.stream().map(axis -> shape.get(axis.intValue())).toList();
    float[] from = tensor.toArray();
    float[] to = new float[from.length];
    int[] place = new int[rank];
    for (int i = 0; i < to.length; i++) {
      int at = 0;
      for (int d = 0; d < rank; d++) {
        at += place[d] * strides[order.get(d).intValue()];
      }
      to[i] = from[at];
      for (int d = rank - 1; d >= 0 && ++place[d] == made.get(d); d--) {
        place[d] = 0;
      }
    }
    return Tensor.of(to, made);
  }

  /** Returns 1 for true and 0 for false. */
  static Tensor truths(OnnxConstant constant) {
    ByteBuffer bytes = constant.bytes();
    float[] numbers = new float[bytes.remaining()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = bytes.get(bytes.position() + i) == 0 ? 0 : 1;
    }
    return Tensor.of(numbers, constant.shape());
  }

  /** Returns the number that a tensor holds everywhere, if it holds one and no other. */
  static Optional<Float> uniform(Tensor tensor) {
    FloatBuffer numbers = tensor.values();
    for (int i = 1; i < tensor.size(); i++) {
      if (numbers.get(i) != numbers.get(0)) {
        return Optional.empty();
      }
    }
    return tensor.size() == 0 ? Optional.empty() : Optional.of(numbers.get(0));
  }

  /**
   * Returns numbers in the shape that a value has: equal numbers are kept once, however many there
   * are.
   *
   * @return empty if they are not equal, or are too many
   */
  static Optional<Tensor> stretched(Tensor tensor, List<Integer> shape) {
    if (tensor.shape().equals(shape)) {
      return Optional.of(tensor);
    }
    long size = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (size > MOST_STRETCHED) {
      return Optional.empty();
    }
    return uniform(tensor)
        .map(
            number -> {
              float[] numbers = new float[(int) size];
              Arrays.fill(numbers, number);
              return Tensor.of(numbers, shape);
            });
  }

  /** Returns some columns of a matrix, or some numbers of a vector, times a factor. */
  static float[] columns(Tensor matrix, int start, int count, double factor) {
    List<Integer> shape = matrix.shape();
    int width = shape.get(shape.size() - 1);
    int rows = matrix.size() / width;
    float[] from = matrix.toArray();
    float[] to = new float[rows * count];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < count; i++) {
        to[row * count + i] = (float) (from[row * width + start + i] * factor);
      }
    }
    return to;
  }

  /** Returns whether all dimensions but one are 1, so that the numbers are one per channel. */
  static boolean isVector(Tensor tensor) {
    return tensor.shape().stream().filter(d -> d != 1).count() <= 1;
  }

  /** Returns the place, counted from the last dimension, of the dimension that is not 1. */
  static int axisFromEnd(Tensor tensor) {
    List<Integer> shape = tensor.shape();
    for (int i = 0; i < shape.size(); i++) {
      if (shape.get(i) != 1) {
        return shape.size() - i;
      }
    }
    return 0;
  }
}
