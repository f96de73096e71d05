package org.finetune4j.head.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Products against plain loops in float64, of more samples and features than a panel has: as near
 * as float32 is.
 */
class RoundedFeaturesTest {
  private static final int SAMPLES = 599;
  private static final int DIMENSION = 267;

  /** What float32 loses of a number about 1, times the root of the numbers in a short sum. */
  private static final double ROUNDING = 16 * 0x1p-24;

  private final RandomFeatures given = new RandomFeatures(SAMPLES, DIMENSION);
  private final double[][] standard = given.standard;
  private final RoundedFeatures rounded = given.features.rounded();

  @Test
  void scoresAreAddedUpWithoutBiases() {
    double[] values = new Random(4).doubles(2 * DIMENSION + 2, -1, 1).toArray();
    double[][] scores = new double[2][SAMPLES];
    Arrays.fill(scores[1], 7);
    rounded.addScores(new LinearWeights(values, DIMENSION, 2), scores);
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < SAMPLES; i++) {
        double expected = 7 * c;
        for (int j = 0; j < DIMENSION; j++) {
          expected += values[c * DIMENSION + j] * standard[i][j];
        }
        assertThat(scores[c][i]).isCloseTo(expected, within(ROUNDING * DIMENSION));
      }
    }
  }

  @Test
  void gradientsAreAddedUpOverTheSamples() {
    float[][] byScore = new float[2][SAMPLES];
    Random random = new Random(5);
    for (int i = 0; i < SAMPLES; i++) {
      byScore[0][i] = random.nextFloat() - 0.5F;
      byScore[1][i] = random.nextFloat();
    }
    double[] gradient = new double[2 * DIMENSION + 2];
    Arrays.fill(gradient, 7);
    rounded.addGradient(byScore, gradient);
    for (int c = 0; c < 2; c++) {
      for (int j = 0; j < DIMENSION; j++) {
        double expected = 7;
        for (int i = 0; i < SAMPLES; i++) {
          expected += byScore[c][i] * standard[i][j];
        }
        assertThat(gradient[c * DIMENSION + j]).isCloseTo(expected, within(ROUNDING * SAMPLES));
      }
    }
    assertThat(gradient[2 * DIMENSION]).isEqualTo(7);
  }

  @Test
  void featuresAreMultipliedWithEachOther() {
    double[] ones = new double[SAMPLES];
    Arrays.fill(ones, 1);
    assertProducts(rounded.gram(), ones);
    double[] weights = new Random(7).doubles(SAMPLES).toArray();
    assertProducts(rounded.gram(weights), weights);
  }

  @Test
  void someSamplesAreMultipliedWithAConstantBehindThem() {
    int[] some = {298, 3, 17, 44, 100, 101, 102};
    double[] weights = new Random(8).doubles(some.length).toArray();
    double[][] gram = rounded.gram(some, weights);
    double[] all = new double[SAMPLES];
    double sum = 0;
    for (int k = 0; k < some.length; k++) {
      all[some[k]] = weights[k];
      sum += weights[k];
    }
    assertProducts(gram, all);
    assertThat(gram[DIMENSION][DIMENSION]).isCloseTo(sum / SAMPLES, within(1e-12));
    for (int j = 0; j < DIMENSION; j++) {
      double expected = 0;
      for (int k = 0; k < some.length; k++) {
        expected += weights[k] * standard[some[k]][j] / SAMPLES;
      }
      assertThat(gram[DIMENSION][j]).isCloseTo(expected, within(ROUNDING));
    }
  }

  private void assertProducts(double[][] gram, double[] weights) {
    for (int j = 0; j < DIMENSION; j++) {
      assertThat(gram[j]).as("the lower triangle").hasSize(j + 1);
      for (int k = 0; k <= j; k++) {
        double expected = 0;
        for (int i = 0; i < SAMPLES; i++) {
          expected += weights[i] * standard[i][j] * standard[i][k] / SAMPLES;
        }
        assertThat(gram[j][k]).isCloseTo(expected, within(ROUNDING));
      }
    }
  }
}
