package org.finetune4j.evaluate.chart;

import java.util.BitSet;
import java.util.List;
import org.finetune4j.evaluate.Curve;

/**
 * A curve with no more points than can be seen: those without which the line would move by more
 * than a thousandth of the axis (Douglas and Peucker 1973), ends included.
 */
final class Polyline {
  private static final double TOLERANCE = 1e-3;

  private final List<Curve.Point> points;
  private final BitSet kept = new BitSet();

  private Polyline(List<Curve.Point> points) {
    this.points = points;
  }

  static List<Curve.Point> of(Curve curve) {
    Polyline line = new Polyline(curve.points());
    int last = curve.points().size() - 1;
    line.kept.set(0);
    line.kept.set(last);
    line.keepBetween(0, last);
    return line.kept.stream().mapToObj(curve.points()::get).toList();
  }

  private void keepBetween(int first, int last) {
    int from = first;
    // The right half goes on in this loop, so that the depth stays small for curves that only rise.
    while (last - from > 1) {
      int farthest = farthest(from, last);
      if (farthest < 0) {
        return;
      }
      kept.set(farthest);
      if (farthest - from < last - farthest) {
        keepBetween(from, farthest);
        from = farthest;
      } else {
        keepBetween(farthest, last);
        last = farthest;
      }
    }
  }

  /** Returns the point farthest from the line between two others, or -1 if all lie on it. */
  private int farthest(int first, int last) {
    Curve.Point a = points.get(first);
    Curve.Point b = points.get(last);
    double length = Math.hypot(b.x() - a.x(), b.y() - a.y());
    int farthest = -1;
    double most = TOLERANCE;
    for (int i = first + 1; i < last; i++) {
      Curve.Point p = points.get(i);
      double distance =
          length == 0
              ? Math.hypot(p.x() - a.x(), p.y() - a.y())
              : Math.abs((b.x() - a.x()) * (a.y() - p.y()) - (a.x() - p.x()) * (b.y() - a.y()))
                  / length;
      if (distance > most) {
        most = distance;
        farthest = i;
      }
    }
    return farthest;
  }
}
