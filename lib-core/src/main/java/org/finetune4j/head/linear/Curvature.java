package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the features alone say of the loss's curvature: that of a class by its weights is about the
 * product of the features with themselves, times the curvature by a score, plus the penalty
 * (Böhning 1992 bounds that of a logistic regression so). Correlated features make a long thin
 * valley of a loss; divided by this it is nearly round, and a third of the steps leads to its end.
 * For one thread.
 */
final class Curvature implements Lbfgs.Preconditioner {
  /** Keeps products of dependent features apart from nothing. */
  private static final double LEAST = 1e-8;

  /** Classes that one thread solves for together. */
  private static final int AT_ONCE = 4;

  /** Above, the products of the features take more memory than the features usually do. */
  private static final int MOST_FEATURES = 4096;

  /** Products of features cost as many evaluations as a quarter of the features by class. */
  private static final int FEATURES_OF_A_CLASS = 256;

  private final StandardizedFeatures features;
  private final double penalty;
  private final double byScore;
  private final int classes;
  private @Nullable Cholesky factors;

  private Curvature(StandardizedFeatures features, LinearProblem problem, double penalty) {
    this.features = features;
    this.penalty = penalty;
    this.byScore = problem.loss().curvature();
    this.classes = problem.outputs();
  }

  /** Returns the preconditioner of a fit; empty where it would cost more than it saves. */
  static Optional<Curvature> of(
      StandardizedFeatures features, LinearProblem problem, double penalty) {
    boolean pays =
        features.dimension() <= Math.min(MOST_FEATURES, FEATURES_OF_A_CLASS * problem.outputs());
    return pays ? Optional.of(new Curvature(features, problem, penalty)) : Optional.empty();
  }

  /** Multiplies the features with each other when that is needed for the first time. */
  private Cholesky factors() {
    if (factors == null) {
      double[][] gram = features.gram();
      double trace = IntStream.range(0, gram.length).mapToDouble(j -> gram[j][j]).sum();
      double added = penalty + LEAST * byScore * trace / gram.length;
      double[][] hessian = new double[gram.length][];
      Arrays.parallelSetAll(
          hessian, j -> Arrays.stream(gram[j]).map(product -> byScore * product).toArray());
      for (int j = 0; j < hessian.length; j++) {
        hessian[j][j] += added;
      }
      factors = new Cholesky(hessian);
    }
    return factors;
  }

  @Override
  public void apply(double[] vector) {
    Cholesky known = factors();
    IntStream.range(0, (classes + AT_ONCE - 1) / AT_ONCE)
        .parallel()
        .forEach(piece -> solve(known, vector, piece * AT_ONCE));
    for (int c = 0; c < classes; c++) {
      vector[classes * features.dimension() + c] /= byScore;
    }
  }

  private void solve(Cholesky known, double[] vector, int first) {
    int size = features.dimension();
    double[][] sides = new double[Math.min(AT_ONCE, classes - first)][];
    Arrays.setAll(
        sides, c -> Arrays.copyOfRange(vector, (first + c) * size, (first + c + 1) * size));
    known.solve(sides);
    for (int c = 0; c < sides.length; c++) {
      System.arraycopy(sides[c], 0, vector, (first + c) * size, size);
    }
  }
}
