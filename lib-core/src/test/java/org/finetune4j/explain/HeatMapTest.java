package org.finetune4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.finetune4j.image.Image;
import org.junit.jupiter.api.Test;

class HeatMapTest {
  private final HeatMap map = HeatMap.ofEvidence(2, 2, new double[] {-3, 0, 2, 4});

  @Test
  void evidenceAgainstCountsAsNone() {
    assertThat(map.values()).containsExactly(0, 0, 0.5f, 1);
    assertThat(map.largest()).isEqualTo(4);
    HeatMap none = HeatMap.ofEvidence(2, 1, new double[] {-1, -2});
    assertThat(none.values()).containsExactly(0, 0);
    assertThat(none.largest()).isZero();
  }

  /** Expected: torch.nn.functional.interpolate(..., size=4, mode="bilinear"), third column. */
  @Test
  void isEnlargedAsByPyTorch() {
    double[] expected = {0, 0.21875, 0.65625, 0.875};
    for (int row = 0; row < 4; row++) {
      assertThat(map.at(2.5 / 4, (row + 0.5) / 4)).isCloseTo(expected[row], within(1e-7));
    }
  }

  @Test
  void overlayMixesColorsAndPicture() {
    Image gray = Image.gray(2, 2, new byte[] {100, 100, 100, 100});
    Image over = map.overlay(gray, ColorMap.GRAY, 0.25);
    assertThat(over.sample(0, 0, 0)).isEqualTo(75);
    assertThat(over.sample(1, 1, 2)).isEqualTo(139); // 100 + 0.25 * 155 = 138.75
    assertThat(map.overlay(gray, ColorMap.JET, 0)).isEqualTo(gray.toRgb());
    assertThat(map.overlay(gray).sample(0, 0, 2)).isEqualTo(111); // 100 + 0.4 * 28 = 111.2
    assertThatThrownBy(() -> map.overlay(gray, ColorMap.JET, 1.1))
        .hasMessage("Opacity is from 0 to 1, not 1.1.");
  }

  @Test
  void mapsOnACommonScaleCanBeCompared() {
    HeatMap strong = HeatMap.ofEvidence(2, 1, new double[] {4, 1});
    HeatMap weak = HeatMap.ofEvidence(2, 1, new double[] {1, 0.5});
    assertThat(weak.values()).containsExactly(1, 0.5f);
    assertThat(weak.scaledTo(strong.largest()).values()).containsExactly(0.25f, 0.125f);
    assertThat(strong.scaledTo(2).values()).containsExactly(1, 0.5f);
    assertThatThrownBy(() -> weak.scaledTo(0)).hasMessageContaining("above 0, not 0.0");
  }
}
