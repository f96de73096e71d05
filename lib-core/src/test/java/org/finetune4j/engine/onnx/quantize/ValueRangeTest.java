package org.finetune4j.engine.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueRangeTest {

  private static ValueRange of(float... values) {
    ValueRange range = new ValueRange();
    range.widen(FloatBuffer.wrap(values));
    range.count(FloatBuffer.wrap(values));
    return range;
  }

  /** Mean squared error of rounding to levels, number by number. */
  private static double error(float[] values, Levels levels) {
    double sum = 0;
    for (float value : values) {
      double level = Math.rint(value / (double) levels.scale()) + levels.zeroPoint();
      double rounded =
          (Math.max(0, Math.min(255, level)) - levels.zeroPoint()) * (double) levels.scale();
      sum += (rounded - value) * (rounded - value);
    }
    return sum / values.length;
  }

  private static float[] normalWithOutlier() {
    Random random = new Random(3);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    values[0] = 100;
    return values;
  }

  @Test
  void levelsHoldZeroExactly() {
    assertThat(of(0, 2, 5.1f).minMax()).isEqualTo(new Levels(5.1f / 255, 0));
    Levels both = of(-1, 1, 3).minMax();
    assertThat(both.zeroPoint()).isEqualTo(64);
    assertThat(both.scale()).isCloseTo(4 / 255f, within(1e-7f));
    assertThat(of(-5, -1).minMax().zeroPoint()).isEqualTo(255);
    assertThat(of(0, 0).minMax()).isEqualTo(new Levels(1, 0));
  }

  @Test
  void leastSquaresRoundsBestAndPercentileClipsOutliers() {
    float[] values = normalWithOutlier();
    ValueRange range = of(values);

    assertThat(error(values, range.leastSquares()))
        .isLessThanOrEqualTo(error(values, range.minMax()));
    assertThat(range.percentile(0.999).scale()).isLessThan(range.minMax().scale() / 5);
  }

  @Test
  void rememberNumbersThatAreNone() {
    ValueRange range = new ValueRange();
    range.widen(FloatBuffer.wrap(new float[] {1, Float.NaN}));

    assertThat(range.isFinite()).isFalse();
  }

  @Test
  void levelsFromOutsideAreChecked() {
    for (float scale : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Levels(scale, 0)).hasMessageContaining("scale above 0");
    }
    assertThatThrownBy(() -> new Levels(1, 256)).isInstanceOf(IllegalArgumentException.class);
  }
}
