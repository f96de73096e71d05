package org.finetune4j.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;
import org.finetune4j.target.Quantity;

/**
 * How near predicted numbers are to the true ones, in their unit. As scikit-learn and SciPy compute
 * them.
 *
 * @param quantity what the numbers mean
 * @param meanAbsoluteError mean distance
 * @param rootMeanSquaredError root of the mean squared distance: large errors count more
 * @param medianAbsoluteError the distance that half of the pictures stay below
 * @param meanError mean of predicted minus true: how much is said too much
 * @param r2 share of the variance that is explained, 1 at best; 0 is what the mean of the true
 *     numbers would get, and worse predictions are below. If all true numbers are the same: 1 if
 *     all predictions are right, else 0
 * @param spearman rank correlation, -1 to 1, ties with their mean rank; NaN if all true or all
 *     predicted numbers are the same
 */
public record RegressionMetrics(
    Quantity quantity,
    double meanAbsoluteError,
    double rootMeanSquaredError,
    double medianAbsoluteError,
    double meanError,
    double r2,
    double spearman) {

  static RegressionMetrics of(Quantity quantity, double[] truth, double[] predicted) {
    double[] errors = new double[truth.length];
    Arrays.setAll(errors, i -> predicted[i] - truth[i]);
    double[] distances = Arrays.stream(errors).map(Math::abs).sorted().toArray();
    double squares = Arrays.stream(errors).map(e -> e * e).sum();
    double mean = Arrays.stream(truth).average().orElseThrow();
    double variation = Arrays.stream(truth).map(t -> (t - mean) * (t - mean)).sum();
    int middle = distances.length / 2;
    return new RegressionMetrics(
        quantity,
        Arrays.stream(distances).average().orElseThrow(),
        Math.sqrt(squares / truth.length),
        distances.length % 2 == 1
            ? distances[middle]
            : (distances[middle - 1] + distances[middle]) / 2,
        Arrays.stream(errors).average().orElseThrow(),
        variation == 0 ? (squares == 0 ? 1 : 0) : 1 - squares / variation,
        correlation(ranks(truth), ranks(predicted)));
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparing(i -> values[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] ranks = new double[values.length];
    int first = 0;
    while (first < order.length) {
      int end = first + 1;
      while (end < order.length && values[order[end]] == values[order[first]]) {
        end++;
      }
      for (int i = first; i < end; i++) {
        ranks[order[i]] = (first + end - 1) / 2.0;
      }
      first = end;
    }
    return ranks;
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double both = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      both += (a[i] - meanA) * (b[i] - meanB);
      squaresA += (a[i] - meanA) * (a[i] - meanA);
      squaresB += (b[i] - meanB) * (b[i] - meanB);
    }
    return both / Math.sqrt(squaresA * squaresB);
  }

  /** Returns for example {@code fill: MAE 4.21 %, RMSE 5.93 %, R2 0.951}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: MAE %s, RMSE %s, median error %s, R2 %.3f, Spearman %.3f",
        quantity.name(),
        quantity.format(meanAbsoluteError),
        quantity.format(rootMeanSquaredError),
        quantity.format(medianAbsoluteError),
        r2,
        spearman);
  }
}
