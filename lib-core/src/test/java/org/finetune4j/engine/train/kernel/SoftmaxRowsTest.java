package org.finetune4j.engine.train.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SoftmaxRowsTest {
  @Test
  void rowsBecomeShares() {
    float[] values = {1000, 998, 1000, -5, -5, -5};
    SoftmaxRows.apply(values, 0, 0.5f, 2, 3);
    float e = (float) (1 / Math.E);
    float[] expected = {1 / (2 + e), e / (2 + e), 1 / (2 + e), 1 / 3f, 1 / 3f, 1 / 3f};
    assertThat(values).containsExactly(expected, within(1e-6f));
  }
}
