package org.finetune4j.head.linear;

import java.util.List;

/**
 * A linear head as one array, the form the optimizer moves: for each class its weights, then the
 * bias of every class.
 *
 * @param values {@code classes * dimension + classes} numbers
 * @param dimension features of a sample
 * @param classes number of classes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LinearWeights(double[] values, int dimension, int classes) {
  /** Returns weights of nothing. */
  public static LinearWeights zero(int dimension, int classes) {
    return new LinearWeights(new double[classes * dimension + classes], dimension, classes);
  }

  /** Returns several of one output each as one. */
  public static LinearWeights joined(List<LinearWeights> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    int dimension = parts.get(0).dimension;
    LinearWeights all = zero(dimension, parts.size());
    for (int c = 0; c < parts.size(); c++) {
      System.arraycopy(parts.get(c).values, 0, all.values, c * dimension, dimension);
      all.values[parts.size() * dimension + c] = parts.get(c).bias(0);
    }
    return all;
  }

  /** Returns the weight of a feature for a class. */
  public double weight(int ofClass, int feature) {
    return values[ofClass * dimension + feature];
  }

  /** Returns the bias of a class. */
  public double bias(int ofClass) {
    return values[classes * dimension + ofClass];
  }
}
