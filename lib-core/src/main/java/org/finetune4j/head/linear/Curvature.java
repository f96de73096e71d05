package org.finetune4j.head.linear;

import com.google.common.base.Suppliers;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What features say of the loss's curvature: that of a class by its weights is about the product of
 * the features with themselves, times the curvature by a score, plus the penalty (Böhning 1992
 * bounds that of a logistic regression so). Correlated features make a long thin valley of a loss;
 * divided by this it is nearly round, and a third of the steps leads to its end. Near the end
 * samples count by the curvature that they have there: those that are surely right have none. For
 * one thread.
 */
final class Curvature implements Lbfgs.Preconditioner {
  /** The least penalty, as a part of the products: above what float32 makes of nothing. */
  static final double LEAST = 1e-5;

  /** Classes that one thread solves for together. */
  private static final int AT_ONCE = 4;

  /** Above, the products of the features take more memory than the features usually do. */
  private static final int MOST_FEATURES = 4096;

  /** Products of features cost as many evaluations as a quarter of the features by class. */
  private static final int FEATURES_OF_A_CLASS = 256;

  /** Samples of a feature from which on a step by the curvature costs hardly more than another. */
  private static final int MANY_SAMPLES = 8;

  /** Among fewer, many a minimum is found before it pays. */
  static final int STEPS_AMONG_FEW = 50;

  private final int dimension;
  private final int classes;
  private final double byScore;
  private final Cholesky factors;

  /**
   * Factors the curvature.
   *
   * @param byScore that by a score, mean over the samples
   * @param products of the features, times that; overwritten
   */
  private Curvature(LinearProblem problem, double penalty, double byScore, double[][] products) {
    this.dimension = products.length;
    this.classes = problem.outputs();
    this.byScore = byScore;
    double trace = IntStream.range(0, dimension).mapToDouble(j -> products[j][j]).sum();
    double added = Math.max(penalty, LEAST * trace / dimension);
    for (int j = 0; j < dimension; j++) {
      products[j][j] += added;
    }
    this.factors = new Cholesky(products);
  }

  /** Returns whether it saves more than it costs. */
  static boolean pays(StandardizedFeatures features, LinearProblem problem) {
    return features.dimension() <= Math.min(MOST_FEATURES, FEATURES_OF_A_CLASS * problem.outputs());
  }

  /**
   * Returns after how many steps without it the curvature is worth its products: as many as take
   * the same time. An evaluation multiplies each feature twice with each class, the products each
   * with half of the others, twice as fast.
   */
  static int stepsBefore(StandardizedFeatures features, LinearProblem problem) {
    int asMuch = features.dimension() / (4 * problem.outputs());
    return features.samples() < MANY_SAMPLES * features.dimension()
        ? STEPS_AMONG_FEW
        : Math.min(asMuch, STEPS_AMONG_FEW);
  }

  /** Returns what is about right at all weights; fits of the same features share the products. */
  static Lbfgs.Preconditioner everywhere(
      StandardizedFeatures features, LinearProblem problem, double penalty) {
    double byScore = problem.loss().curvature();
    return whenNeeded(
        () -> {
          double[][] products = new double[features.dimension()][];
          double[][] gram = features.rounded().gram();
          Arrays.parallelSetAll(
              products, j -> Arrays.stream(gram[j]).map(product -> byScore * product).toArray());
          return new Curvature(problem, penalty, byScore, products);
        });
  }

  /**
   * Returns what is right at some weights, as far as all classes have one curvature in common.
   *
   * @param penalty above 0, which is left where no sample has curvature
   */
  static Lbfgs.Preconditioner at(
      LinearWeights weights, StandardizedFeatures features, LinearProblem problem, double penalty) {
    return whenNeeded(
        () -> {
          double[] bySample = problem.curvatures(features.scores(weights));
          double byScore = Arrays.stream(bySample).sum() / bySample.length;
          return new Curvature(
              problem,
              penalty,
              Math.max(byScore, LEAST * problem.loss().curvature()),
              features.rounded().gram(bySample));
        });
  }

  /** Many a minimum is found before. */
  private static Lbfgs.Preconditioner whenNeeded(Supplier<Curvature> curvature) {
    Supplier<Curvature> once = Suppliers.memoize(curvature::get);
    return vector -> once.get().apply(vector);
  }

  @Override
  public void apply(double[] vector) {
    IntStream.range(0, (classes + AT_ONCE - 1) / AT_ONCE)
        .parallel()
        .forEach(piece -> solve(vector, piece * AT_ONCE));
    for (int c = 0; c < classes; c++) {
      vector[classes * dimension + c] /= byScore;
    }
  }

  private void solve(double[] vector, int first) {
    int size = dimension;
    double[][] sides = new double[Math.min(AT_ONCE, classes - first)][];
    Arrays.setAll(
        sides, c -> Arrays.copyOfRange(vector, (first + c) * size, (first + c + 1) * size));
    factors.solve(sides);
    for (int c = 0; c < sides.length; c++) {
      System.arraycopy(sides[c], 0, vector, (first + c) * size, size);
    }
  }
}
