package org.finetune4j.head.linear;

import com.google.common.base.Suppliers;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;

/**
 * Features with mean 0 and deviation 1, computed in float64 from those of a set whenever they are
 * needed: it is seldom, as {@link RoundedFeatures} serve most of the way to a minimum. No sum
 * depends on how many threads there are.
 */
public final class StandardizedFeatures {
  /**
   * The deviation, as a part of the mean, below which it is nothing but rounding: even one float32
   * among a million that differs by its last bit deviates more.
   */
  private static final double CONSTANT = 1e-11;

  /** The variance of numbers whose reciprocal float32 cannot hold. */
  private static final double SMALLEST = 1e-70;

  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  /** Samples that one thread takes at a time; parts of their sums are added up in order. */
  private static final int PIECE = 256;

  /** Samples that are turned into columns together: a line of the processor's cache. */
  private static final int LINE = 8;

  /** Samples whose features stay in the cache while the gradient of each class reads them. */
  private static final int NEAR = 128;

  private final FeatureSet features;
  private final int samples;
  private final int dimension;
  private final double[] mean;
  private final double[] variance;
  private final double[] scale;
  private final Supplier<RoundedFeatures> rounded =
      Suppliers.memoize(() -> new RoundedFeatures(this));

  private StandardizedFeatures(FeatureSet features, double[] mean, double[] variance) {
    this.features = features;
    this.samples = features.size();
    this.dimension = features.dimension();
    this.mean = mean;
    this.variance = variance;
    this.scale = Arrays.stream(variance).map(it -> 1 / Math.sqrt(it)).toArray();
  }

  /** Standardises with the features' own mean and population variance. */
  public static StandardizedFeatures fit(FeatureSet features) {
    int dimension = features.dimension();
    double[] mean = mean(features, new double[dimension], 1);
    double[] variance = mean(features, mean, 2);
    for (int j = 0; j < dimension; j++) {
      // A feature that never changes says nothing; dividing by its deviation would let it shout.
      if (Math.sqrt(variance[j]) <= CONSTANT * Math.abs(mean[j]) || variance[j] < SMALLEST) {
        variance[j] = 1;
      }
    }
    return new StandardizedFeatures(features, mean, variance);
  }

  /** Returns the mean distance of each feature from a centre, or that of its square. */
  private static double[] mean(FeatureSet features, double[] center, int power) {
    double[] mean = new double[center.length];
    int pieces = (features.size() + PIECE - 1) / PIECE;
    for (int first = 0; first < pieces; first += THREADS) {
      double[][] sums = new double[Math.min(THREADS, pieces - first)][];
      int from = first;
      Arrays.parallelSetAll(sums, k -> sum(features, center, power, (from + k) * PIECE));
      for (double[] sum : sums) {
        for (int j = 0; j < mean.length; j++) {
          mean[j] += sum[j] / features.size();
        }
      }
    }
    return mean;
  }

  private static double[] sum(FeatureSet features, double[] center, int power, int first) {
    double[] sum = new double[center.length];
    float[] row = new float[center.length];
    for (int i = first; i < Math.min(features.size(), first + PIECE); i++) {
      features.copyFeatures(i, row, 0);
      for (int j = 0; j < sum.length; j++) {
        double distance = row[j] - center[j];
        sum[j] += power == 1 ? distance : distance * distance;
      }
    }
    return sum;
  }

  /** Standardises with the statistics that a solution belongs to. */
  public static StandardizedFeatures of(FeatureSet features, LinearSolution solution) {
    return new StandardizedFeatures(features, solution.mean(), solution.variance());
  }

  /** Standardises other features with the statistics of these. */
  public StandardizedFeatures apply(FeatureSet others) {
    return new StandardizedFeatures(others, mean, variance);
  }

  /** Returns the number of samples. */
  public int samples() {
    return samples;
  }

  /** Returns the number of features of a sample. */
  public int dimension() {
    return dimension;
  }

  /** Returns the mean of a feature. */
  public double mean(int feature) {
    return mean[feature];
  }

  /** Returns the variance of a feature; 1 where it never changes. */
  public double variance(int feature) {
    return variance[feature];
  }

  /** Returns the same features in float32, which are made once. */
  RoundedFeatures rounded() {
    return rounded.get();
  }

  /**
   * Reads the features of a sample.
   *
   * @param raw room for them as they are in the set
   */
  void read(int sample, float[] raw, double[] target) {
    features.copyFeatures(sample, raw, 0);
    for (int j = 0; j < dimension; j++) {
      target[j] = (raw[j] - mean[j]) * scale[j];
    }
  }

  /** Returns scores[class][sample] = weights[class] * features + bias. */
  public double[][] scores(LinearWeights weights) {
    double[][] scores = new double[weights.classes()][samples];
    IntStream.range(0, THREADS).parallel().forEach(thread -> writeScores(weights, thread, scores));
    return scores;
  }

  /** Writes the scores of every so manieth piece. */
  private void writeScores(LinearWeights weights, int thread, double[][] scores) {
    double[][] columns = new double[dimension][PIECE];
    double[] sum = new double[PIECE];
    for (int first = thread * PIECE; first < samples; first += THREADS * PIECE) {
      int count = Math.min(PIECE, samples - first);
      read(first, count, columns);
      for (int c = 0; c < scores.length; c++) {
        Arrays.fill(sum, weights.bias(c));
        Vectors.addRows(columns, dimension, weights.values(), c * dimension, sum);
        System.arraycopy(sum, 0, scores[c], first, count);
      }
    }
  }

  /** Reads some samples feature by feature. */
  private void read(int first, int count, double[][] columns) {
    float[] raw = new float[dimension];
    double[][] rows = new double[LINE][dimension];
    for (int from = 0; from < count; from += LINE) {
      int some = Math.min(LINE, count - from);
      for (int i = 0; i < some; i++) {
        read(first + from + i, raw, rows[i]);
      }
      for (int j = 0; j < dimension; j++) {
        for (int i = 0; i < some; i++) {
          columns[j][from + i] = rows[i][j];
        }
      }
    }
  }

  /**
   * Adds the gradient by the weights, given that by the scores.
   *
   * @param byScore by class and sample
   * @param gradient class by class, as {@link LinearWeights} has them
   */
  void addGradient(double[][] byScore, double[] gradient) {
    double[][] sums = new double[byScore.length][dimension];
    float[][] raw = new float[NEAR][dimension];
    double[][] rows = new double[NEAR][dimension];
    for (int first = 0; first < samples; first += NEAR) {
      int from = first;
      int count = Math.min(NEAR, samples - first);
      IntStream.range(0, count).parallel().forEach(i -> read(from + i, raw[i], rows[i]));
      IntStream.range(0, sums.length)
          .parallel()
          .forEach(c -> Vectors.addRows(rows, count, byScore[c], from, sums[c]));
    }
    for (int c = 0; c < sums.length; c++) {
      for (int j = 0; j < dimension; j++) {
        gradient[c * dimension + j] += sums[c][j];
      }
    }
  }
}
