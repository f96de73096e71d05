package org.finetune4j.network;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The shape of one sample's activation, without the batch dimension: a vector (size), a token
 * sequence (tokens, channels) or a feature map (channels, height, width).
 *
 * <p>Values lie in the order of the dimensions: a map channel by channel, row by row; a sequence
 * token by token.
 *
 * @param dimensions one number (vector), two (tokens, channels) or three (channels, height, width),
 *     each at least 1
 */
public record Shape(List<Integer> dimensions) {
  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException if it has not one to three dimensions, or one below 1
   */
  public Shape {
    dimensions = List.copyOf(dimensions);
    if (dimensions.isEmpty() || dimensions.size() > 3) {
      throw new IllegalArgumentException(
          "A shape is [size], [tokens, channels] or [channels, height, width], not "
              + dimensions
              + ".");
    }
    if (dimensions.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "Every dimension of a shape is at least 1, but it is " + dimensions + ".");
    }
    // Three dimensions overflow a long, but not a double's range; so far it counts exactly.
    if (dimensions.stream().mapToDouble(d -> d).reduce(1, (a, b) -> a * b) > Integer.MAX_VALUE) {
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

  /** Returns the shape of a sequence of tokens. */
  public static Shape tokens(int tokens, int channels) {
    return new Shape(List.of(tokens, channels));
  }

  /** Returns whether this is the shape of a vector. */
  public boolean isVector() {
    return dimensions.size() == 1;
  }

  /** Returns whether this is the shape of a token sequence. */
  public boolean isTokens() {
    return dimensions.size() == 2;
  }

  /** Returns whether this is the shape of a feature map. */
  public boolean isMap() {
    return dimensions.size() == 3;
  }

  /** Returns the channels of a map or of each token, or the size of a vector. */
  public int channels() {
    return dimensions.get(isTokens() ? 1 : 0);
  }

  /**
   * Returns the length of a token sequence.
   *
   * @throws IllegalStateException if this is none
   */
  public int tokens() {
    if (!isTokens()) {
      throw new IllegalStateException("Only a token sequence has tokens, not " + described() + ".");
    }
    return dimensions.get(0);
  }

  /**
   * Returns the height of a map.
   *
   * @throws IllegalStateException if this is none
   */
  public int height() {
    return side(1);
  }

  /**
   * Returns the width of a map.
   *
   * @throws IllegalStateException if this is none
   */
  public int width() {
    return side(2);
  }

  private int side(int index) {
    if (!isMap()) {
      throw new IllegalStateException(
          "Only a feature map has height and width, not " + described() + ".");
    }
    return dimensions.get(index);
  }

  /** Returns how many values a channel has: height times width, or the tokens, or 1. */
  public int positions() {
    return elements() / channels();
  }

  /** Returns the same kind of shape with other channels. */
  public Shape withChannels(int channels) {
    if (isVector()) {
      return vector(channels);
    }
    return isTokens() ? tokens(tokens(), channels) : map(channels, height(), width());
  }

  /** Returns the number of values of one sample. */
  public int elements() {
    return dimensions.stream().mapToInt(d -> d).reduce(1, (a, b) -> a * b);
  }

  /** Returns the shape in words, for example {@code a feature map of 512x4x4}. */
  String described() {
    if (isVector()) {
      return "a vector of " + this;
    }
    return (isTokens() ? "a token sequence of " : "a feature map of ") + this;
  }

  /** Returns for example {@code 512x4x4}, {@code 197x192} (tokens first) or {@code 2048}. */
  @Override
  public String toString() {
    return dimensions.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
