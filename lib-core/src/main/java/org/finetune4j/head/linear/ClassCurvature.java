package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The loss's curvature at some weights, apart for each direction in which scores differ: that of
 * cats against dogs is high, and seen in other features, where that of ships against trucks is not.
 * The directions are those that are independent of each other in the mean over the samples. Takes
 * half of the steps that a curvature takes which all classes have in common ({@link Curvature}),
 * and a matrix for every class. For one thread.
 */
final class ClassCurvature implements Lbfgs.Preconditioner {
  /** Numbers in the matrices of all classes, at most: 384 MB. */
  private static final long MOST_NUMBERS = 48L << 20;

  /** Below so many samples for each feature and class, steps cost less than what saves them. */
  private static final double SAMPLES = 0.25;

  /** Samples of a feature from which on the curvature is soon about that at the minimum. */
  private static final int MANY_SAMPLES = 4;

  private static final int STEPS_AMONG_MANY = 5;

  private final int dimension;
  private final int classes;
  private final int[] free;
  private final double[][] directions;
  private final Cholesky[] factors;

  private ClassCurvature(
      int dimension, int classes, int[] free, double[][] directions, double[][][] curvatures) {
    this.dimension = dimension;
    this.classes = classes;
    this.free = free;
    this.directions = directions;
    this.factors = Arrays.stream(curvatures).map(Cholesky::new).toArray(Cholesky[]::new);
  }

  /** Returns whether it saves more than it costs. */
  static boolean pays(StandardizedFeatures features, LinearProblem problem) {
    long size = features.dimension() + 1L;
    return problem.outputs() * size * (size + 1) / 2 <= MOST_NUMBERS
        && features.samples() >= SAMPLES * features.dimension() * problem.outputs();
  }

  /** Returns after how many steps without it the curvature is worth a look. */
  static int stepsBefore(StandardizedFeatures features) {
    return features.samples() < MANY_SAMPLES * features.dimension()
        ? Curvature.STEPS_AMONG_FEW
        : STEPS_AMONG_MANY;
  }

  /**
   * Looks at the curvature.
   *
   * @param penalty above 0
   * @param held rows that do not move
   * @param penalizesBiases whether the penalty holds for biases too
   */
  static ClassCurvature at(
      LinearWeights weights,
      StandardizedFeatures features,
      LinearProblem problem,
      double penalty,
      boolean[] held,
      boolean penalizesBiases) {
    int[] free = IntStream.range(0, held.length).filter(c -> !held[c]).toArray();
    double[][] scores = features.scores(weights);
    double[] bySample = problem.curvatures(scores);
    int[][] groups = problem.groups();
    double[][][] byScores = new double[groups.length][][];
    Arrays.parallelSetAll(byScores, group -> problem.curvature(scores, groups[group], free));
    double[][] directions = Eigenvectors.of(sum(byScores, free.length));

    // Samples of a class are taken to be alike but for how sure they are: one look at them all.
    double[][][] curvatures = triangles(free.length, features.dimension() + 1);
    for (int group = 0; group < groups.length; group++) {
      double[] counts = Arrays.stream(groups[group]).mapToDouble(i -> bySample[i]).toArray();
      double all = Arrays.stream(counts).sum();
      if (all > 0) {
        double[][] byScore = byScores[group];
        double[] shares =
            Arrays.stream(directions).mapToDouble(it -> along(byScore, it) / all).toArray();
        add(features.rounded().gram(groups[group], counts), shares, curvatures);
      }
    }
    for (double[][] curvature : curvatures) {
      addPenalty(curvature, penalty, penalizesBiases);
    }
    return new ClassCurvature(
        features.dimension(), problem.outputs(), free, directions, curvatures);
  }

  private static double[][] sum(double[][][] matrices, int size) {
    double[][] sum = new double[size][size];
    for (double[][] matrix : matrices) {
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          sum[row][column] += matrix[row][column];
        }
      }
    }
    return sum;
  }

  private static double along(double[][] matrix, double[] direction) {
    double sum = 0;
    for (int row = 0; row < direction.length; row++) {
      for (int column = 0; column < direction.length; column++) {
        sum += direction[row] * matrix[row][column] * direction[column];
      }
    }
    return Math.max(0, sum);
  }

  private static double[][][] triangles(int count, int size) {
    double[][][] triangles = new double[count][size][];
    for (double[][] triangle : triangles) {
      Arrays.setAll(triangle, row -> new double[row + 1]);
    }
    return triangles;
  }

  /** Adds a lower triangle to several, each time as much as its share says. */
  private static void add(double[][] triangle, double[] shares, double[][][] sums) {
    IntStream.range(0, triangle.length)
        .parallel()
        .forEach(
            row -> {
              for (int k = 0; k < shares.length; k++) {
                Vectors.add(sums[k][row], shares[k], triangle[row]);
              }
            });
  }

  private static void addPenalty(double[][] curvature, double penalty, boolean penalizesBiases) {
    int bias = curvature.length - 1;
    double trace = 0;
    for (int j = 0; j < bias; j++) {
      trace += curvature[j][j];
    }
    double added = Math.max(penalty, Curvature.LEAST * trace / bias);
    for (int j = 0; j < bias; j++) {
      curvature[j][j] += added;
    }
    // Along a direction in which all scores move alike nothing has a curvature, nor a slope.
    boolean none = curvature[bias][bias] < Curvature.LEAST * penalty;
    curvature[bias][bias] +=
        penalizesBiases || none ? penalty : Curvature.LEAST * curvature[bias][bias];
  }

  @Override
  public void apply(double[] vector) {
    double[][] turned = new double[directions.length][];
    Arrays.parallelSetAll(
        turned,
        k -> {
          double[] side = new double[dimension + 1];
          for (int f = 0; f < free.length; f++) {
            double factor = directions[k][f];
            int at = free[f] * dimension;
            for (int j = 0; j < dimension; j++) {
              side[j] += factor * vector[at + j];
            }
            side[dimension] += factor * vector[classes * dimension + free[f]];
          }
          factors[k].solve(side);
          return side;
        });
    IntStream.range(0, free.length).parallel().forEach(f -> turnBack(turned, f, vector));
  }

  private void turnBack(double[][] turned, int f, double[] vector) {
    double[] row = new double[dimension + 1];
    for (int k = 0; k < turned.length; k++) {
      Vectors.add(row, directions[k][f], turned[k]);
    }
    System.arraycopy(row, 0, vector, free[f] * dimension, dimension);
    vector[classes * dimension + free[f]] = row[dimension];
  }
}
