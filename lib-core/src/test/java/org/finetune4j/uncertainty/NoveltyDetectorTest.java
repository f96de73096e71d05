package org.finetune4j.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

class NoveltyDetectorTest {
  private static final Labels LABELS = Labels.of("left", "right");

  /** Two classes along the first axis; the third axis hardly varies. */
  private static FeatureSet samples(int count, long seed) {
    float[][] rows = new float[count][3];
    int[] targets = new int[count];
    for (int i = 0; i < count; i++) {
      CounterRandom random = CounterRandom.of(seed, i);
      targets[i] = i % 2;
      rows[i][0] = (float) (random.nextGaussian() + (targets[i] == 0 ? -8 : 8));
      rows[i][1] = (float) (5 * random.nextGaussian());
      rows[i][2] = (float) (0.1 * random.nextGaussian() + 3);
    }
    return FeatureSet.of(rows, targets, LABELS);
  }

  private static NoveltyDetector detector() {
    return NoveltyDetector.builder().fit(samples(400, 1), samples(400, 2));
  }

  @Test
  void keepsTheChosenShareOfPicturesLikeThoseItKnows() {
    Novelty[] known = detector().of(samples(2000, 3));
    double familiar =
        Arrays.stream(known).filter(it -> !it.isNovel()).count() / (double) known.length;
    assertThat(familiar).isBetween(0.92, 0.98);
  }

  @Test
  void whatLiesBetweenClassesOrLeavesAQuietAxisIsNew() {
    float[][] strange = {{0, 0, 3}, {8, 0, 4}};
    float[][] ordinary = {{8, 6, 3}, {-8, 0, 3.05f}};
    NoveltyDetector detector = detector();
    assertThat(detector.of(FeatureSet.of(strange, new int[2], LABELS)))
        .allMatch(Novelty::isNovel)
        .allMatch(it -> it.toString().startsWith("unlike anything it learned from (distance "));
    assertThat(detector.of(FeatureSet.of(ordinary, new int[2], LABELS)))
        .noneMatch(Novelty::isNovel);
  }

  @Test
  void moreFeaturesThanPicturesAreNoTrouble() {
    float[][] rows = new float[20][50];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < 49; j++) {
        rows[i][j] = (float) CounterRandom.of(9, i, j).nextGaussian();
      }
    }
    FeatureSet few = FeatureSet.of(rows, new int[20], LABELS);
    assertThat(NoveltyDetector.builder().fit(few, few).of(few))
        .allMatch(it -> Double.isFinite(it.distance()) && it.distance() > 0);
  }

  @Test
  void refusesOtherFeaturesAndTooFewPictures() {
    FeatureSet other = FeatureSet.of(new float[30][4], new int[30], LABELS);
    assertThatThrownBy(() -> detector().of(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("come from another extractor than the known ones");
    assertThatThrownBy(() -> NoveltyDetector.builder().fit(samples(400, 1), other))
        .hasMessageContaining("come from another extractor");
    assertThatThrownBy(() -> NoveltyDetector.builder().fit(samples(400, 1), samples(19, 2)))
        .hasMessageContaining("at least 2 known pictures and 20 for validation")
        .hasMessageContaining("400 and 19");
    FeatureSet wide = FeatureSet.of(new float[30][5000], new int[30], LABELS);
    assertThatThrownBy(() -> NoveltyDetector.builder().fit(wide, wide))
        .hasMessageContaining("up to 4096 features, not 5000. Pool the feature maps");
  }
}
