package org.finetune4j.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void classWeightsFindSciPysMinimum() {
    compare(
        ClassifierHead.logisticRegression()
            .classWeights(LABELS.weights(Map.of("b", 3.0, "c", 0.5))),
        "weighted");
  }

  @Test
  void balancedWeightsAreScikitLearns() {
    // n / (k * count) for counts 1, 3, 0 of 4 samples, 3 labels
    assertThat(LABELS.balancedWeights(new int[] {0, 1, 1, 1})).containsExactly(4 / 3.0, 4 / 9.0, 1);
    float[] balanced = kernel(ClassifierHead.logisticRegression().balancedClassWeights());
    float[] given =
        kernel(
            ClassifierHead.logisticRegression()
                .classWeights(LABELS.balancedWeights(features.targets())));
    assertThat(balanced).containsExactly(given);
    assertThatThrownBy(() -> kernel(ClassifierHead.linearSvm().classWeights(1, 2)))
        .hasMessageContaining("one class weight for each of the labels a, b, c");
    assertThatThrownBy(() -> ClassifierHead.linearSvm().classWeights(1, -2, 1))
        .hasMessageContaining("at least 0");
  }

  private float[] kernel(LinearHead.Builder head) {
    return head.penalties(0.1)
        .build()
        .fit(features)
        .weights()
        .get("head_predictions/kernel")
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWarmStartEndsAtTheSameMinimum(boolean logistic) {
    FeatureSet some = features.subset(IntStream.range(0, features.size() * 2 / 3).toArray());
    Labels more = Labels.of("c", "d", "a", "b");
    TrainedHead before = kind(logistic).penalties(0.001).build().fit(some);
    FeatureSet all = features.withLabels(more);
    TrainedHead fresh = kind(logistic).penalties(0.001).build().fit(all);
    TrainedHead warm = kind(logistic).penalties(0.001).warmStart(before).build().fit(all);
    assertThat(warm.weights().get("head_predictions/kernel").toArray())
        .containsExactly(fresh.weights().get("head_predictions/kernel").toArray(), within(1e-6f));
  }

  private static LinearHead.Builder kind(boolean logistic) {
    return logistic ? ClassifierHead.logisticRegression() : ClassifierHead.linearSvm();
  }

  @Test
  void rowsAreKeptOnlyWhereThereAreSome() {
    assertThatThrownBy(() -> ClassifierHead.linearSvm().keepRows().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("warmStart(head)");
  }

  @Test
  void penaltyScoresAreWhatTheyAreCalled() {
    // Scores by class of four samples of class 0 and one of class 1; one of the former is wrong.
    double[][] scores = {{2, 1, 1, 0, 0}, {0, 0, 0, 1, 1}};
    int[] targets = {0, 0, 0, 0, 1};
    assertThat(PenaltyScore.ACCURACY.of(scores, targets)).isEqualTo(0.8);
    assertThat(PenaltyScore.BALANCED_ACCURACY.of(scores, targets)).isEqualTo(0.875);
    double logLoss =
        (Math.log1p(Math.exp(-2)) + 3 * Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(1))) / 5;
    assertThat(PenaltyScore.LOG_LOSS.of(scores, targets)).isCloseTo(-logLoss, within(1e-12));
    assertThat(
            ClassifierHead.logisticRegression()
                .penaltyBy(PenaltyScore.LOG_LOSS)
                .build()
                .fit(features)
                .selection()
                .orElseThrow())
        .contains("(log loss 0.");
  }

  @Test
  void anImbalanceIsSaidUnlessItWasWeighted() {
    int[] targets = new int[60];
    for (int i = 0; i < 6; i++) {
      targets[i] = 1;
    }
    FeatureSet rare = FeatureSet.of(rows(reference.get("features")), targets, LABELS);
    LinearHead.Builder head = ClassifierHead.logisticRegression().penalties(0.1);
    assertThat(head.build().fit(rare).warnings())
        .singleElement()
        .asString()
        .startsWith("The classes are imbalanced: 54 samples of 'a', 6 of 'b'.");
    assertThat(head.build().fit(rare).toString()).contains("; warning: The classes are");
    assertThat(head.balancedClassWeights().build().fit(rare).warnings()).isEmpty();
  }

  @Test
  void validationSamplesThatWereLearnedAreCounted() {
    float[][] rows = new float[40][20];
    int[] targets = new int[40];
    for (int i = 0; i < 40; i++) {
      rows[i][i % 20] = i + 1;
      targets[i] = i % 2;
    }
    FeatureSet all = FeatureSet.of(rows, targets, LABELS);
    LinearHead head = ClassifierHead.logisticRegression().penalties(0.1).build();
    int[] first = IntStream.range(0, 25).toArray();
    int[] last = IntStream.range(20, 40).toArray();
    assertThat(head.fit(all.subset(first), all.subset(last)).warnings())
        .singleElement()
        .asString()
        .startsWith("5 of 20 validation samples are training samples too");
    assertThat(
            head.fit(all.subset(first), all.subset(IntStream.range(25, 40).toArray())).warnings())
        .isEmpty();
  }

  @Test
  void oneSampleIsAsGoodAsASet() {
    TrainedHead head = ClassifierHead.logisticRegression().penalties(0.1).build().fit(features);
    assertThat(head.probabilities(features.features(7)))
        .containsExactly(head.probabilities(features)[7]);
    assertThatThrownBy(() -> head.probabilities(new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("features of a sample, not 1");
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

  @ParameterizedTest
  @ValueSource(floats = {1e-30f, 1e-12f, 1e-8f, 1e-5f, 1, 1e5f, 1e12f, 1e19f, 1e25f, 1e30f})
  void theScaleOfAFeatureChangesNothing(float scale) {
    float[][] rows = rows(reference.get("features"));
    for (float[] row : rows) {
      for (int j = 0; j < row.length; j += 2) {
        row[j] *= scale;
      }
    }
    FeatureSet scaled = FeatureSet.of(rows, ints(reference.get("targets")), LABELS);
    LinearHead head = ClassifierHead.logisticRegression().penalties(0.01).build();
    float[][] expected = head.fit(features).probabilities(features);
    float[][] actual = head.fit(scaled).probabilities(scaled);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).containsExactly(expected[i], within(1e-3f));
    }
  }

  @Test
  void constantsOfAnySizeAreConstants() {
    for (float value : new float[] {1e-30f, 1e-8f, 0.1f, 1e8f + 8, 3.3e37f}) {
      float[][] rows = new float[1000][];
      int[] targets = new int[rows.length];
      for (int i = 0; i < rows.length; i++) {
        targets[i] = i % 2;
        rows[i] = new float[] {2 * targets[i] - 1 + i * 1e-3f, value};
      }
      TrainedHead head =
          ClassifierHead.logisticRegression()
              .penalties(0.1)
              .build()
              .fit(FeatureSet.of(rows, targets, Labels.of("left", "right")));
      float[] kernel = head.weights().get("head_predictions/kernel").toArray();
      assertThat(kernel[2]).isCloseTo(0, within(1e-6f));
      assertThat(head.weights().get("head_standardize/variance").toArray()[1]).isEqualTo(1);
    }
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
