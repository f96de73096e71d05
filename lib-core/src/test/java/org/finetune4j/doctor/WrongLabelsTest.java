package org.finetune4j.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

class WrongLabelsTest {
  private static final Labels LABELS = Labels.of("a", "b", "c");

  /**
   * By hand: pictures labelled a are a with 0.9, 0.7, 0.2, on average 0.6; b with 0.8, 0.5, 0.65; c
   * with 0.6, 0.4, 0.5. Of the doubtful ones only the third reaches another class's average.
   */
  @Test
  void aSuspectReachesTheAverageOfAnotherClass() {
    float[][] probabilities = {
      {0.9f, 0.05f, 0.05f},
      {0.7f, 0.2f, 0.1f},
      {0.2f, 0.7f, 0.1f},
      {0.1f, 0.8f, 0.1f},
      {0.4f, 0.5f, 0.1f},
      {0.2f, 0.2f, 0.6f},
      {0.5f, 0.1f, 0.4f}
    };
    FeatureSet features = FeatureSet.of(new float[7][1], new int[] {0, 0, 0, 1, 1, 2, 2}, LABELS);
    WrongLabels found = WrongLabels.of(features, probabilities);
    assertThat(found.suspects()).hasSize(1);
    WrongLabels.Suspect suspect = found.suspects().get(0);
    assertThat(suspect.index()).isEqualTo(2);
    assertThat(suspect.given()).isEqualTo("a");
    assertThat(suspect.suggested()).isEqualTo("b");
    assertThat(suspect.doubt()).isCloseTo(0.5, within(1e-6));
    assertThat(found.doubts()[6]).isCloseTo(0.1, within(1e-6));
    assertThat(found.trusted()).containsExactly(0, 1, 3, 4, 5, 6);
  }

  @Test
  void flippedLabelsComeFirst() {
    int count = 300;
    float[][] rows = new float[count][4];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 3;
      for (int j = 0; j < 4; j++) {
        rows[i][j] = (float) (CounterRandom.of(1, i, j).nextGaussian() + (j == labels[i] ? 6 : 0));
      }
    }
    int[] flipped = IntStream.range(0, 20).map(i -> i * 13).toArray();
    for (int i : flipped) {
      labels[i] = (labels[i] + 1) % 3;
    }
    WrongLabels found = WrongLabels.find(FeatureSet.of(rows, labels, LABELS));
    double[] doubts = found.doubts();
    assertThat(
            IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -doubts[i]))
                .limit(20))
        .containsExactlyInAnyOrder(Arrays.stream(flipped).boxed().toArray(Integer[]::new));
    assertThat(found.suspects().stream().map(WrongLabels.Suspect::index))
        .hasSizeGreaterThan(15)
        .isSubsetOf(Arrays.stream(flipped).boxed().toArray(Integer[]::new));
  }
}
