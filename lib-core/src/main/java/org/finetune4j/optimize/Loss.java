package org.finetune4j.optimize;

import java.util.List;

/**
 * Cross-entropy, and how it weighs its targets. Over a softmax it is Keras's {@code
 * CategoricalCrossentropy}, over sigmoid units {@code BinaryCrossentropy}. The mean divides by the
 * number of samples, also where classes have weights. A soft target's loss is the mixture of the
 * losses of its classes: for the target {@code t}, the class weights {@code w}, the smoothing
 * {@code s}, K classes and the probabilities {@code p} it is {@code -sum_c t_c w_c sum_k ((1 - s)
 * [k = c] + s / K) log p_k}.
 *
 * @param labelSmoothing share of each target that is spread evenly over all classes
 * @param classWeights one factor per class, or none
 */
public record Loss(double labelSmoothing, List<Double> classWeights) {
  /**
   * Checks the numbers and copies the weights.
   *
   * @throws IllegalArgumentException if the smoothing is not from 0 to below 1, or a weight is
   *     negative or not a number
   */
  public Loss {
    Optimizer.requireShare("Label smoothing", labelSmoothing);
    classWeights = List.copyOf(classWeights);
    if (classWeights.stream().anyMatch(w -> !(w >= 0 && w < Double.POSITIVE_INFINITY))) {
      throw new IllegalArgumentException(
          "Class weights are 0 or more and finite, not " + classWeights + ".");
    }
  }

  /** Returns plain cross-entropy. */
  public static Loss crossEntropy() {
    return new Loss(0, List.of());
  }

  /** Returns this loss with label smoothing; 0.1 is usual. */
  public Loss labelSmoothing(double newLabelSmoothing) {
    return new Loss(newLabelSmoothing, classWeights);
  }

  /** Returns this loss with a factor for each class, in the order of the labels. */
  public Loss classWeights(List<Double> newClassWeights) {
    return new Loss(labelSmoothing, newClassWeights);
  }
}
