package org.finetune4j.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.finetune4j.data.Labels;
import org.finetune4j.feature.FeatureSet;
import org.junit.jupiter.api.Test;

/** Against minima that SciPy found ({@code linear.json} says how). */
class LinearHeadTest {
  private static final Labels LABELS = Labels.of("a", "b", "c");

  private final JsonNode reference;
  private final FeatureSet features;

  LinearHeadTest() throws IOException {
    try (InputStream in = LinearHeadTest.class.getResourceAsStream("linear.json")) {
      reference = new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
    features =
        FeatureSet.of(rows(reference.get("features")), ints(reference.get("targets")), LABELS);
  }

  private static float[][] rows(JsonNode json) {
    float[][] rows = new float[json.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = floats(json.get(i));
    }
    return rows;
  }

  private static float[] floats(JsonNode json) {
    float[] values = new float[json.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) json.get(i).asDouble();
    }
    return values;
  }

  private static int[] ints(JsonNode json) {
    int[] values = new int[json.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = json.get(i).asInt();
    }
    return values;
  }

  private void compare(LinearHead.Builder head, String name) {
    JsonNode expected = reference.get(name);
    TrainedHead trained = head.penalties(expected.get("penalty").asDouble()).build().fit(features);
    float[][] kernel = rows(expected.get("kernel"));
    float[] actual = trained.weights().get("head_predictions/kernel").toArray();
    for (int j = 0; j < kernel.length; j++) {
      for (int c = 0; c < kernel[j].length; c++) {
        assertThat(actual[j * 3 + c]).isCloseTo(kernel[j][c], within(2e-4f));
      }
    }
    float[][] probabilities = trained.probabilities(features);
    float[][] first = rows(expected.get("probabilities"));
    for (int i = 0; i < first.length; i++) {
      assertThat(probabilities[i]).containsExactly(first[i], within(1e-4f));
    }
  }

  @Test
  void logisticRegressionFindsSciPysMinimum() {
    compare(ClassifierHead.logisticRegression(), "logistic");
  }

  @Test
  void linearSvmFindsSciPysMinimum() {
    compare(ClassifierHead.linearSvm(), "svm");
  }

  @Test
  void choosesThePenaltyByCrossValidationTheSameWayEveryTime() {
    LinearHead head = ClassifierHead.logisticRegression().seed(3).build();
    TrainedHead once = head.fit(features);
    assertThat(once.selection().orElseThrow())
        .startsWith("penalty ")
        .contains("5-fold cross-validation", "selected on");
    assertThat(head.fit(features).weights()).isEqualTo(once.weights());
  }

  @Test
  void prefersTheStrongerOfEquallyGoodPenalties() {
    // Two far apart clusters: every penalty separates them.
    FeatureSet easy =
        FeatureSet.of(
            new float[][] {{-9}, {-8}, {-9.5f}, {9}, {8}, {8.5f}},
            new int[] {0, 0, 0, 1, 1, 1},
            Labels.of("left", "right"));
    TrainedHead head =
        ClassifierHead.logisticRegression().penalties(1e-4, 1e-1).build().fit(easy, easy);
    assertThat(head.selection().orElseThrow()).startsWith("penalty 0.1, ");
    assertThat(head.evaluate(easy).accuracy()).isEqualTo(1);
  }

  @Test
  void aFeatureThatNeverChangesDoesNoHarm() {
    FeatureSet train =
        FeatureSet.of(
            new float[][] {{-1, 5}, {-2, 5}, {1, 5}, {2, 5}},
            new int[] {0, 0, 1, 1},
            Labels.of("left", "right"));
    TrainedHead head = ClassifierHead.logisticRegression().penalties(0.1).build().fit(train);
    FeatureSet other = FeatureSet.of(new float[][] {{-1, 500}}, new int[] {0}, train.labels());
    assertThat(head.probabilities(other)[0][0]).isGreaterThan(0.6f);
  }

  @Test
  void refusesWhatCannotBeLearned() {
    LinearHead head = ClassifierHead.logisticRegression().build();
    FeatureSet one = FeatureSet.of(new float[][] {{1}, {2}}, new int[] {1, 1}, LABELS);
    assertThatThrownBy(() -> head.fit(one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least two classes, but all 2 samples are 'b'");
    FeatureSet other =
        FeatureSet.of(new float[][] {{1}, {2}}, new int[] {0, 1}, Labels.of("b", "a", "c"));
    FeatureSet two = FeatureSet.of(new float[][] {{1}, {2}}, new int[] {0, 1}, LABELS);
    assertThatThrownBy(() -> head.fit(two, other))
        .hasMessageContaining("same labels in the same order");
    assertThatThrownBy(() -> FeatureSet.of(new float[][] {{Float.NaN}}, new int[] {0}, LABELS))
        .hasMessage("Features are finite numbers, but row 0 holds NaN.");
    assertThatThrownBy(() -> FeatureSet.of(new float[][] {{1}}, new int[] {3}, LABELS))
        .hasMessage("A label index is from 0 to 2, not 3.");
    assertThatThrownBy(() -> ClassifierHead.linearSvm().penalties(-1))
        .hasMessageContaining("A penalty is a finite number of at least 0");
  }
}
