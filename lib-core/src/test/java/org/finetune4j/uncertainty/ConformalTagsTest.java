package org.finetune4j.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.junit.jupiter.api.Test;

class ConformalTagsTest {
  private static final int PICTURES = 400;
  private static final int TAGS = 6;
  private static final Task TASK = Task.tags("a", "b", "c", "d", "e", "f");

  private final float[][] probabilities = new float[PICTURES][TAGS];
  private final Targets truth;

  /** A tagger that is overconfident; a third of its pictures have no tag at all. */
  ConformalTagsTest() {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      CounterRandom random = CounterRandom.of(7, i);
      boolean none = random.nextInt(3) == 0;
      List<Integer> tags = new ArrayList<>();
      for (int tag = 0; tag < TAGS; tag++) {
        boolean there = !none && random.nextInt(3) == 0;
        double score = 3 * (random.nextGaussian() + (there ? 1 : -1));
        probabilities[i][tag] = (float) (1 / (1 + Math.exp(-score)));
        if (there) {
          tags.add(tag);
        }
      }
      targets.add(new Target.Tags(tags));
    }
    truth = Targets.of(TASK, targets);
  }

  private float[][] rows(int... pictures) {
    return Arrays.stream(pictures).mapToObj(i -> probabilities[i]).toArray(float[][]::new);
  }

  /**
   * Theorems 1 and 2 of the paper: the expected share that is missed is at most 1 - coverage, and
   * at least that minus 2 / (n + 1).
   */
  @Test
  void setsMissTheChosenShareOfTagsOverAThousandResplits() {
    int half = PICTURES / 2;
    for (double coverage : new double[] {0.8, 0.9}) {
      double[] held = new double[1000];
      for (int r = 0; r < held.length; r++) {
        int[] order = CounterRandom.of(11, r).permutation(PICTURES);
        int[] calibration = Arrays.copyOf(order, half);
        int[] others = Arrays.copyOfRange(order, half, PICTURES);
        held[r] =
            ConformalTags.calibrate(rows(calibration), truth.subset(calibration), coverage)
                .measuredCoverage(rows(others), truth.subset(others));
      }
      double mean = Arrays.stream(held).average().orElseThrow();
      double squares = Arrays.stream(held).map(it -> (it - mean) * (it - mean)).sum();
      double deviation = Math.sqrt(squares) / held.length;
      assertThat(mean)
          .isBetween(coverage - 4 * deviation, coverage + 2.0 / (half + 1) + 4 * deviation);
    }
  }

  /** No threshold on a fine grid is higher and keeps the bound: the definition, tried out. */
  @Test
  void theThresholdIsTheHighestThatKeepsTheBound() {
    for (double coverage : new double[] {0.5, 0.75, 0.9}) {
      int[] some = CounterRandom.of(3).permutation(PICTURES);
      int[] chosen = Arrays.copyOf(some, 60);
      Targets own = truth.subset(chosen);
      ConformalTags tags = ConformalTags.calibrate(rows(chosen), own, coverage);
      double highest = -1;
      for (int step = 0; step <= 10_000; step++) {
        double threshold = step / 10_000.0;
        double missed =
            1 - new ConformalTags(coverage, threshold, 60).measuredCoverage(rows(chosen), own);
        if ((60 * missed + 1) / 61 <= 1 - coverage + 1e-12) {
          highest = threshold;
        }
      }
      assertThat(tags.threshold()).isCloseTo(highest, within(1.1e-4));
      assertThat(tags.threshold()).isGreaterThanOrEqualTo(highest);
    }
  }

  @Test
  void holdsTagsFromItsThresholdOnTheLikeliestFirst() {
    ConformalTags tags = new ConformalTags(0.5, 0.25, 10);
    assertThat(tags.of(new float[] {0.25f, 0.1f, 0.9f, 0.24f, 0.5f, 0})).containsExactly(2, 4, 0);
    assertThat(tags.of(new float[TAGS])).isEmpty();
  }

  @Test
  void equalProbabilitiesAreMissedTogether() {
    float[][] rows = new float[20][];
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {i < 10 ? 0.3f : 0.7f, 0, 0, 0, 0, 0};
      targets.add(Target.tags(0));
    }
    // Nine of twenty might be missed, but a threshold above 0.3 misses ten.
    assertThat(ConformalTags.calibrate(rows, Targets.of(TASK, targets), 0.5).threshold())
        .isEqualTo(0.3f);
  }

  @Test
  void refusesWhatIsNoCalibration() {
    int[] eight = {0, 1, 2, 3, 4, 5, 6, 7};
    assertThatThrownBy(() -> ConformalTags.calibrate(rows(eight), truth.subset(eight), 0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A coverage of 0.9 needs at least 9 samples")
        .hasMessageContaining("there are 8");
    assertThatThrownBy(() -> ConformalTags.calibrate(rows(0, 1), truth, 0.9))
        .hasMessageContaining("there are 2 rows and 400 samples of 6 tags");
    assertThatThrownBy(() -> ConformalTags.calibrate(rows(eight), truth.subset(eight), 1.5))
        .hasMessageContaining("A coverage is above 0 and below 1");
    Targets none = Targets.of(TASK, List.of(Target.tags(), Target.tags()));
    assertThatThrownBy(() -> ConformalTags.calibrate(rows(0, 1), none, 0.5))
        .hasMessageContaining("on pictures that have some, but none of 2 has one");
    float[][] wrong = {{0, 0, 0, 0, 0, Float.NaN}, new float[TAGS]};
    assertThatThrownBy(() -> ConformalTags.calibrate(wrong, none, 0.5))
        .hasMessageContaining("Probabilities are from 0 to 1, but picture 0 has NaN");
    assertThatThrownBy(() -> new ConformalTags(0.9, 0.5, 8))
        .hasMessageContaining("cannot come from a calibration with coverage 0.9");
    assertThatThrownBy(() -> new ConformalTags(0.9, Double.NaN, 80)).hasMessageContaining("NaN");
  }
}
