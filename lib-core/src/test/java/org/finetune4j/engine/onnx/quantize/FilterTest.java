package org.finetune4j.engine.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FilterTest {
  /** The last weight is multiplied with what is nearly always 0. */
  private static final float[] WEIGHTS = {0.9f, -0.55f, 0.31f, 40};

  @Test
  void weightsOfChannelsThatAreNearlyAlwaysZeroDoNotSetTheScale() {
    double[] squares = {4, 4, 4, 1e-9};
    Filter filter = new Filter(WEIGHTS, squares, new double[4]);

    assertThat(filter.scale(127)).isLessThan(4f / 127);
    assertThat(Filter.alone(WEIGHTS).scale(127)).isEqualTo(40f / 127);
  }

  @Test
  void theScaleOfLikeWeightsHoldsAll() {
    Filter filter = Filter.alone(new float[] {1, -1, 0.5f, 127 / 128f});

    assertThat(filter.scale(127)).isEqualTo(1f / 127);
    assertThat(Filter.alone(new float[3]).scale(127)).isEqualTo(1);
  }

  // 1.3 becomes 1, 2.4 becomes 2, and 3 stays.
  @Test
  void whatRoundingAddsToTheMeanIsKnown() {
    Filter filter =
        new Filter(
            new float[] {1.3f, 2.4f, 3}, new double[] {1, 1, 1}, new double[] {10, 100, 1000});
    byte[] levels = new byte[5];
    filter.round(1, 127, levels, 0, 2);

    assertThat(levels).containsExactly(1, 0, 2, 0, 3);
    assertThat(filter.shift(1, 127)).isCloseTo(-0.3 * 10 - 0.4 * 100, within(1e-4));
  }
}
