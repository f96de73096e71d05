package org.finetune4j.doctor;

import java.util.List;

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

  private final Luma part;
  private final int width;
  private final int height;
  private final double[] sums;

  /** Left and top corners of fields: the pixel they lie in, and how far. */
  private final int[] columns = new int[FINE_FIELDS + 1];

  private final double[] inColumn = new double[FINE_FIELDS + 1];
  private double[] above = new double[FINE_FIELDS + 1];
  private double[] below = new double[FINE_FIELDS + 1];

  /** Those of the window that was looked at last. */
  private final double[] window = new double[FINE_FIELDS * FINE_FIELDS];

  private PartSearch(Luma part, Luma whole) {
    this.part = part;
    this.width = whole.width();
    this.height = whole.height();
    this.sums = whole.sums();
  }

  /**
   * Returns how alike a picture or its mirror image is to the part of another that it is most alike
   * to, -1 to 1; below 0.8, where a rougher look says that much, what that look says.
   */
  static double likeness(Luma part, Luma whole) {
    return new PartSearch(part, whole).search(new PartSearch(part, part));
  }

  /** A picture or its mirror image, and the place in the other that is most alike to it. */
  private static final class Face {
    private final boolean mirrored;
    private double[] fields = {};
    private double likeness;
    private double left;
    private double top;
    private double scale;

    Face(boolean mirrored) {
      this.mirrored = mirrored;
    }
  }

  private double search(PartSearch self) {
    List<Face> faces = List.of(new Face(false), new Face(true));
    everywhere(faces, self, FEW_FIELDS, 3, SHRINK_FAST);
    double best = -1;
    for (Face face : faces) {
      best = Math.max(best, face.likeness < UNLIKE ? face.likeness : closely(face, self));
    }
    return best;
  }

  /** Looks for one face again, by more fields at more places. */
  private double closely(Face face, PartSearch self) {
    everywhere(List.of(face), self, FIELDS, 2, SHRINK);
    double size = face.scale;
    double x = face.left;
    double y = face.top;
    for (double finer = 0.98; finer < 1.03; finer += 0.01) {
      for (int i = 0; i < 25; i++) {
        tryAt(List.of(face), FIELDS, x + (i % 5 - 2) / 2.0, y + (i / 5 - 2) / 2.0, size * finer);
      }
    }
    double coarse = face.likeness;
    face.fields = self.standardized(FINE_FIELDS, face.mirrored);
    face.likeness = -1;
    tryAt(List.of(face), FINE_FIELDS, face.left, face.top, face.scale);
    return Math.min(coarse, face.likeness);
  }

  /**
   * Finds the best place of each face by so many fields squared.
   *
   * @param self the part within itself
   * @param step pixels from place to place
   * @param shrink what a size is of the one before
   */
  private void everywhere(List<Face> faces, PartSearch self, int fields, int step, double shrink) {
    for (Face face : faces) {
      face.fields = self.standardized(fields, face.mirrored);
      face.likeness = -1;
    }
    for (double share = 1; share >= SMALLEST; share *= shrink) {
      // As large as the part can be: as wide or as high as the whole.
      double size =
          share * Math.min((double) width / part.width(), (double) height / part.height());
      for (int y = 0; y + size * part.height() <= height + 0.5; y += step) {
        for (int x = 0; x + size * part.width() <= width + 0.5; x += step) {
          tryAt(faces, fields, x, y, size);
        }
      }
    }
  }

  /** Returns the means of fields of the whole, less their mean and divided by their length. */
  private double[] standardized(int fields, boolean mirrored) {
    look(fields, 0, 0, width, height);
    double[] means = new double[fields * fields];
    double mean = 0;
    for (int i = 0; i < means.length; i++) {
      means[i] = window[mirrored ? i / fields * fields + fields - 1 - i % fields : i];
      mean += means[i] / means.length;
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

  /** Keeps a place for the faces that it is more alike to than those before. */
  private void tryAt(List<Face> faces, int fields, double x, double y, double size) {
    double w = Math.min(size * part.width(), width);
    double h = Math.min(size * part.height(), height);
    double inX = Math.max(0, Math.min(x, width - w));
    double inY = Math.max(0, Math.min(y, height - h));
    double deviation = look(fields, inX, inY, w, h);
    for (Face face : faces) {
      double correlation = deviation > 0 ? product(face.fields) / deviation : 0;
      if (correlation > face.likeness) {
        face.likeness = correlation;
        face.left = inX;
        face.top = inY;
        face.scale = size;
      }
    }
  }

  private double product(double[] own) {
    double product = 0;
    for (int i = 0; i < own.length; i++) {
      product += own[i] * window[i];
    }
    return product;
  }

  /** Computes the fields of a window, and returns the length of their deviations; 0 if flat. */
  private double look(int fields, double x, double y, double w, double h) {
    for (int i = 0; i <= fields; i++) {
      double at = x + w * i / fields;
      columns[i] = (int) Math.min(at, width - 1);
      inColumn[i] = at - columns[i];
    }
    double sum = 0;
    double squares = 0;
    for (int j = 0; j <= fields; j++) {
      corners(y + h * j / fields, fields);
      for (int i = 0; j > 0 && i < fields; i++) {
        double field = below[i + 1] - below[i] - above[i + 1] + above[i];
        window[(j - 1) * fields + i] = field;
        sum += field;
        squares += field * field;
      }
      double[] next = above;
      above = below;
      below = next;
    }
    double variance = squares - sum * sum / (fields * fields);
    return variance > FLAT * squares ? Math.sqrt(variance) : 0;
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
