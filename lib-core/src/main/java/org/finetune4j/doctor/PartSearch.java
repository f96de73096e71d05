package org.finetune4j.doctor;

/**
 * Looks for one picture among the parts of another: at all places and in all sizes in which it may
 * be in there, by the correlation of brightness, whatever the exposure.
 */
final class PartSearch {
  /** A part is compared with places in the whole by the means of so many fields squared. */
  private static final int FIELDS = 8;

  /** With the best place once more by so many, which simple shapes do not pass by chance. */
  private static final int FINE_FIELDS = 16;

  /** Before all of it, at fewer places, by so few: most other pictures fail at once. */
  private static final int FEW_FIELDS = 4;

  /** What is less alike than this by few fields is no part: of 376 parts the least had 0.87. */
  private static final double UNLIKE = 0.8;

  /** The smallest part, as a share of the longer side. */
  private static final double SMALLEST = 0.55;

  private static final double SHRINK = 0.96;
  private static final double SHRINK_FAST = 0.92;

  /** Less variance than this share of the squares is rounding. */
  private static final double FLAT = 1e-9;

  private static final double[] NONE = {};

  private final Luma part;
  private final int width;
  private final int height;
  private final double[] sums;

  /** Left and top corners of fields: the pixel they lie in, and how far. */
  private final int[] columns = new int[FINE_FIELDS + 1];

  private final double[] inColumn = new double[FINE_FIELDS + 1];
  private double[] above = new double[FINE_FIELDS + 1];
  private double[] below = new double[FINE_FIELDS + 1];

  /** The best place so far. */
  private double likeness;

  private double left;
  private double top;
  private double scale;

  private PartSearch(Luma part, Luma whole) {
    this.part = part;
    this.width = whole.width();
    this.height = whole.height();
    this.sums = whole.sums();
  }

  /**
   * Returns how alike a picture is to the part of another that it is most alike to, -1 to 1; below
   * 0.8, where a rougher look says that much, what that look says.
   */
  static double likeness(Luma part, Luma whole) {
    return new PartSearch(part, whole).search();
  }

  private double search() {
    everywhere(FEW_FIELDS, 3, SHRINK_FAST);
    if (likeness < UNLIKE) {
      return likeness;
    }
    double[] own = everywhere(FIELDS, 2, SHRINK);
    double bestScale = scale;
    double x = left;
    double y = top;
    for (double finer = 0.98; finer < 1.03; finer += 0.01) {
      for (int i = 0; i < 25; i++) {
        tryAt(own, FIELDS, x + (i % 5 - 2) / 2.0, y + (i / 5 - 2) / 2.0, bestScale * finer);
      }
    }
    double coarse = likeness;
    double[] fine = standardized(FINE_FIELDS);
    likeness = -1;
    tryAt(fine, FINE_FIELDS, left, top, scale);
    return Math.min(coarse, likeness);
  }

  /**
   * Finds the best place by so many fields squared, and returns those of the part.
   *
   * @param step pixels from place to place
   * @param shrink what a size is of the one before
   */
  private double[] everywhere(int fields, int step, double shrink) {
    double[] own = standardized(fields);
    likeness = -1;
    for (double share = 1; share >= SMALLEST; share *= shrink) {
      // As large as the part can be: as wide or as high as the whole.
      double size =
          share * Math.min((double) width / part.width(), (double) height / part.height());
      for (int y = 0; y + size * part.height() <= height + 0.5; y += step) {
        for (int x = 0; x + size * part.width() <= width + 0.5; x += step) {
          tryAt(own, fields, x, y, size);
        }
      }
    }
    return own;
  }

  /** Returns the means of fields of the part, less their mean and divided by their length. */
  private double[] standardized(int fields) {
    PartSearch self = new PartSearch(part, part);
    double[] means = new double[fields * fields];
    self.correlation(means, fields, 0, 0, self.width, self.height, means);
    double mean = 0;
    for (double value : means) {
      mean += value / means.length;
    }
    double squares = 0;
    for (int i = 0; i < means.length; i++) {
      means[i] -= mean;
      squares += means[i] * means[i];
    }
    double length = Math.sqrt(Math.max(squares, Double.MIN_NORMAL));
    for (int i = 0; i < means.length; i++) {
      means[i] /= length;
    }
    return means;
  }

  /** Keeps a place if it is better. */
  private void tryAt(double[] own, int fields, double x, double y, double size) {
    double w = Math.min(size * part.width(), width);
    double h = Math.min(size * part.height(), height);
    double inX = Math.max(0, Math.min(x, width - w));
    double inY = Math.max(0, Math.min(y, height - h));
    double correlation = correlation(own, fields, inX, inY, w, h, NONE);
    if (correlation > likeness) {
      likeness = correlation;
      left = inX;
      top = inY;
      scale = size;
    }
  }

  /**
   * Returns the correlation of a window's fields with others, whose mean is 0 and length 1.
   *
   * @param kept takes the fields, if it has room
   */
  private double correlation(
      double[] own, int fields, double x, double y, double w, double h, double[] kept) {
    for (int i = 0; i <= fields; i++) {
      double at = x + w * i / fields;
      columns[i] = (int) Math.min(at, width - 1);
      inColumn[i] = at - columns[i];
    }
    double sum = 0;
    double squares = 0;
    double product = 0;
    for (int j = 0; j <= fields; j++) {
      corners(y + h * j / fields, fields);
      for (int i = 0; j > 0 && i < fields; i++) {
        double field = below[i + 1] - below[i] - above[i + 1] + above[i];
        int at = (j - 1) * fields + i;
        sum += field;
        squares += field * field;
        product += own[at] * field;
        if (kept.length > 0) {
          kept[at] = field;
        }
      }
      double[] next = above;
      above = below;
      below = next;
    }
    double variance = squares - sum * sum / (fields * fields);
    return variance > FLAT * squares ? product / Math.sqrt(variance) : 0;
  }

  /** Computes the sums above and left of places between pixels. */
  private void corners(double y, int fields) {
    int row = (int) Math.min(y, height - 1);
    double inRow = y - row;
    for (int i = 0; i <= fields; i++) {
      int at = row * (width + 1) + columns[i];
      int under = at + width + 1;
      double upper = sums[at] + inColumn[i] * (sums[at + 1] - sums[at]);
      double lower = sums[under] + inColumn[i] * (sums[under + 1] - sums[under]);
      below[i] = upper + inRow * (lower - upper);
    }
  }
}
