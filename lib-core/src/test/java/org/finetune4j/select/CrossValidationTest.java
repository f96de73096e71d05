package org.finetune4j.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

class CrossValidationTest {
  private static final Labels LABELS = Labels.of("a", "b", "c");
  private static final ClassifierHead HEAD =
      ClassifierHead.logisticRegression().penalties(0.05).build();

  private static JsonNode json(String name) throws IOException {
    try (InputStream in = CrossValidationTest.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static FeatureSet features() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode linear = json("/org/finetune4j/head/linear.json");
    return FeatureSet.of(
        mapper.convertValue(linear.get("features"), float[][].class),
        mapper.convertValue(linear.get("targets"), int[].class),
        LABELS);
  }

  /** {@code cross-validation.json} says how the expected values were computed. */
  @Test
  void predictsEverySampleAsSciPyDoes() throws IOException {
    JsonNode expected = json("cross-validation.json");
    CrossValidation result = CrossValidation.of(HEAD, features(), 4, 7);
    float[][] rows =
        new ObjectMapper().convertValue(expected.get("probabilities"), float[][].class);
    for (int i = 0; i < rows.length; i++) {
      assertThat(result.fold(i)).isEqualTo(expected.get("folds").get(i).asInt());
      assertThat(result.evaluation().probabilities(i)).containsExactly(rows[i], within(1e-4f));
    }
    double[] accuracies =
        new ObjectMapper().convertValue(expected.get("accuracies"), double[].class);
    assertThat(result.accuracies()).containsExactly(accuracies, within(1e-12));
    assertThat(result.meanAccuracy()).isCloseTo(expected.get("mean").asDouble(), within(1e-12));
    assertThat(result.standardDeviation())
        .isCloseTo(expected.get("standard_deviation").asDouble(), within(1e-12));
    assertThat(result.toString()).isEqualTo(expected.get("text").asText());
  }

  @Test
  void foldsAreStratified() throws IOException {
    FeatureSet features = features();
    CrossValidation result = CrossValidation.of(HEAD, features, 7, 1);
    int[][] counts = new int[3][7];
    for (int i = 0; i < features.size(); i++) {
      counts[features.target(i)][result.fold(i)]++;
    }
    for (int[] ofClass : counts) {
      int smallest = Integer.MAX_VALUE;
      int largest = 0;
      for (int count : ofClass) {
        smallest = Math.min(smallest, count);
        largest = Math.max(largest, count);
      }
      assertThat(largest - smallest).isLessThanOrEqualTo(1);
    }
    assertThat(result.folds()).hasSize(7);
    assertThat(result.evaluation().size()).isEqualTo(60);
  }

  @Test
  void sameSeedSameBitsWithEveryHead() throws IOException {
    FeatureSet features = features();
    for (ClassifierHead head :
        new ClassifierHead[] {
          HEAD,
          ClassifierHead.logisticRegression().build(),
          ClassifierHead.linearSvm().build(),
          ClassifierHead.builder().hidden(8).epochs(3).seed(2).build()
        }) {
      CrossValidation one = CrossValidation.of(head, features, 3, 5);
      CrossValidation two = CrossValidation.of(head, features, 3, 5);
      for (int i = 0; i < features.size(); i++) {
        assertThat(one.evaluation().probabilities(i))
            .containsExactly(two.evaluation().probabilities(i));
      }
    }
    assertThat(folds(CrossValidation.of(HEAD, features, 3, 6)))
        .isNotEqualTo(folds(CrossValidation.of(HEAD, features, 3, 5)));
  }

  private static String folds(CrossValidation result) {
    StringBuilder folds = new StringBuilder();
    for (int i = 0; i < result.evaluation().size(); i++) {
      folds.append(result.fold(i));
    }
    return folds.toString();
  }

  /** A head that sees what it is asked for would be right; labels drawn by lot give no clue. */
  @Test
  void nothingLeaksFromTheFoldThatIsPredicted() {
    Random random = new Random(3);
    float[][] rows = new float[200][300];
    int[] targets = new int[200];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = (float) random.nextGaussian();
      }
      targets[i] = random.nextInt(2);
    }
    FeatureSet noise = FeatureSet.of(rows, targets, Labels.of("a", "b"));
    assertThat(HEAD.fit(noise).evaluate(noise).accuracy()).isEqualTo(1);
    assertThat(CrossValidation.of(HEAD, noise, 5, 1).evaluation().accuracyInterval().contains(0.5))
        .isTrue();
  }

  @Test
  void refusesWhatCannotBeDealtOut() throws IOException {
    FeatureSet features = features();
    assertThatThrownBy(() -> CrossValidation.of(HEAD, features, 1, 0))
        .hasMessage("Cross-validation has from 2 folds to as many as samples, 60, not 1.");
    assertThatThrownBy(() -> CrossValidation.of(HEAD, features, 61, 0))
        .hasMessage("Cross-validation has from 2 folds to as many as samples, 60, not 61.");
    FeatureSet lonely =
        FeatureSet.of(new float[][] {{1}, {2}, {3}}, new int[] {0, 1, 1}, Labels.of("a", "b"));
    assertThatThrownBy(() -> CrossValidation.of(HEAD, lonely, 2, 0))
        .hasMessage("Cross-validation needs at least 2 samples of each class, but 'a' has 1.");
    DenseHead kept = ClassifierHead.builder().checkpoints(Path.of("checkpoints")).build();
    assertThatThrownBy(() -> CrossValidation.of(kept, features, 2, 0))
        .hasMessageContaining("checkpoints(folder) belong to one training");
  }
}
