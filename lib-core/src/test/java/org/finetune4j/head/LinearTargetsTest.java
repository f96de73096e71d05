package org.finetune4j.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.testing.ReferenceTargets;
import org.finetune4j.train.input.StratifiedFolds;
import org.junit.jupiter.api.Test;

/** Heads for tags and numbers, against scikit-learn's minima. */
class LinearTargetsTest {
  private static final Task TAGS = Task.tags("a", "b", "c");
  private static final Task NUMBERS = Task.numbers(new Quantity("fill", "%"), Quantity.of("tiny"));

  private final JsonNode reference = ReferenceTargets.read();
  private final float[][] rows = ReferenceTargets.rows(reference.get("features"));
  private final FeatureSet tags =
      FeatureSet.of(rows, ReferenceTargets.tags(reference.get("tags"), TAGS));
  private final FeatureSet numbers =
      FeatureSet.of(rows, ReferenceTargets.numbers(reference.get("numbers"), NUMBERS));

  private void compare(TrainedHead head, FeatureSet features, String name, float... tolerance) {
    float[][] expected = ReferenceTargets.rows(reference.get(name));
    float[][] actual = head.probabilities(features);
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        assertThat(actual[i][j])
            .isCloseTo(expected[i][j], within(tolerance[Math.min(j, tolerance.length - 1)]));
      }
    }
  }

  @Test
  void everyTagHasScikitLearnsLogisticRegression() {
    LinearHead.Builder head = ClassifierHead.logisticRegression().penalties(0.01);
    compare(head.build().fit(tags), tags, "logistic", 1e-4f);
    compare(head.balancedClassWeights().build().fit(tags), tags, "balanced", 1e-4f);
  }

  @Test
  void ridgeRegressionIsScikitLearns() {
    TrainedHead head = ClassifierHead.ridgeRegression().penalties(0.1).build().fit(numbers);
    compare(head, numbers, "ridge", 1e-3f, 2e-7f);
    assertThat(head.evaluateNumbers(numbers).metrics("fill").r2()).isGreaterThan(0.8);
  }

  @Test
  void penaltiesAreChosenOneByOne() {
    assertThat(ClassifierHead.logisticRegression().build().fit(tags).selection().orElseThrow())
        .matches(
            "penalties [0-9.E-]+, [0-9.E-]+, [0-9.E-]+, chosen by 5-fold cross-validation \\(log"
                + " loss .*, validation, selected on\\)");
    assertThat(
            ClassifierHead.ridgeRegression()
                .build()
                .fit(numbers, numbers)
                .selection()
                .orElseThrow())
        .matches(
            "penalties 0.001, 0.001, chosen by the validation features \\(R2 0.*, validation,"
                + " selected on\\)");
  }

  /** Forty patients with four equal pictures each: alone they leak, in groups they do not. */
  @Test
  void foldsKeepGroupsWhole() {
    Random random = new Random(5);
    List<Target> targets = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      targets.add(random.nextBoolean() ? Target.tags(0) : Target.tags());
      groups.add("patient " + i / 4);
    }
    Targets grouped = Targets.of(Task.tags("a"), targets, groups);
    StratifiedFolds folds = StratifiedFolds.of(grouped, 5, 1);
    for (int i = 0; i < 160; i++) {
      assertThat(folds.foldOf()[i]).isEqualTo(folds.foldOf()[i / 4 * 4]);
    }
    for (int fold = 0; fold < 5; fold++) {
      assertThat(folds.inside(fold)).hasSizeBetween(24, 40);
    }
  }

  @Test
  void headsAreRefusedForOtherTasks() {
    assertThatThrownBy(() -> ClassifierHead.ridgeRegression().build().fit(tags))
        .hasMessageContaining(
            "ridge regression numbers, but the features are for 3 tags (a, b, c)");
    assertThatThrownBy(() -> ClassifierHead.logisticRegression().build().fit(numbers))
        .hasMessageContaining("but the features are for numbers fill (%), tiny");
    assertThatThrownBy(() -> ClassifierHead.linearSvm().build().fit(tags))
        .hasMessageContaining("a support vector machine labels");
    assertThatThrownBy(
            () -> ClassifierHead.logisticRegression().classWeights(1, 2, 3).build().fit(tags))
        .hasMessageContaining("balancedClassWeights()");
    TrainedHead head = ClassifierHead.ridgeRegression().penalties(1).build().fit(numbers);
    assertThatThrownBy(() -> head.evaluate(numbers)).hasMessageContaining("evaluateNumbers");
    assertThatThrownBy(() -> head.evaluateTags(tags)).hasMessageContaining("evaluate");
    assertThatThrownBy(head::labels).hasMessageContaining("have no labels");
  }

  @Test
  void whatTeachesNothingIsRefused() {
    float[][] two = {{1, 2}, {2, 1}};
    FeatureSet never =
        FeatureSet.of(two, Targets.of(Task.tags("x", "y"), List.of(Target.tags(0), Target.tags())));
    assertThatThrownBy(() -> ClassifierHead.logisticRegression().build().fit(never))
        .hasMessageContaining("'y' is in none of 2 samples");
    FeatureSet same =
        FeatureSet.of(
            two,
            Targets.of(
                Task.numbers(Quantity.of("n")), List.of(Target.numbers(2), Target.numbers(2))));
    assertThatThrownBy(() -> ClassifierHead.ridgeRegression().build().fit(same))
        .hasMessageContaining("n is 2.000 in all 2 samples");
    FeatureSet vast =
        FeatureSet.of(
            two,
            Targets.of(
                Task.numbers(Quantity.of("n")), List.of(Target.numbers(2), Target.numbers(2e9))));
    assertThatThrownBy(() -> ClassifierHead.ridgeRegression().penalties(1).build().fit(vast))
        .hasMessageContaining("Give it in another unit");
    FeatureSet labels = FeatureSet.of(two, new int[] {0, 1}, Labels.of("x", "y"));
    assertThatThrownBy(() -> ClassifierHead.logisticRegression().build().fit(labels, never))
        .hasMessageContaining("Training and validation are of one task");
  }
}
