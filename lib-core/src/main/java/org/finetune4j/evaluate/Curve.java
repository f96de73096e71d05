package org.finetune4j.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one class is told from all others at every threshold of its probability.
 *
 * @param kind what x and y are
 * @param points from the highest threshold to the lowest
 * @param area area under it, 0 to 1: of {@link Kind#ROC} by the trapezoid rule, of {@link
 *     Kind#PRECISION_RECALL} the average precision (the sum of precision times the gain in recall,
 *     not interpolated), both as in scikit-learn
 */
public record Curve(Kind kind, List<Point> points, double area) {
  /** What is drawn. */
  public enum Kind {
    /** x is the false positive rate, y the true positive rate. */
    ROC,
    /** x is the recall, y the precision. */
    PRECISION_RECALL
  }

  /**
   * One point.
   *
   * @param threshold pictures with at least this probability count as positive
   */
  public record Point(double x, double y, double threshold) {}

  /** Checks nothing, copies the points. */
  public Curve {
    points = List.copyOf(points);
  }

  /** Returns the curve; empty if there are only positives or only negatives. */
  static Optional<Curve> roc(RankedScores scores) {
    if (scores.positives() == 0 || scores.negatives() == 0) {
      return Optional.empty();
    }
    List<Point> points = new ArrayList<>();
    points.add(new Point(0, 0, Double.POSITIVE_INFINITY));
    double area = 0;
    for (RankedScores.Step step : scores.steps()) {
      Point last = points.get(points.size() - 1);
      double x = (double) step.falsePositives() / scores.negatives();
      double y = (double) step.truePositives() / scores.positives();
      area += (x - last.x()) * (y + last.y()) / 2;
      points.add(new Point(x, y, step.threshold()));
    }
    return Optional.of(new Curve(Kind.ROC, points, area));
  }

  /** Returns the curve; empty if there are no positives. */
  static Optional<Curve> precisionRecall(RankedScores scores) {
    if (scores.positives() == 0) {
      return Optional.empty();
    }
    List<Point> points = new ArrayList<>();
    points.add(new Point(0, 1, Double.POSITIVE_INFINITY));
    double area = 0;
    double lastRecall = 0;
    for (RankedScores.Step step : scores.steps()) {
      long predicted = step.truePositives() + step.falsePositives();
      double recall = (double) step.truePositives() / scores.positives();
      double precision = (double) step.truePositives() / predicted;
      area += (recall - lastRecall) * precision;
      lastRecall = recall;
      points.add(new Point(recall, precision, step.threshold()));
    }
    return Optional.of(new Curve(Kind.PRECISION_RECALL, points, area));
  }
}
