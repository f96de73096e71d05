package org.finetune4j.head;

/**
 * A linear classifier as one array, the form the optimizer moves: for each class its weights, then
 * the bias of every class.
 *
 * @param values {@code classes * dimension + classes} numbers
 * @param dimension features of a sample
 * @param classes number of classes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LinearWeights(double[] values, int dimension, int classes) {
  static LinearWeights zero(int dimension, int classes) {
    return new LinearWeights(new double[classes * dimension + classes], dimension, classes);
  }

  double weight(int ofClass, int feature) {
    return values[ofClass * dimension + feature];
  }

  double bias(int ofClass) {
    return values[classes * dimension + ofClass];
  }
}
