package org.finetune4j.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

class LabelNextTest {
  private static final Labels LABELS = Labels.of("a", "b", "c");
  private static final float[][] ROWS = {
    {0.9f, 0.05f, 0.05f}, {0.5f, 0.49f, 0.01f}, {0.4f, 0.3f, 0.3f}, {0.6f, 0.4f, 0}
  };

  /** Margins 0.85, 0.01, 0.1, 0.2; entropies 0.394, 0.742, 1.089, 0.673, by hand. */
  @Test
  void marginAndEntropyDoubtDifferently() {
    assertThat(LabelNext.byMargin(ROWS, 3)).containsExactly(1, 2, 3);
    assertThat(LabelNext.byEntropy(ROWS, 9)).containsExactly(2, 1, 3, 0);
  }

  /** Points on a line: 0 is labelled, so 10 is the farthest, then 5 in the middle, then 2. */
  @Test
  void coreSetGoesWhereNothingIsYet() {
    FeatureSet pool = FeatureSet.of(new float[][] {{1}, {2}, {5}, {10}, {10}}, new int[5], LABELS);
    FeatureSet labelled = FeatureSet.of(new float[][] {{0}}, new int[1], LABELS);
    assertThat(LabelNext.byCoreSet(pool, labelled, 3)).containsExactly(3, 2, 1);
    assertThat(LabelNext.byCoreSet(pool, labelled, 99)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(LabelNext.byCoreSet(pool, labelled.subset(), 1)).containsExactly(0);
  }

  @Test
  void refusesWhatCannotBeAsked() {
    assertThatThrownBy(() -> LabelNext.byMargin(ROWS, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("At least 1 picture");
    assertThatThrownBy(() -> LabelNext.byEntropy(new float[][] {{1}}, 1))
        .hasMessageContaining("at least two labels, not 1");
    FeatureSet wide = FeatureSet.of(new float[2][4], new int[2], LABELS);
    FeatureSet narrow = FeatureSet.of(new float[2][3], new int[2], LABELS);
    assertThatThrownBy(() -> LabelNext.byCoreSet(wide, narrow, 1))
        .hasMessageContaining("come from one extractor");
  }
}
