package org.finetune4j.engine.onnx.quantize;

import java.nio.FloatBuffer;

/**
 * What was seen of one value on calibration pictures: its extremes, then how often which part of
 * the range between them. Not thread-safe.
 */
public final class ValueRange {
  private static final int BINS = 2048;
  private static final int CANDIDATES = 100;

  private float low;
  private float high;
  private final long[] counts = new long[BINS];
  private boolean finite = true;

  /** First pass: widens the range. */
  public void widen(FloatBuffer values) {
    for (int i = values.position(); i < values.limit(); i++) {
      float value = values.get(i);
      low = Math.min(low, value);
      high = Math.max(high, value);
      finite &= Float.isFinite(value);
    }
  }

  /** Second pass: counts, in the range that the first pass found. */
  public void count(FloatBuffer values) {
    float perBin = BINS / (high - low);
    for (int i = values.position(); i < values.limit(); i++) {
      counts[Math.min(BINS - 1, Math.max(0, (int) ((values.get(i) - low) * perBin)))]++;
    }
  }

  /** Returns whether every number was one. */
  public boolean isFinite() {
    return finite;
  }

  /** Returns the levels between the extremes. */
  public Levels minMax() {
    return Levels.of(low, high);
  }

  /**
   * Returns the levels that lose as few of the numbers as said at the outside.
   *
   * @param share of the numbers that lie inside, for example 0.9999
   */
  public Levels percentile(double share) {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    long outside = (long) (all * (1 - share) / 2);
    int from = 0;
    for (long seen = counts[0]; seen <= outside && from < BINS - 1; seen += counts[from]) {
      from++;
    }
    int to = BINS - 1;
    for (long seen = counts[to]; seen <= outside && to > from; seen += counts[to]) {
      to--;
    }
    return Levels.of(edge(from), edge(to + 1));
  }

  /** Returns the levels with the smallest mean squared error, rounding and clipping together. */
  public Levels leastSquares() {
    Levels best = minMax();
    double bestError = Double.POSITIVE_INFINITY;
    for (int i = CANDIDATES; i > CANDIDATES / 5; i--) {
      double share = i / (double) CANDIDATES;
      Levels levels = Levels.of(low * share, high * share);
      double error = error(levels);
      if (error < bestError) {
        best = levels;
        bestError = error;
      }
    }
    return best;
  }

  private double error(Levels levels) {
    double from = -levels.zeroPoint() * (double) levels.scale();
    double to = (255 - levels.zeroPoint()) * (double) levels.scale();
    double rounding = levels.scale() * (double) levels.scale() / 12;
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      double middle = (edge(bin) + edge(bin + 1)) / 2;
      double clipped = Math.max(from - middle, Math.max(0, middle - to));
      sum += counts[bin] * (clipped > 0 ? clipped * clipped : rounding);
    }
    return sum;
  }

  private double edge(int bin) {
    return low + (high - (double) low) * bin / BINS;
  }
}
