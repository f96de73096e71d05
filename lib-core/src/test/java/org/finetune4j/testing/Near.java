package org.finetune4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;

/**
 * Numbers within a distance of others, for arrays of thousands: AssertJ's own comparison makes two
 * decimal numbers of each value, which took most of the time of the tests that compare whole maps.
 */
public final class Near {
  private Near() {}

  /** What {@code satisfies} takes: as many values, none further away; never where one is NaN. */
  public static Consumer<float[]> near(float[] expected, double within) {
    return actual -> {
      assertThat(actual.length).as("length").isEqualTo(expected.length);
      for (int i = 0; i < expected.length; i++) {
        if (!(Math.abs((double) actual[i] - expected[i]) <= within)) {
          Assertions.fail(
              String.format(
                  Locale.ROOT,
                  "Value %d is %s, not %s within %s.",
                  i,
                  actual[i],
                  expected[i],
                  within));
        }
      }
    };
  }
}
