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
  private static final int FINE_FIELDS = Windows.MOST_FIELDS;

  /** Before all of it, at fewer places, by so few: most other pictures fail at once. */
  private static final int FEW_FIELDS = 4;

  /** What is less alike than this by few fields is no part: of 376 parts the least had 0.87. */
  private static final double UNLIKE = 0.8;

  /** The smallest part, as a share of the longer side. */
  private static final double SMALLEST = 0.55;

  /** Pixels from place to place. */
  private static final int STEP = 2;

  private static final int FAST_STEP = 3;

  private static final double SHRINK = 0.96;
  private static final double SHRINK_FAST = 0.92;

  private final Windows part;
  private final Windows whole;

  /** Borders of the fields of windows side by side. */
  private final int[] columns;

  private final double[] inColumn;

  private PartSearch(Windows part, Windows whole) {
    this.part = part;
    this.whole = whole;
    this.columns = new int[(whole.width() / STEP + 2) * (Windows.MOST_FIELDS + 1)];
    this.inColumn = new double[columns.length];
  }

  /**
   * Returns how alike a picture or its mirror image is to the part of another that it is most alike
   * to: the correlation of brightness, -1 to 1, whatever the exposure; below 0.8, where a rougher
   * look says that much, what that look says.
   */
  static double likeness(Windows part, Windows whole) {
    return new PartSearch(part, whole).search();
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

  private double search() {
    List<Face> faces = List.of(new Face(false), new Face(true));
    everywhere(faces, FEW_FIELDS, FAST_STEP, SHRINK_FAST);
    double best = -1;
    for (Face face : faces) {
      best = Math.max(best, face.likeness < UNLIKE ? face.likeness : closely(face));
    }
    return best;
  }

  /** Looks for one face again, by more fields at more places. */
  private double closely(Face face) {
    everywhere(List.of(face), FIELDS, STEP, SHRINK);
    double size = face.scale;
    double x = face.left;
    double y = face.top;
    for (double finer = 0.98; finer < 1.03; finer += 0.01) {
      for (int i = 0; i < 25; i++) {
        tryAt(face, FIELDS, x + (i % 5 - 2) / 2.0, y + (i / 5 - 2) / 2.0, size * finer);
      }
    }
    double coarse = face.likeness;
    face.fields = part.standardized(FINE_FIELDS, face.mirrored);
    face.likeness = -1;
    tryAt(face, FINE_FIELDS, face.left, face.top, face.scale);
    return Math.min(coarse, face.likeness);
  }

  /**
   * Finds the best place of each face by so many fields squared.
   *
   * @param step pixels from place to place, at least {@link #STEP}
   * @param shrink what a size is of the one before
   */
  private void everywhere(List<Face> faces, int fields, int step, double shrink) {
    for (Face face : faces) {
      face.fields = part.standardized(fields, face.mirrored);
      face.likeness = -1;
    }
    for (double share = 1; share >= SMALLEST; share *= shrink) {
      // As large as the part can be: as wide or as high as the whole.
      double size =
          share
              * Math.min(
                  (double) whole.width() / part.width(), (double) whole.height() / part.height());
      int across = 0;
      for (int x = 0; x + size * part.width() <= whole.width() + 0.5; x += step) {
        place(x, size, fields, across++);
      }
      for (int y = 0; y + size * part.height() <= whole.height() + 0.5; y += step) {
        double top = between(y, size, fields);
        for (int i = 0; i < across; i++) {
          compare(
              faces, fields, i, inside(i * step, size * part.width(), whole.width()), top, size);
        }
      }
    }
  }

  /** Keeps a place for the face if it is more alike to it than those before. */
  private void tryAt(Face face, int fields, double x, double y, double size) {
    double left = place(x, size, fields, 0);
    double top = between(y, size, fields);
    compare(List.of(face), fields, 0, left, top, size);
  }

  /** Sets the columns of one of the windows side by side, and returns where it begins. */
  private double place(double x, double size, int fields, int number) {
    double w = Math.min(size * part.width(), whole.width());
    double left = inside(x, w, whole.width());
    whole.borders(left, w, fields, columns, inColumn, number * (fields + 1));
    return left;
  }

  /** Sets the rows of windows, and returns where they begin. */
  private double between(double y, double size, int fields) {
    double h = Math.min(size * part.height(), whole.height());
    double top = inside(y, h, whole.height());
    whole.between(top, h, fields);
    return top;
  }

  private static double inside(double at, double length, int end) {
    return Math.max(0, Math.min(at, end - length));
  }

  private void compare(
      List<Face> faces, int fields, int number, double left, double top, double size) {
    double deviation = whole.look(fields, columns, inColumn, number * (fields + 1));
    for (Face face : faces) {
      double correlation = deviation > 0 ? whole.product(face.fields) / deviation : 0;
      if (correlation > face.likeness) {
        face.likeness = correlation;
        face.left = left;
        face.top = top;
        face.scale = size;
      }
    }
  }
}
