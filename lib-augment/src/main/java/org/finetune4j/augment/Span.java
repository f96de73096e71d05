package org.finetune4j.augment;

/** Columns from {@code start} to before {@code end}. */
record Span(int start, int end) {
  /** Beyond this step fixed-point positions could overflow; a row then has no such columns. */
  private static final double STEEPEST = 0x1p20;

  static Span all(int width) {
    return new Span(0, width);
  }

  /**
   * Returns the columns of this span at which {@code first + step * column} lies in [low, high],
   * but for rounding.
   */
  Span within(double first, double step, double low, double high) {
    if (step == 0) {
      return first >= low && first <= high ? this : empty();
    }
    if (!(Math.abs(step) < STEEPEST)) {
      return empty();
    }
    double one = (low - first) / step;
    double other = (high - first) / step;
    int newStart = (int) Math.max(start, Math.ceil(Math.min(one, other)));
    int newEnd = (int) Math.min(end, Math.floor(Math.max(one, other)) + 1);
    return newStart < newEnd && low < high ? new Span(newStart, newEnd) : empty();
  }

  private Span empty() {
    return new Span(start, start);
  }
}
