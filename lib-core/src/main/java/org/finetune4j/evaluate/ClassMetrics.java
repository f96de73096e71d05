package org.finetune4j.evaluate;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How well one class is found, or a mean of that over classes. Where a denominator is zero, the
 * value is 0 (as in scikit-learn).
 *
 * @param name of the class, or of the mean
 * @param precision share of the pictures predicted as this class that belong to it
 * @param recall share of the pictures of this class that are predicted as it
 * @param f1 harmonic mean of precision and recall
 * @param support number of pictures of this class
 */
public record ClassMetrics(String name, double precision, double recall, double f1, long support) {
  static ClassMetrics of(String name, long hits, long predicted, long support) {
    double precision = ratio((double) hits, (double) predicted);
    double recall = ratio((double) hits, (double) support);
    return new ClassMetrics(
        name, precision, recall, ratio(2.0 * hits, (double) (predicted + support)), support);
  }

  /** Returns a mean; its support is the sum. */
  static ClassMetrics average(
      String name, List<ClassMetrics> all, ToDoubleFunction<ClassMetrics> weight) {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    double weights = 0;
    long support = 0;
    for (ClassMetrics metrics : all) {
      double w = weight.applyAsDouble(metrics);
      precision += w * metrics.precision;
      recall += w * metrics.recall;
      f1 += w * metrics.f1;
      weights += w;
      support += metrics.support;
    }
    return new ClassMetrics(
        name, ratio(precision, weights), ratio(recall, weights), ratio(f1, weights), support);
  }

  static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
