package org.finetune4j.quantize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.evaluate.RegressionEvaluation;

/**
 * Two regressors' answers to the same pictures. Each quantity counts in units of its spread: what
 * saying the median of the true numbers would err on average. The test is the sign test on the
 * pictures whose error changed by more than a hundredth of the first one's mean error.
 *
 * @param pictures how many
 * @param before 1 less the first one's mean absolute error, in units of spread
 * @param after the same of the second one
 * @param worse pictures on which the second one errs more
 * @param better pictures on which it errs less
 * @param agreement share of the pictures whose numbers moved by less than the first one's mean
 *     error
 * @param change mean absolute change of the numbers, in units of spread
 * @param others the mean absolute errors in the quantities' own units
 */
record PairedNumbers(
    int pictures,
    double before,
    double after,
    int worse,
    int better,
    double agreement,
    double change,
    List<Measure> others)
    implements Comparison {
  private static final double TIE = 0.01;

  static PairedNumbers of(RegressionEvaluation before, RegressionEvaluation after) {
    int pictures = before.size();
    int quantities = before.quantities().size();
    double[] first = new double[pictures];
    double[] second = new double[pictures];
    double[] moved = new double[pictures];
    List<Measure> others = new ArrayList<>();
    for (int quantity = 0; quantity < quantities; quantity++) {
      double[] truth = before.truth().column(quantity);
      double unit = quantities * spread(truth);
      double[] was = before.predicted(quantity);
      double[] is = after.predicted(quantity);
      for (int i = 0; i < pictures; i++) {
        first[i] += Math.abs(was[i] - truth[i]) / unit;
        second[i] += Math.abs(is[i] - truth[i]) / unit;
        moved[i] += Math.abs(is[i] - was[i]) / unit;
      }
      others.add(
          new Measure(
              "mean absolute error of " + before.quantities().get(quantity),
              before.metrics().get(quantity).meanAbsoluteError(),
              after.metrics().get(quantity).meanAbsoluteError()));
    }
    double error = mean(first);
    int worse = 0;
    int better = 0;
    int agreed = 0;
    for (int i = 0; i < pictures; i++) {
      worse += second[i] - first[i] > TIE * error ? 1 : 0;
      better += first[i] - second[i] > TIE * error ? 1 : 0;
      agreed += moved[i] < error ? 1 : 0;
    }
    return new PairedNumbers(
        pictures,
        1 - error,
        1 - mean(second),
        worse,
        better,
        agreed / (double) pictures,
        mean(moved),
        List.copyOf(others));
  }

  private static double spread(double[] truth) {
    double[] sorted = truth.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    double spread = Arrays.stream(truth).map(it -> Math.abs(it - median)).average().orElseThrow();
    return spread > 0 ? spread : 1; // all the same: errors in their own unit
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  @Override
  public double lossInPoints() {
    return 100 * (before - after);
  }

  @Override
  public double pValue() {
    return Comparison.atLeast(worse, worse + better);
  }
}
