package org.finetune4j.uncertainty;

import java.util.stream.IntStream;

/**
 * The inverse of a covariance, as the lower triangular W with W'W = inverse: lengths of W * x are
 * Mahalanobis distances. The covariance is drawn towards a multiple of the identity as far as
 * Ledoit and Wolf say (2004, <i>A well-conditioned estimator for large-dimensional covariance
 * matrices</i>), so that it can be inverted for fewer samples than features too.
 */
final class Whitening {
  /** Keeps features that are equal for all samples from making the covariance singular. */
  private static final double LEAST_VARIANCE = 1e-12;

  /** Samples that are turned from features by sample to samples by feature at once. */
  private static final int TOGETHER = 256;

  /** Samples whose products are summed in one loop, which Java's compiler makes vectors of. */
  private static final int AT_ONCE = 4;

  private Whitening() {}

  /**
   * Returns W, row by row.
   *
   * @param centred one array per feature, with a value per sample, of mean 0
   */
  static double[][] of(double[][] centred) {
    double[][] covariance = covariance(centred);
    shrink(covariance, shrinkage(centred, covariance));
    choleskyInPlace(covariance);
    return inverseOfLower(covariance);
  }

  static double[][] covariance(double[][] centred) {
    int size = centred.length;
    int samples = centred[0].length;
    double[][] covariance = new double[size][size];
    for (int first = 0; first < samples; first += TOGETHER) {
      double[][] rows = bySample(centred, first, Math.min(TOGETHER, samples - first));
      IntStream.range(0, size).parallel().forEach(a -> addProducts(rows, a, covariance[a]));
    }
    for (int a = 0; a < size; a++) {
      for (int b = 0; b <= a; b++) {
        covariance[a][b] /= samples;
        covariance[b][a] = covariance[a][b];
      }
    }
    return covariance;
  }

  /** Returns some samples, each an array, and with them zeros to a whole number of steps. */
  private static double[][] bySample(double[][] centred, int first, int count) {
    double[][] rows = new double[(count + AT_ONCE - 1) / AT_ONCE * AT_ONCE][centred.length];
    for (int a = 0; a < centred.length; a++) {
      for (int i = 0; i < count; i++) {
        rows[i][a] = centred[a][first + i];
      }
    }
    return rows;
  }

  /** Adds the products of one feature with itself and those before it. */
  private static void addProducts(double[][] rows, int feature, double[] sums) {
    for (int i = 0; i < rows.length; i += AT_ONCE) {
      addFour(rows[i], rows[i + 1], rows[i + 2], rows[i + 3], feature, sums);
    }
  }

  private static void addFour(
      double[] first,
      double[] second,
      double[] third,
      double[] fourth,
      int feature,
      double[] sums) {
    double a = first[feature];
    double b = second[feature];
    double c = third[feature];
    double d = fourth[feature];
    for (int i = 0; i <= feature; i++) {
      sums[i] += a * first[i] + b * second[i] + c * third[i] + d * fourth[i];
    }
  }

  /** Returns how far the covariance is drawn, 0 to 1. */
  static double shrinkage(double[][] centred, double[][] covariance) {
    int size = centred.length;
    int samples = centred[0].length;
    double squares = 0;
    double trace = 0;
    for (int a = 0; a < size; a++) {
      trace += covariance[a][a];
      squares += dot(covariance[a], covariance[a], size);
    }
    double fourth = 0;
    for (int i = 0; i < samples; i++) {
      double length = 0;
      for (double[] feature : centred) {
        length += feature[i] * feature[i];
      }
      fourth += length * length;
    }
    double mean = trace / size;
    double delta = (squares - 2 * mean * trace + size * mean * mean) / size;
    double beta = (fourth / samples - squares) / ((double) samples * size);
    return delta > 0 ? Math.max(0, Math.min(1, beta / delta)) : 0;
  }

  private static void shrink(double[][] covariance, double share) {
    double mean = 0;
    for (int a = 0; a < covariance.length; a++) {
      mean += covariance[a][a] / covariance.length;
    }
    for (int a = 0; a < covariance.length; a++) {
      for (int b = 0; b < covariance.length; b++) {
        covariance[a][b] *= 1 - share;
      }
      covariance[a][a] += share * mean + LEAST_VARIANCE + 1e-9 * mean;
    }
  }

  /** Leaves L with LL' = matrix in the lower half. */
  private static void choleskyInPlace(double[][] matrix) {
    int size = matrix.length;
    for (int a = 0; a < size; a++) {
      double pivot = Math.sqrt(matrix[a][a] - dot(matrix[a], matrix[a], a));
      matrix[a][a] = pivot;
      int column = a;
      IntStream.range(a + 1, size)
          .parallel()
          .forEach(
              row ->
                  matrix[row][column] =
                      (matrix[row][column] - dot(matrix[row], matrix[column], column)) / pivot);
    }
  }

  /** Each row of the inverse is a sum of the rows above it. */
  private static double[][] inverseOfLower(double[][] lower) {
    int size = lower.length;
    double[][] inverse = new double[size][size];
    for (int row = 0; row < size; row++) {
      double[] sum = inverse[row];
      for (int above = 0; above < row; above++) {
        double factor = lower[row][above];
        for (int k = 0; k <= above; k++) {
          sum[k] -= factor * inverse[above][k];
        }
      }
      for (int k = 0; k < row; k++) {
        sum[k] /= lower[row][row];
      }
      sum[row] = 1 / lower[row][row];
    }
    return inverse;
  }

  private static double dot(double[] a, double[] b, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
