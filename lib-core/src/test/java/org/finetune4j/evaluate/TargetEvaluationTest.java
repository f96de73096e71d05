package org.finetune4j.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.testing.Bars;
import org.finetune4j.testing.ReferenceTargets;
import org.junit.jupiter.api.Test;

/** Figures of tags and numbers, against scikit-learn and SciPy ({@code head/targets.py}). */
class TargetEvaluationTest {
  private static final Task TAGS = Task.tags("a", "b", "c", "none");
  private static final Task FILL = Task.numbers(new Quantity("fill", "%"));

  private final JsonNode tags = ReferenceTargets.read().get("tag_metrics");
  private final JsonNode numbers = ReferenceTargets.read().get("number_metrics");

  private TagEvaluation evaluation() {
    List<Float> thresholds = new ArrayList<>();
    tags.get("thresholds").forEach(it -> thresholds.add((float) it.asDouble()));
    return TagEvaluation.of(
        ReferenceTargets.tags(tags.get("truth"), TAGS),
        ReferenceTargets.rows(tags.get("probabilities")),
        new Thresholds(TAGS.labels(), thresholds, "given"));
  }

  private static void same(ClassMetrics actual, JsonNode expected) {
    assertThat(actual.precision()).isCloseTo(expected.get(0).asDouble(), within(1e-12));
    assertThat(actual.recall()).isCloseTo(expected.get(1).asDouble(), within(1e-12));
    assertThat(actual.f1()).isCloseTo(expected.get(2).asDouble(), within(1e-12));
  }

  @Test
  void tagsHaveScikitLearnsFigures() {
    TagEvaluation evaluation = evaluation();
    double mean = 0;
    for (int t = 0; t < 3; t++) {
      String tag = TAGS.labels().name(t);
      double expected = tags.get("average_precision").get(t).asDouble();
      mean += expected / 3;
      assertThat(evaluation.averagePrecision(tag)).hasValueCloseTo(expected, within(1e-12));
      assertThat(evaluation.roc(tag).orElseThrow().area())
          .isCloseTo(tags.get("roc_auc").get(t).asDouble(), within(1e-12));
    }
    assertThat(evaluation.meanAveragePrecision()).isCloseTo(mean, within(1e-12));
    assertThat(evaluation.averagePrecision("none")).isEmpty();
    assertThat(evaluation.roc("none")).isEmpty();
    for (int t = 0; t < 4; t++) {
      same(evaluation.metrics().get(t), tags.get("tags").get(t));
    }
    same(evaluation.microAverage(), tags.get("micro"));
    same(evaluation.macroAverage(), tags.get("macro"));
    same(evaluation.weightedAverage(), tags.get("weighted"));
    assertThat(evaluation.hammingLoss()).isCloseTo(tags.get("hamming").asDouble(), within(1e-12));
    assertThat(evaluation.subsetAccuracy()).isCloseTo(tags.get("subset").asDouble(), within(1e-12));
    assertThat(json(evaluation.toJson()).path("tags")).hasSize(4);
    assertThat(evaluation.toString())
        .contains("Mean average precision")
        .contains("Thresholds: given");
    assertThat(evaluation.toMarkdown()).contains("| micro average |");
  }

  @Test
  void thresholdsReachScikitLearnsBest() {
    TagEvaluation validation = evaluation();
    TagEvaluation best = validation.at(Thresholds.bestF1(validation));
    TagEvaluation precise = validation.at(Thresholds.precisionAtLeast(0.8, validation));
    for (int t = 0; t < 3; t++) {
      assertThat(best.metrics().get(t).f1())
          .isCloseTo(tags.get("best_f1").get(t).asDouble(), within(1e-12));
      assertThat(precise.metrics().get(t).precision()).isGreaterThanOrEqualTo(0.8);
      assertThat(precise.metrics().get(t).recall())
          .isCloseTo(tags.get("recall_at_precision").get(t).asDouble(), within(1e-12));
    }
    TagEvaluation common = validation.at(Thresholds.bestCommonF1(validation));
    assertThat(common.microAverage().f1())
        .isCloseTo(tags.get("best_common_f1").asDouble(), within(1e-12));
    assertThat(common.thresholds().values().stream().distinct()).hasSize(1);
    assertThat(
            validation
                .at(Thresholds.commonPrecisionAtLeast(0.9, validation))
                .microAverage()
                .precision())
        .isGreaterThanOrEqualTo(0.9);
    assertThat(best.toString())
        .contains("chosen on 50 pictures (validation, selected on)")
        .contains("in no picture, so 0.5: [none]");
  }

  @Test
  void aPrecisionThatIsNeverReachedIsSaid() {
    Task task = Task.tags("x");
    Targets truth = Targets.of(task, List.of(Target.tags(0), Target.tags()));
    TagEvaluation hopeless =
        TagEvaluation.of(truth, new float[][] {{0.2f}, {1f}}, Thresholds.standard(task.labels()));
    Thresholds never = Thresholds.precisionAtLeast(0.9, hopeless);
    assertThat(never.selection()).contains("never reached, so never predicted: [x]");
    assertThat(hopeless.at(never).microAverage().recall()).isZero();
    assertThatThrownBy(() -> Thresholds.precisionAtLeast(1.5, hopeless))
        .hasMessageContaining("above 0 and up to 1, not 1.5");
    assertThatThrownBy(() -> Thresholds.of(Labels.of("x"), Double.NaN))
        .hasMessageContaining("one threshold above 0 and up to 1");
    assertThatThrownBy(() -> hopeless.at(Thresholds.standard(Labels.of("y"))))
        .hasMessageContaining("thresholds belong to the tags y");
  }

  @Test
  void numbersHaveScikitLearnsAndSciPysFigures() {
    float[][] predicted = new float[numbers.get("predicted").size()][1];
    for (int i = 0; i < predicted.length; i++) {
      predicted[i][0] = (float) numbers.get("predicted").get(i).asDouble();
    }
    RegressionEvaluation evaluation =
        RegressionEvaluation.of(ReferenceTargets.numbers(numbers.get("truth"), FILL), predicted);
    RegressionMetrics metrics = evaluation.metrics("fill");
    assertThat(metrics.meanAbsoluteError()).isCloseTo(expected("mae"), within(1e-12));
    assertThat(metrics.rootMeanSquaredError()).isCloseTo(expected("rmse"), within(1e-12));
    assertThat(metrics.medianAbsoluteError()).isCloseTo(expected("median"), within(1e-12));
    assertThat(metrics.r2()).isCloseTo(expected("r2"), within(1e-12));
    assertThat(metrics.spearman()).isCloseTo(expected("spearman"), within(1e-12));
    assertThat(evaluation.toString()).contains("fill: MAE ").contains(" %, RMSE ");
    assertThat(evaluation.toMarkdown()).contains("| fill (%) |");
    assertThat(json(evaluation.toJson()).path("numbers").path(0).path("unit").asText())
        .isEqualTo("%");
    assertThat(evaluation.worst("fill", 3)).hasSize(3);
    assertThatThrownBy(() -> evaluation.metrics("full"))
        .hasMessageContaining("Unknown quantity 'full'");
  }

  private double expected(String name) {
    return numbers.get(name).asDouble();
  }

  @Test
  void theWorstMistakesBecomeASheet() throws Exception {
    var pictures = Bars.filled(5, 1);
    float[][] predicted = {{50}, {50}, {50}, {50}, {50}};
    RegressionEvaluation numbersOf = RegressionEvaluation.of(pictures.targets(), predicted);
    double[] truth = pictures.targets().column(0);
    List<Integer> worst = numbersOf.worst("level", 5);
    for (int i = 1; i < 5; i++) {
      assertThat(Math.abs(truth[worst.get(i)] - 50))
          .isLessThanOrEqualTo(Math.abs(truth[worst.get(i - 1)] - 50));
    }
    ImageDecoder decoder = ImageDecoder.standard();
    assertThat(numbersOf.mistakeSheet("level", pictures, decoder, 4)).isPresent();
    assertThatThrownBy(() -> numbersOf.mistakeSheet("level", Bars.filled(5, 2), decoder, 4))
        .hasMessageContaining("must hold the evaluated pictures in the same order");
    var tagged = Bars.tagged(4, 1);
    float[][] certain = {{0.9f, 0.2f}, {0, 0.7f}, {1, 0}, {0, 0.6f}};
    TagEvaluation tagsOf =
        TagEvaluation.of(tagged.targets(), certain, Thresholds.standard(Bars.TAGS.labels()));
    assertThat(tagsOf.mistakes(9))
        .extracting(it -> it.index() + " " + it.tag() + " " + it.missed())
        .containsExactly("0 1 true", "3 1 false");
    assertThat(tagsOf.mistakeSheet(tagged, decoder, 4)).isPresent();
  }

  @Test
  void rowsAreChecked() {
    Thresholds standard = Thresholds.standard(Bars.TAGS.labels());
    Targets tagged = Bars.tagged(1, 1).targets();
    Targets filled = Bars.filled(1, 1).targets();
    assertThatThrownBy(() -> TagEvaluation.of(filled, new float[1][2], standard))
        .hasMessageContaining("Tags are evaluated here");
    assertThatThrownBy(() -> TagEvaluation.of(tagged, new float[][] {{0, 2}}, standard))
        .hasMessageContaining("must be 0 to 1, but picture 0 has 2.0");
    assertThatThrownBy(() -> TagEvaluation.of(tagged, new float[2][2], standard))
        .hasMessageContaining("1 pictures and 2 rows");
    assertThatThrownBy(() -> RegressionEvaluation.of(filled, new float[][] {{Float.NaN}}))
        .hasMessageContaining("picture 0 has [NaN]");
    assertThatThrownBy(() -> RegressionEvaluation.of(tagged, new float[1][1]))
        .hasMessageContaining("Numbers are evaluated here");
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
