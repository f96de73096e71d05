package org.finetune4j.network.operator;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What is known of a value in a graph of operators before it runs.
 *
 * @param type of its numbers
 * @param dimensions all of them, that of the batch included; none of a scalar
 * @param content its numbers, where they are few and do not depend on pictures
 */
public record OnnxValue(
    OnnxConstant.Type type, List<Integer> dimensions, Optional<List<Double>> content) {
  /** More numbers than a shape or a factor has are not followed. */
  static final int MOST_FOLLOWED = 1024;

  /**
   * Copies lists.
   *
   * @throws IllegalArgumentException if a dimension is negative, or all have more than 2^31-1
   *     elements
   */
  public OnnxValue {
    dimensions = List.copyOf(dimensions);
    content = content.map(List::copyOf);
    double elements = 1;
    for (int dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException("no dimension is negative, as in " + dimensions);
      }
      elements *= dimension;
    }
    if (elements > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a value of " + dimensions + " is too large");
    }
  }

  public static OnnxValue of(OnnxConstant.Type type, List<Integer> dimensions) {
    return new OnnxValue(type, dimensions, Optional.empty());
  }

  /**
   * Returns what is known of a constant.
   *
   * @throws IllegalArgumentException if it has more or fewer bytes than its dimensions say
   */
  public static OnnxValue of(OnnxConstant constant) {
    OnnxValue shape = of(constant.type(), constant.shape());
    if ((long) shape.elements() * constant.type().bytes() != constant.bytes().remaining()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Constant '%s' of %s has %d bytes.",
              constant.name(),
              constant.shape(),
              constant.bytes().remaining()));
    }
    return shape.elements() > MOST_FOLLOWED
        ? shape
        : known(
            constant.type(),
            constant.shape(),
            IntStream.range(0, shape.elements()).mapToObj(constant::number).toList());
  }

  static OnnxValue known(OnnxConstant.Type type, List<Integer> dimensions, List<Double> numbers) {
    boolean few = numbers.size() <= MOST_FOLLOWED;
    return new OnnxValue(type, dimensions, few ? Optional.of(numbers) : Optional.empty());
  }

  static OnnxValue longs(List<Long> numbers) {
    return known(
        OnnxConstant.Type.INT64,
        List.of(numbers.size()),
        numbers.stream().map(Long::doubleValue).toList());
  }

  /** Returns how many dimensions there are. */
  public int rank() {
    return dimensions.size();
  }

  /** Returns how many numbers there are. */
  public int elements() {
    return dimensions.stream().mapToInt(d -> d).reduce(1, (a, b) -> a * b);
  }

  /** Returns the same numbers in other dimensions. */
  OnnxValue shaped(List<Integer> newDimensions) {
    return new OnnxValue(type, newDimensions, content);
  }
}
