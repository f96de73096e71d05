package org.finetune4j.head.linear;

import java.util.List;

/**
 * A linear head that was solved before: its rows by name, for features with these statistics.
 *
 * @param mean of each feature
 * @param variance of each feature
 * @param weights a row for each name
 * @param names of labels, tags or quantities
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LinearSolution(
    double[] mean, double[] variance, LinearWeights weights, List<String> names) {
  /** Copies the names. */
  public LinearSolution {
    names = List.copyOf(names);
  }

  /**
   * Returns the rows of some names for features with other statistics: the same scores; zeros for
   * names that are new.
   */
  public LinearWeights rows(StandardizedFeatures features, List<String> wanted) {
    LinearWeights rows = LinearWeights.zero(features.dimension(), wanted.size());
    for (int c = 0; c < wanted.size(); c++) {
      int known = names.indexOf(wanted.get(c));
      if (known >= 0) {
        copy(known, features, rows, c);
      }
    }
    return rows;
  }

  private void copy(int from, StandardizedFeatures features, LinearWeights rows, int to) {
    double bias = weights.bias(from);
    for (int j = 0; j < rows.dimension(); j++) {
      double weight = weights.weight(from, j);
      if (features.variance(j) != variance[j] || features.mean(j) != mean[j]) {
        weight /= Math.sqrt(variance[j]);
        bias += weight * (features.mean(j) - mean[j]);
        weight *= Math.sqrt(features.variance(j));
      }
      rows.values()[to * rows.dimension() + j] = weight;
    }
    rows.values()[rows.classes() * rows.dimension() + to] = bias;
  }

  /** Returns which of some names have a row here. */
  public boolean[] knows(List<String> wanted) {
    boolean[] known = new boolean[wanted.size()];
    for (int c = 0; c < known.length; c++) {
      known[c] = names.contains(wanted.get(c));
    }
    return known;
  }
}
