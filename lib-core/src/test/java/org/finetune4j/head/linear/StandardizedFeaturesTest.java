package org.finetune4j.head.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Products against plain loops, of more samples than a piece has. */
class StandardizedFeaturesTest {
  private static final int SAMPLES = 299;
  private static final int DIMENSION = 267;

  private final RandomFeatures given = new RandomFeatures(SAMPLES, DIMENSION);
  private final double[][] standard = given.standard;
  private final StandardizedFeatures features = given.features;

  @Test
  void areStandardized() {
    for (int j = 1; j < DIMENSION; j++) {
      int feature = j;
      double[] column = Arrays.stream(standard).mapToDouble(row -> row[feature]).toArray();
      assertThat(Arrays.stream(column).average().orElseThrow()).isCloseTo(0, within(1e-12));
      assertThat(Arrays.stream(column).map(x -> x * x).average().orElseThrow())
          .isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void scoresAreProductsWithTheWeights() {
    double[] values = new Random(4).doubles(2 * DIMENSION + 2, -1, 1).toArray();
    double[][] scores = features.scores(new LinearWeights(values, DIMENSION, 2));
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < SAMPLES; i++) {
        double expected = values[2 * DIMENSION + c];
        for (int j = 0; j < DIMENSION; j++) {
          expected += values[c * DIMENSION + j] * standard[i][j];
        }
        assertThat(scores[c][i]).isCloseTo(expected, within(1e-11));
      }
    }
  }

  @Test
  void gradientsAreAddedUpOverTheSamples() {
    double[][] byScore = {
      new Random(5).doubles(SAMPLES, -1, 1).toArray(), new Random(6).doubles(SAMPLES).toArray()
    };
    double[] gradient = new double[2 * DIMENSION + 2];
    Arrays.fill(gradient, 7);
    features.addGradient(byScore, gradient);
    for (int c = 0; c < 2; c++) {
      for (int j = 0; j < DIMENSION; j++) {
        double expected = 7;
        for (int i = 0; i < SAMPLES; i++) {
          expected += byScore[c][i] * standard[i][j];
        }
        assertThat(gradient[c * DIMENSION + j]).isCloseTo(expected, within(1e-11));
      }
    }
    assertThat(gradient[2 * DIMENSION]).isEqualTo(7);
  }
}
