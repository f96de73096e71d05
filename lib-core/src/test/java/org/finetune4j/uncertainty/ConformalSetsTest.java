package org.finetune4j.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.finetune4j.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConformalSetsTest {
  private static final int PICTURES = 600;
  private static final int LABELS = 5;

  /** A classifier that is overconfident and right for two thirds of the pictures. */
  private static final class Task {
    final float[][] probabilities = new float[PICTURES][LABELS];
    final int[] targets = new int[PICTURES];

    Task() {
      for (int i = 0; i < PICTURES; i++) {
        CounterRandom random = CounterRandom.of(7, i);
        targets[i] = random.nextInt(LABELS);
        double sum = 0;
        double[] exp = new double[LABELS];
        for (int c = 0; c < LABELS; c++) {
          exp[c] = Math.exp(3 * (random.nextGaussian() + (c == targets[i] ? 1.5 : 0)));
          sum += exp[c];
        }
        for (int c = 0; c < LABELS; c++) {
          probabilities[i][c] = (float) (exp[c] / sum);
        }
      }
    }

    float[][] rows(int[] order, int from, int to) {
      return Arrays.stream(order, from, to).mapToObj(i -> probabilities[i]).toArray(float[][]::new);
    }

    int[] truth(int[] order, int from, int to) {
      return Arrays.stream(order, from, to).map(i -> targets[i]).toArray();
    }
  }

  /**
   * Over random splits of one pool the expected coverage is rank / (n + 1) exactly, and that of one
   * split deviates by sqrt(c (1 - c) (1 / n + 1 / m)).
   */
  @ParameterizedTest
  @EnumSource
  void setsHoldTheTruthAtTheChosenRate(ConformalMethod method) {
    Task task = new Task();
    int half = PICTURES / 2;
    int resplits = 1000;
    double sum = 0;
    for (int r = 0; r < resplits; r++) {
      int[] order = CounterRandom.of(11, r).permutation(PICTURES);
      ConformalSets sets =
          ConformalSets.calibration(0.9)
              .method(method)
              .allowEmptySets()
              .of(task.rows(order, 0, half), task.truth(order, 0, half));
      sum +=
          sets.measuredCoverage(
              task.rows(order, half, PICTURES), task.truth(order, half, PICTURES));
    }
    double expected = Math.ceil(301 * 0.9) / 301;
    double deviation = Math.sqrt(0.09 * 2 / half / resplits);
    assertThat(sum / resplits).isCloseTo(expected, within(4 * deviation));
  }

  @Test
  void hardPicturesGetLargerSets() {
    Task task = new Task();
    ConformalSets sets = ConformalSets.calibrate(task.probabilities, task.targets, 0.9);
    assertThat(sets.of(new float[] {0.9999f, 1e-4f, 0, 0, 0})).containsExactly(0);
    assertThat(sets.of(new float[] {0.16f, 0.22f, 0.21f, 0.20f, 0.21f}))
        .hasSizeGreaterThan(2)
        .startsWith(1, 2, 4);
  }

  @Test
  void theLikeliestLabelIsAlwaysInTheSetUnlessToldOtherwise() {
    ConformalSets sets = new ConformalSets(ConformalMethod.THRESHOLD, 0.5, 0.1, false, 10);
    ConformalSets empty = new ConformalSets(ConformalMethod.THRESHOLD, 0.5, 0.1, true, 10);
    float[] unsure = {0.4f, 0.6f};
    assertThat(sets.of(unsure)).containsExactly(1);
    assertThat(empty.of(unsure)).isEmpty();
    assertThat(empty.of(new float[] {0.05f, 0.95f})).containsExactly(1);
  }

  @Test
  void equalPicturesGetEqualSets() {
    Task task = new Task();
    ConformalSets sets = ConformalSets.calibrate(task.probabilities, task.targets, 0.8);
    assertThat(sets).isEqualTo(ConformalSets.calibrate(task.probabilities, task.targets, 0.8));
    for (float[] row : task.probabilities) {
      assertThat(sets.of(row)).isEqualTo(sets.of(row.clone()));
    }
  }

  @Test
  void nineSamplesAreTheFewestForNineTenths() {
    float[][] rows = new float[9][];
    Arrays.setAll(rows, i -> new float[] {0.1f * i, 1 - 0.1f * i});
    int[] targets = new int[9];
    assertThat(ConformalSets.calibrate(rows, targets, 0.9).samples()).isEqualTo(9);
    assertThatThrownBy(
            () -> ConformalSets.calibrate(Arrays.copyOf(rows, 8), Arrays.copyOf(targets, 8), 0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A coverage of 0.9 needs at least 9 samples")
        .hasMessageContaining("there are 8");
  }

  @Test
  void refusesWhatIsNoCalibration() {
    float[][] rows = {{0.5f, 0.5f}};
    assertThatThrownBy(() -> ConformalSets.calibrate(rows, new int[1], 1))
        .hasMessageContaining("A coverage is above 0 and below 1, for example 0.9, not 1.0");
    assertThatThrownBy(() -> ConformalSets.calibrate(rows, new int[2], 0.5))
        .hasMessageContaining("1 rows and 2 labels");
    assertThatThrownBy(() -> ConformalSets.calibrate(rows, new int[] {2}, 0.5))
        .hasMessageContaining("Picture 0 has label 2, but there are probabilities of 2 labels");
    assertThatThrownBy(
            () -> ConformalSets.calibrate(new float[][] {{Float.NaN, 1}}, new int[1], 0.5))
        .hasMessageContaining("Probabilities are from 0 to 1, but picture 0 has NaN");
    assertThatThrownBy(() -> new ConformalSets(ConformalMethod.ADAPTIVE, 0.9, 0.5, false, 8))
        .hasMessageContaining("cannot come from a calibration with coverage 0.9");
  }

  @Test
  void intervalsHoldTheTruthAtTheChosenRate() {
    int pictures = 400;
    float[][] truth = new float[pictures][1];
    float[][] predicted = new float[pictures][1];
    for (int i = 0; i < pictures; i++) {
      CounterRandom random = CounterRandom.of(3, i);
      truth[i][0] = (float) random.nextDouble(0, 100);
      predicted[i][0] = (float) (truth[i][0] + 5 * random.nextGaussian());
    }
    int held = 0;
    int resplits = 1000;
    for (int r = 0; r < resplits; r++) {
      int[] order = CounterRandom.of(5, r).permutation(pictures);
      float[][] p = Arrays.stream(order).mapToObj(i -> predicted[i]).toArray(float[][]::new);
      float[][] t = Arrays.stream(order).mapToObj(i -> truth[i]).toArray(float[][]::new);
      ConformalIntervals intervals =
          ConformalIntervals.calibrate(Arrays.copyOf(p, 200), Arrays.copyOf(t, 200), 0.9);
      for (int i = 200; i < pictures; i++) {
        held += intervals.around(0, p[i][0]).contains(t[i][0]) ? 1 : 0;
      }
    }
    double deviation = Math.sqrt(0.09 * 2 / 200 / resplits);
    assertThat(held / (200.0 * resplits)).isCloseTo(181.0 / 201, within(4 * deviation));
  }
}
