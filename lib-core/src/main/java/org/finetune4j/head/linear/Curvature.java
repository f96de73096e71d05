package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What the features alone say of the loss's curvature: that of a class by its weights is about the
 * product of the features with themselves, times the curvature by a score, plus the penalty
 * (Böhning 1992 bounds that of a logistic regression so). Correlated features make a long thin
 * valley of a loss; divided by this it is nearly round, and a third of the steps leads to its end.
 */
final class Curvature implements Lbfgs.Preconditioner {
  /** Keeps products of dependent features apart from nothing. */
  private static final double LEAST = 1e-8;

  /** Classes that one thread solves for together. */
  private static final int AT_ONCE = 8;

  /** Above, the products of the features take more memory than the features usually do. */
  private static final int MOST_FEATURES = 4096;

  /** Products of features cost as many evaluations as a quarter of the features by class. */
  private static final int FEATURES_OF_A_CLASS = 256;

  private final Cholesky factors;
  private final int dimension;
  private final int classes;
  private final double bias;

  private Curvature(Cholesky factors, int dimension, int classes, double bias) {
    this.factors = factors;
    this.dimension = dimension;
    this.classes = classes;
    this.bias = bias;
  }

  /** Returns the preconditioner of a fit: none where it would cost more than it saves. */
  static Lbfgs.Preconditioner of(
      StandardizedFeatures features, LinearProblem problem, double penalty) {
    int dimension = features.dimension();
    if (dimension > Math.min(MOST_FEATURES, FEATURES_OF_A_CLASS * problem.outputs())) {
      return Lbfgs.Preconditioner.none();
    }
    double byScore = problem.loss().curvature();
    double[][] gram = features.gram();
    double[][] hessian = new double[dimension][];
    double trace = 0;
    for (int j = 0; j < dimension; j++) {
      trace += gram[j][j];
    }
    double added = penalty + LEAST * byScore * trace / dimension;
    Arrays.parallelSetAll(
        hessian,
        j -> {
          double[] row = new double[dimension];
          for (int i = 0; i < dimension; i++) {
            row[i] = byScore * gram[j][i] + (i == j ? added : 0);
          }
          return row;
        });
    return new Curvature(new Cholesky(hessian), dimension, problem.outputs(), byScore);
  }

  @Override
  public void apply(double[] vector) {
    IntStream.range(0, (classes + AT_ONCE - 1) / AT_ONCE)
        .parallel()
        .forEach(piece -> apply(vector, piece * AT_ONCE, Math.min(classes, (piece + 1) * AT_ONCE)));
    for (int c = 0; c < classes; c++) {
      vector[classes * dimension + c] /= bias;
    }
  }

  private void apply(double[] vector, int first, int end) {
    double[][] sides = new double[end - first][];
    Arrays.setAll(
        sides,
        c -> Arrays.copyOfRange(vector, (first + c) * dimension, (first + c + 1) * dimension));
    factors.solve(sides);
    for (int c = first; c < end; c++) {
      System.arraycopy(sides[c - first], 0, vector, c * dimension, dimension);
    }
  }
}
