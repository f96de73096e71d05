package org.finetune4j.evaluate.chart;

import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** Finds where beside a point of a line a number can be read: where no line runs, and no other. */
final class FreePlace {
  /** Of the unit square, in letters of the size of annotations. */
  private static final double WIDTH_OF_DIGIT = 0.019;

  private static final double HEIGHT = 0.034;

  /** The plot ends a little above 1. */
  private static final double LARGEST = 1.05;

  /** Below, above, in the corners, a little aside; near and farther away. */
  private static final double[][] DIRECTIONS = {
    {0, -1}, {0, 1}, {1, -1}, {-1, 1}, {1, 1}, {-1, -1}, {0.4, 1}, {-0.4, 1}, {0.4, -1}, {-0.4, -1}
  };

  private final List<Line2D> lines;
  private final List<Rectangle2D> taken = new ArrayList<>();

  FreePlace(List<Line2D> lines) {
    this.lines = lines;
  }

  /** Returns the middle of the text. */
  Point2D beside(double x, double y, String text) {
    double width = WIDTH_OF_DIGIT * text.length();
    for (double distance : new double[] {1, 1.6}) {
      for (double[] direction : DIRECTIONS) {
        double toX = x + direction[0] * distance * (width / 2 + 0.015);
        double toY = y + direction[1] * distance * 0.03;
        Rectangle2D box = new Rectangle2D.Double(toX - width / 2, toY - HEIGHT / 2, width, HEIGHT);
        if (isFree(box)) {
          taken.add(box);
          return new Point2D.Double(toX, toY);
        }
      }
    }
    return new Point2D.Double(x, y > 0.1 ? y - 0.03 : y + 0.03);
  }

  private boolean isFree(Rectangle2D box) {
    return box.getMinY() >= 0
        && Math.max(box.getMaxX(), box.getMaxY()) <= LARGEST
        && lines.stream().noneMatch(box::intersectsLine)
        && taken.stream().noneMatch(box::intersects);
  }
}
