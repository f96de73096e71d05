package org.finetune4j.target;

import java.util.Arrays;
import java.util.List;

/**
 * The right answer for one picture: one label, several tags, or numbers. An immutable value; the
 * {@link Task} of the dataset says what its indices and numbers mean.
 */
public sealed interface Target {
  /**
   * The class of a picture.
   *
   * @param index of the class among the labels, from 0 on
   */
  record Label(int index) implements Target {
    /**
     * Checks the index.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Label {
      if (index < 0) {
        throw new IllegalArgumentException("A label is an index from 0, not " + index + ".");
      }
    }
  }

  /**
   * What is in a picture: any number of tags.
   *
   * @param indices of the tags among the labels, from 0 on, each once; may be empty
   */
  record Tags(List<Integer> indices) implements Target {
    /**
     * Sorts the indices.
     *
     * @throws IllegalArgumentException if one is negative or stands twice
     */
    public Tags {
      List<Integer> sorted = indices.stream().distinct().sorted().toList();
      if (sorted.size() != indices.size() || (!sorted.isEmpty() && sorted.get(0) < 0)) {
        throw new IllegalArgumentException(
            "Tags are indices from 0, each once, not " + indices + ".");
      }
      indices = sorted;
    }
  }

  /**
   * What is measured in a picture.
   *
   * @param values finite, one per quantity
   */
  record Numbers(List<Double> values) implements Target {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if there is none, or one is NaN or infinite
     */
    public Numbers {
      values = List.copyOf(values);
      if (values.isEmpty()
          || !values.stream().allMatch(it -> Double.isFinite((float) (double) it))) {
        throw new IllegalArgumentException(
            "The numbers of a picture are finite and at least one, but are " + values + ".");
      }
    }
  }

  /** Returns the class of a picture. */
  static Target label(int index) {
    return new Label(index);
  }

  /** Returns tags of a picture; none is possible. */
  static Target tags(int... indices) {
    return new Tags(Arrays.stream(indices).boxed().toList());
  }

  /** Returns numbers of a picture, in the order of the quantities. */
  static Target numbers(double... values) {
    return new Numbers(Arrays.stream(values).boxed().toList());
  }
}
