package org.finetune4j.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

/** Values that uncertainty.py, beside uncertainty.json, computed with numpy and scikit-learn. */
class UncertaintyReferenceTest {
  private static final int SAMPLES = 40;
  private static final int DIMENSION = 6;
  private static final Labels LABELS = Labels.of("a", "b", "c");

  private static JsonNode expected() throws IOException {
    try (InputStream in = UncertaintyReferenceTest.class.getResourceAsStream("uncertainty.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static double number(int i, int salt) {
    return (i * 7919L + salt * 104729L) % 1009 / 1009.0 - 0.5;
  }

  private static FeatureSet known() {
    float[][] rows = new float[SAMPLES][DIMENSION];
    int[] targets = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        double shared = j < 3 ? 0.8 * number(i * DIMENSION, 2) : 0;
        rows[i][j] = (float) (number(i * DIMENSION + j, 1) * (j + 1) + shared);
      }
      targets[i] = i % 3;
      rows[i][targets[i]] += 2;
    }
    return FeatureSet.of(rows, targets, LABELS);
  }

  @Test
  void distancesAreThoseOfScikitLearnsLedoitWolf() throws IOException {
    float[][] queries = new float[10][DIMENSION];
    for (int i = 0; i < queries.length; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        queries[i][j] = (float) (number(i * DIMENSION + j, 3) * 4);
      }
    }
    NoveltyDetector detector = NoveltyDetector.builder().fit(known(), known());
    Novelty[] found = detector.of(FeatureSet.of(queries, new int[10], LABELS));
    JsonNode distances = expected().get("distances");
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i].distance()).isCloseTo(distances.get(i).asDouble(), within(1e-4));
    }
  }

  @Test
  void thresholdsAndSetsAreNumpys() throws IOException {
    float[][] probabilities = new float[60][4];
    int[] targets = new int[60];
    for (int i = 0; i < targets.length; i++) {
      double sum = 0;
      for (int j = 0; j < 4; j++) {
        sum += Math.abs(number(i * 4 + j, 4)) + 0.01;
      }
      for (int j = 0; j < 4; j++) {
        probabilities[i][j] = (float) ((Math.abs(number(i * 4 + j, 4)) + 0.01) / sum);
      }
      targets[i] = i * 7 % 4;
    }
    JsonNode expected = expected();
    for (double coverage : new double[] {0.5, 0.8, 0.9}) {
      ConformalSets sets =
          ConformalSets.calibration(coverage)
              .method(ConformalMethod.THRESHOLD)
              .allowEmptySets()
              .of(probabilities, targets);
      double threshold = expected.get("threshold").get(Double.toString(coverage)).asDouble();
      assertThat(sets.threshold()).isCloseTo(threshold, within(1e-7));
      if (coverage == 0.8) {
        for (int i = 0; i < targets.length; i++) {
          int[] set = new int[expected.get("sets").get(i).size()];
          for (int k = 0; k < set.length; k++) {
            set[k] = expected.get("sets").get(i).get(k).asInt();
          }
          assertThat(sets.of(probabilities[i])).as("picture %d", i).containsExactly(set);
        }
      }
    }
  }
}
