package org.finetune4j.engine.train.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.finetune4j.network.Activation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationFunctionTest {
  /** The numbers are SciPy's: {@code x * norm.cdf(x)} and {@code norm.cdf(x) + x * norm.pdf(x)}. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.0, 0.5",
    "0.3, 0.18537343538671314, 0.7323277755109192",
    "0.015625, 0.007909894054685776, 0.5124659317555901",
    "-1.23456, -0.13394624213803952, -0.12136095356090043",
    "1.4142135, 1.3029861990694402, 1.1289041451851547",
    "2.71828, 2.7093610923212803, 1.0236772295309748",
    "-3.3, -0.0015952999178720324, -0.005201054086704569",
    "-5.5, -1.0444259356238224e-07, -5.733472398739924e-07",
    "7.99, 7.989999771118159, 1.000000000000043",
    "9, 9.0, 1.0",
    "-9, -1.015729565358449e-18, -9.138937373906642e-18"
  })
  void geluIsSciPys(float x, double value, double slope) {
    float[] values = new float[3];
    float[] slopes = new float[3];
    ActivationFunction.apply(Activation.GELU, new float[] {1, x, 1}, values, 1, 2);
    ActivationFunction.slope(
        Activation.GELU, new float[] {1, x, 1}, new float[] {1, 2, 1}, slopes, 1, 2);
    assertThat((double) values[1]).isCloseTo(value, within(3e-7));
    assertThat((double) slopes[1] / 2).isCloseTo(slope, within(3e-7));
    assertThat(values[0] + values[2] + slopes[0] + slopes[2]).isZero();
  }

  /** Functions that go far from 0 are lines or nothing there, and never not a number. */
  @ParameterizedTest
  @EnumSource(names = {"GELU", "GELU_TANH", "QUICK_GELU", "SWISH", "HARD_SWISH"})
  void largeValuesStayFinite(Activation activation) {
    float[] x = {-1e6f, -90, 90, 1e6f};
    float[] y = new float[4];
    float[] slope = new float[4];
    ActivationFunction.apply(activation, x, y, 0, 4);
    ActivationFunction.slope(activation, x, new float[] {1, 1, 1, 1}, slope, 0, 4);
    assertThat(y).containsExactly(new float[] {0, 0, 90, 1e6f}, within(1e-5f));
    assertThat(slope).containsExactly(new float[] {0, 0, 1, 1}, within(1e-5f));
  }
}
