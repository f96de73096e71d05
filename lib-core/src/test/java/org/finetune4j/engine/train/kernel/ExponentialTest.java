package org.finetune4j.engine.train.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExponentialTest {
  @Test
  void theExponentialFunctionIsGoodToAFloatsLastDigits() {
    float[] x = new float[870_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = -i / 10_000f;
    }
    float[] exponentials = x.clone();
    Exponential.apply(exponentials, x.length, new float[x.length]);
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      double exact = Math.exp(x[i]);
      worst = Math.max(worst, Math.abs(exponentials[i] - exact) / exact);
    }
    assertThat(worst).isLessThan(3e-7);
  }

  @Test
  void onlyAsManyAsAskedForChange() {
    float[] values = {0, Float.NEGATIVE_INFINITY, Float.NaN, -200, -1};
    Exponential.apply(values, 4, new float[4]);
    float least = 2e-38f;
    assertThat(values[0]).isEqualTo(1);
    assertThat(values[1]).isBetween(0f, least);
    assertThat(values[2]).isNaN();
    assertThat(values[3]).isBetween(0f, least);
    assertThat(values[4]).isEqualTo(-1);
  }
}
