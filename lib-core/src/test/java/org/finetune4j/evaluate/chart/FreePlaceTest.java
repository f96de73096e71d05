package org.finetune4j.evaluate.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePlaceTest {
  private final Line2D steep = new Line2D.Double(0.1, 0.2, 0.16, 0.9);
  private final Line2D flat = new Line2D.Double(0.16, 0.9, 0.5, 0.9);

  @Test
  void isBelowWhereNothingRuns() {
    assertThat(new FreePlace(List.of(flat)).beside(0.3, 0.9, "7"))
        .isEqualTo(new Point2D.Double(0.3, 0.87));
  }

  /** A number of four digits below the upper end of a steep line would lie on it. */
  @Test
  void isNotOnALine() {
    Point2D place = new FreePlace(List.of(steep, flat)).beside(0.16, 0.9, "1234");
    Rectangle2D text = new Rectangle2D.Double(place.getX() - 0.03, place.getY() - 0.01, 0.06, 0.02);
    assertThat(steep.intersects(text)).isFalse();
    assertThat(flat.intersects(text)).isFalse();
  }

  @Test
  void isNotOnAnotherNumber() {
    FreePlace places = new FreePlace(List.of(flat));
    Point2D first = places.beside(0.3, 0.9, "12345");
    Point2D second = places.beside(0.32, 0.9, "12345");
    assertThat(first.getY()).isLessThan(0.9);
    assertThat(second.getY()).isGreaterThan(0.9);
  }
}
