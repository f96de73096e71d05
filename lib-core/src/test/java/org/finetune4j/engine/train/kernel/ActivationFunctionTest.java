package org.finetune4j.engine.train.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.finetune4j.network.Activation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationFunctionTest {
  /** The numbers are SciPy's: {@code scipy.stats.norm.cdf} and {@code pdf}. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.5, 0.3989422804014327",
    "0.3, 0.6179114221889526, 0.3813878154605241",
    "-1.23456, 0.10849715177356245, 0.1861862559931126",
    "2.71828, 0.9967188860301375, 0.009917428526532093",
    "-5.5, 1.8989562465887722e-08, 1.0769760042543276e-07",
    "7.99, 0.9999999999999993, 5.4727862810285e-15",
    "9, 1, 0",
    "-9, 0, 0"
  })
  void theNormalDistributionIsSciPys(double x, double below, double density) {
    assertThat(NormalDistribution.below(x)).isCloseTo(below, within(1e-9));
    assertThat(NormalDistribution.density(x)).isCloseTo(density, within(1e-8));
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
