package org.finetune4j.network;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/**
 * The shape of one sample's activation, without the batch dimension: a feature map (channels,
 * height, width) or a vector (size).
 *
 * @param dimensions one number (vector) or three (channels, height, width), each at least 1
 */
public record Shape(List<Integer> dimensions) {
  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException if it has neither one nor three dimensions, or one below 1
   */
  @JsonCreator
  public Shape {
    dimensions = List.copyOf(dimensions);
    if (dimensions.size() != 1 && dimensions.size() != 3) {
      throw new IllegalArgumentException(
          "A shape is [size] or [channels, height, width], not " + dimensions + ".");
    }
    if (dimensions.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "Every dimension of a shape is at least 1, but it is " + dimensions + ".");
    }
    if (dimensions.stream().mapToLong(d -> d).reduce(1, Math::multiplyExact) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "A shape has at most 2^31-1 elements, but it is " + dimensions + ".");
    }
  }

  /** Returns the shape of a feature map. */
  public static Shape map(int channels, int height, int width) {
    return new Shape(List.of(channels, height, width));
  }

  /** Returns the shape of a vector. */
  public static Shape vector(int size) {
    return new Shape(List.of(size));
  }

  /** Returns whether this is the shape of a vector. */
  public boolean isVector() {
    return dimensions.size() == 1;
  }

  /** Returns the channels of a map, or the size of a vector. */
  public int channels() {
    return dimensions.get(0);
  }

  /**
   * Returns the height of a map.
   *
   * @throws IllegalStateException if this is a vector
   */
  public int height() {
    return side(1);
  }

  /**
   * Returns the width of a map.
   *
   * @throws IllegalStateException if this is a vector
   */
  public int width() {
    return side(2);
  }

  private int side(int index) {
    if (isVector()) {
      throw new IllegalStateException("A vector has no height and width: " + this + ".");
    }
    return dimensions.get(index);
  }

  /** Returns the number of values of one sample. */
  public int elements() {
    return dimensions.stream().mapToInt(d -> d).reduce(1, (a, b) -> a * b);
  }

  /** Returns the dimensions; this is also the form in JSON. */
  @Override
  @JsonValue
  public List<Integer> dimensions() {
    return dimensions;
  }

  /** Returns for example {@code 512x4x4} or {@code 2048}. */
  @Override
  public String toString() {
    return isVector() ? "" + channels() : channels() + "x" + height() + "x" + width();
  }
}
