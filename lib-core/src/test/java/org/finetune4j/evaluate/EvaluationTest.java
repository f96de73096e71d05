package org.finetune4j.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

/**
 * Expected values come from NumPy 1.24 and SciPy 1.10 for the same pseudorandom predictions: Wilson
 * intervals from {@code binomtest(...).proportion_ci}, ROC areas from {@code mannwhitneyu} (a
 * different formula), temperatures from {@code minimize_scalar}, the rest by definition.
 */
class EvaluationTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  private final Evaluation four = predictions(300, Labels.of("a", "b", "c", "d"), 1000);

  /** Few different probabilities: many ties. */
  private final Evaluation ties = predictions(200, Labels.of("a", "b", "c"), 5);

  @Test
  void accuracyTopKAndLogLoss() {
    assertThat(four.accuracy()).isCloseTo(0.7566666666666667, ROUNDING);
    assertThat(four.accuracyInterval().low()).isCloseTo(0.7050648160221181, ROUNDING);
    assertThat(four.accuracyInterval().high()).isCloseTo(0.8017784587492817, ROUNDING);
    assertThat(four.topK(1)).isEqualTo(four.accuracy());
    assertThat(four.topK(2)).isCloseTo(0.82, ROUNDING);
    assertThat(four.topK(3)).isCloseTo(0.9133333333333333, ROUNDING);
    assertThat(four.topK(4)).isEqualTo(1);
    assertThat(four.logLoss()).isCloseTo(1.031952381803771, ROUNDING);
    assertThat(ties.topK(2)).isCloseTo(0.88, ROUNDING);
    assertThat(ties.logLoss()).isCloseTo(0.7731281116212572, ROUNDING);
  }

  @Test
  void confusionMatrixAndClassMetrics() {
    ConfusionMatrix matrix = four.confusionMatrix();
    assertThat(matrix.count("a", "d")).isEqualTo(12);
    assertThat(matrix.count(3, 1)).isEqualTo(4);
    assertThat(matrix.correct()).isEqualTo(52 + 60 + 59 + 56);
    assertThat(matrix.total()).isEqualTo(300);
    ClassMetrics d = matrix.classes().get(3);
    assertThat(d.precision()).isCloseTo(0.691358024691358, ROUNDING);
    assertThat(d.recall()).isCloseTo(0.717948717948718, ROUNDING);
    assertThat(d.f1()).isCloseTo(0.7044025157232704, ROUNDING);
    assertThat(d.support()).isEqualTo(78);
    assertThat(matrix.macroAverage().precision()).isCloseTo(0.758674623724375, ROUNDING);
    assertThat(matrix.macroAverage().f1()).isCloseTo(0.7577219455008116, ROUNDING);
    assertThat(matrix.weightedAverage().precision()).isCloseTo(0.7576299184756896, ROUNDING);
    assertThat(matrix.weightedAverage().recall()).isCloseTo(0.7566666666666667, ROUNDING);
    assertThat(matrix.weightedAverage().f1()).isCloseTo(0.7570359555750882, ROUNDING);
  }

  @Test
  void areasUnderTheCurves() {
    assertThat(area(four.roc("a"))).isCloseTo(0.8767174854131375, ROUNDING);
    assertThat(area(four.roc("d"))).isCloseTo(0.8101178101178101, ROUNDING);
    assertThat(area(four.precisionRecall("b"))).isCloseTo(0.8022013556141727, ROUNDING);
    assertThat(area(ties.roc("b"))).isCloseTo(0.8895726495726496, ROUNDING);
    assertThat(area(ties.roc("c"))).isCloseTo(0.8377333333333333, ROUNDING);
    assertThat(area(ties.precisionRecall("a"))).isCloseTo(0.8506760286278799, ROUNDING);
    assertThat(area(ties.precisionRecall("c"))).isCloseTo(0.7240526462148297, ROUNDING);
    List<Curve.Point> points = four.roc("a").orElseThrow().points();
    assertThat(points.get(0)).isEqualTo(new Curve.Point(0, 0, Double.POSITIVE_INFINITY));
    assertThat(points.get(points.size() - 1).x()).isEqualTo(1);
    assertThat(points.get(points.size() - 1).y()).isEqualTo(1);
    assertThatThrownBy(() -> four.roc("e")).hasMessageContaining("Unknown class 'e'");
  }

  @Test
  void curvesNeedBothKindsOfPictures() {
    Evaluation onlyA =
        Evaluation.of(Labels.of("a", "b"), new int[] {0}, new float[][] {{0.9f, 0.1f}});
    assertThat(onlyA.roc("a")).isEmpty();
    assertThat(onlyA.precisionRecall("a")).isPresent();
    assertThat(onlyA.precisionRecall("b")).isEmpty();
    ClassMetrics b = onlyA.confusionMatrix().classes().get(1);
    assertThat(b).isEqualTo(new ClassMetrics("b", 0, 0, 0, 0));
  }

  @Test
  void calibration() {
    Calibration calibration = four.calibration();
    assertThat(calibration.expectedError()).isCloseTo(0.2724691144625345, ROUNDING);
    assertThat(calibration.largestError()).isCloseTo(0.35285795959707805, ROUNDING);
    assertThat(calibration.bins()).hasSize(15);
    assertThat(calibration.bins().stream().mapToLong(Calibration.Bin::count).sum()).isEqualTo(300);
    assertThat(ties.calibration().expectedError()).isCloseTo(0.23068884894251823, ROUNDING);
  }

  @Test
  void temperatureScalingLowersTheLossAndKeepsTheRanking() {
    TemperatureScaling scaling = TemperatureScaling.fit(four);
    assertThat(scaling.temperature()).isCloseTo(0.6727363633870103, within(1e-6));
    Evaluation calibrated = four.calibrated(scaling);
    assertThat(calibrated.logLoss()).isCloseTo(1.0035907241972026, within(1e-6));
    assertThat(calibrated.accuracy()).isEqualTo(four.accuracy());
    assertThat(TemperatureScaling.fit(ties).temperature())
        .isCloseTo(0.46195080407537675, within(1e-6));
    assertThat(new TemperatureScaling(1).apply(new float[] {0.25f, 0.75f}))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(0.25f, 0.75f);
    assertThatThrownBy(() -> new TemperatureScaling(0)).hasMessageContaining("above 0");
  }

  @Test
  void certainPredictionsStayFinite() {
    Evaluation wrong =
        Evaluation.of(Labels.of("a", "b"), new int[] {1, 0}, new float[][] {{1, 0}, {1, 0}});
    assertThat(wrong.logLoss()).isCloseTo(-Math.log(1e-15) / 2, ROUNDING);
    assertThat(TemperatureScaling.fit(wrong).temperature()).isBetween(0.01, 100.0);
  }

  @Test
  void wilsonAtTheEnds() {
    assertThat(Interval.wilson(0, 10).low()).isEqualTo(0);
    assertThat(Interval.wilson(0, 10).high()).isCloseTo(0.27753279986288926, ROUNDING);
    assertThat(Interval.wilson(10, 10).low()).isCloseTo(0.7224672001371109, ROUNDING);
    assertThat(Interval.wilson(10, 10).high()).isEqualTo(1);
    assertThat(Interval.wilson(974, 1000)).hasToString("96.2 to 98.2 %");
    assertThat(Interval.wilson(1, 3).contains(0.5)).isTrue();
    assertThatThrownBy(() -> Interval.wilson(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 in 2");
  }

  @Test
  void mostConfidentMistakesFirst() {
    float[][] rows = {{0.6f, 0.4f}, {0.2f, 0.8f}, {0.9f, 0.1f}, {0.3f, 0.7f}};
    Evaluation evaluation = Evaluation.of(Labels.of("a", "b"), new int[] {1, 1, 1, 0}, rows);
    assertThat(evaluation.mistakes(2))
        .containsExactly(new Mistake(2, 1, 0, 0.9f), new Mistake(3, 0, 1, 0.7f));
    assertThat(evaluation.mistakes(10)).hasSize(3);
  }

  @Test
  void printsATable() {
    float[][] rows = {{0.9f, 0.1f}, {0.2f, 0.8f}, {0.6f, 0.4f}};
    Evaluation evaluation = Evaluation.of(Labels.of("cats", "dogs"), new int[] {0, 1, 1}, rows);
    assertThat(evaluation)
        .hasToString(
            """
            Accuracy 66.7 % (95 % interval 20.8 to 93.9 %; 2 of 3), log loss 0.4149, calibration error 0.3000

            class             precision  recall     F1  pictures
            cats                  0.500   1.000  0.667         1
            dogs                  1.000   0.500  0.667         2
            macro average         0.750   0.750  0.667         3
            weighted average      0.833   0.667  0.667         3

            truth \\ predicted  cats  dogs
            cats                  1     0
            dogs                  1     1
            """);
    assertThat(evaluation.toMarkdown())
        .contains(
            "| class | precision | recall | F1 | pictures |\n| --- | ---: | ---: | ---: | ---: |")
        .contains("| dogs | 1.000 | 0.500 | 0.667 | 2 |");
  }

  @Test
  void jsonHoldsTheSameFigures() throws JsonProcessingException {
    JsonNode json = new ObjectMapper().readTree(four.toJson());
    assertThat(json.get("accuracy").asDouble()).isEqualTo(four.accuracy());
    assertThat(json.at("/classes/3/f1").asDouble()).isCloseTo(0.7044025157232704, ROUNDING);
    assertThat(json.at("/classes/0/rocAuc").asDouble()).isCloseTo(0.8767174854131375, ROUNDING);
    assertThat(json.at("/confusionMatrix/0/3").asLong()).isEqualTo(12);
    assertThat(json.has("top5")).isFalse();
  }

  @Test
  void wrongInputIsExplained() {
    Labels labels = Labels.of("a", "b");
    assertThatThrownBy(() -> Evaluation.of(labels, new int[0], new float[0][]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one picture");
    assertThatThrownBy(() -> Evaluation.of(labels, new int[] {0}, new float[][] {{1}}))
        .hasMessage("Picture 0 has 1 probabilities, but there are 2 classes.");
    assertThatThrownBy(() -> Evaluation.of(labels, new int[] {0}, new float[][] {{0.5f, 0.4f}}))
        .hasMessageContaining("must sum to 1");
    assertThatThrownBy(
            () -> Evaluation.of(labels, new int[] {0}, new float[][] {{Float.NaN, 0.4f}}))
        .hasMessage("Probabilities must be 0 to 1, but picture 0 has NaN.");
    assertThatThrownBy(() -> Evaluation.of(labels, new int[] {2}, new float[][] {{1, 0}}))
        .hasMessage("A class index must be 0 to 1, but is 2.");
    assertThatThrownBy(() -> four.topK(0)).hasMessage("k must be at least 1, but is 0.");
    assertThatThrownBy(() -> four.calibration(0)).hasMessageContaining("1 to 1000");
    assertThatThrownBy(() -> ConfusionMatrix.of(labels, new int[1], new int[2]))
        .hasMessageContaining("1 and 2");
  }

  private static double area(Optional<Curve> curve) {
    return curve.orElseThrow().area();
  }

  private static Evaluation predictions(int pictures, Labels labels, int range) {
    Sequence random = new Sequence(12345 + pictures);
    int[] truth = new int[pictures];
    float[][] probabilities = new float[pictures][labels.size()];
    for (int i = 0; i < pictures; i++) {
      truth[i] = random.next() % labels.size();
      int[] weights = new int[labels.size()];
      for (int c = 0; c < weights.length; c++) {
        weights[c] = 1 + random.next() % range;
      }
      if (random.next() % 3 != 0) {
        weights[truth[i]] += range;
      }
      double sum = Arrays.stream(weights).sum();
      for (int c = 0; c < weights.length; c++) {
        probabilities[i][c] = (float) (weights[c] / sum);
      }
    }
    return Evaluation.of(labels, truth, probabilities);
  }

  /** The C standard's example generator, easy to write in any language. */
  private static final class Sequence {
    private long state;

    Sequence(long seed) {
      state = seed;
    }

    int next() {
      state = (state * 1103515245 + 12345) % (1L << 31);
      return (int) (state >> 16);
    }
  }
}
