package org.finetune4j.doctor;

import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;

/**
 * The brightness of a picture, 48 pixels at its longer side, and whether it is a part of another.
 * Two kilobytes each.
 */
final class Luma {
  private static final int SIDE = 48;

  /** The part is compared with places in the whole by the means of so many fields squared. */
  private static final int FIELDS = 8;

  /** With the best place once more by so many, which simple shapes do not pass by chance. */
  private static final int FINE_FIELDS = 16;

  /** The smallest part, as a share of the longer side. */
  private static final double SMALLEST = 0.55;

  private static final double STEP = 0.96;

  private final int width;
  private final int height;
  private final byte[] samples;

  private Luma(int width, int height, byte[] samples) {
    this.width = width;
    this.height = height;
    this.samples = samples;
  }

  static Luma of(Image gray) {
    double scale = (double) SIDE / Math.max(gray.width(), gray.height());
    ImageSize size =
        new ImageSize(
            (int) Math.max(1, Math.round(gray.width() * scale)),
            (int) Math.max(1, Math.round(gray.height() * scale)));
    Image small = Resize.squash(gray, size, Interpolation.BILINEAR).toGray();
    return new Luma(size.width(), size.height(), small.samples());
  }

  Luma mirrored() {
    byte[] turned = new byte[samples.length];
    for (int i = 0; i < samples.length; i++) {
      turned[i] = samples[i / width * width + width - 1 - i % width];
    }
    return new Luma(width, height, turned);
  }

  /**
   * Returns how alike this picture is to the part of another that it is most alike to: the
   * correlation of brightness, -1 to 1, whatever the exposure.
   */
  double likenessToPartOf(Luma whole) {
    long[] sums = whole.sums();
    double[] own = standardized(sums(), width, new double[] {0, 0, width, height}, FIELDS);
    double[] best = {-1, 0, 0, 0};
    for (double share = 1; share >= SMALLEST; share *= STEP) {
      // As large as the part can be: as wide or as high as the whole.
      double scale = share * Math.min((double) whole.width / width, (double) whole.height / height);
      for (int y = 0; y + scale * height <= whole.height + 0.5; y += 2) {
        for (int x = 0; x + scale * width <= whole.width + 0.5; x += 2) {
          tryAt(own, whole, sums, x, y, scale, best);
        }
      }
    }
    double scale = best[3];
    double x = best[1];
    double y = best[2];
    for (double finer = 0.98; finer < 1.03; finer += 0.01) {
      for (int i = 0; i < 25; i++) {
        tryAt(own, whole, sums, x + (i % 5 - 2) / 2.0, y + (i / 5 - 2) / 2.0, scale * finer, best);
      }
    }
    double[] window = whole.window(best[1], best[2], best[3] * width, best[3] * height);
    double[] fine = standardized(sums(), width, new double[] {0, 0, width, height}, FINE_FIELDS);
    return Math.min(best[0], product(fine, standardized(sums, whole.width, window, FINE_FIELDS)));
  }

  /** Keeps the place in {@code best} if it is better: likeness, left, top, scale. */
  private void tryAt(
      double[] own, Luma whole, long[] sums, double x, double y, double scale, double[] best) {
    double[] window = whole.window(x, y, scale * width, scale * height);
    double likeness = product(own, standardized(sums, whole.width, window, FIELDS));
    if (likeness > best[0]) {
      best[0] = likeness;
      best[1] = window[0];
      best[2] = window[1];
      best[3] = scale;
    }
  }

  /** Returns left, top, width and height of a part that lies inside. */
  private double[] window(double left, double top, double wide, double high) {
    double w = Math.min(wide, width);
    double h = Math.min(high, height);
    return new double[] {
      Math.max(0, Math.min(left, width - w)), Math.max(0, Math.min(top, height - h)), w, h
    };
  }

  private static double product(double[] a, double[] b) {
    double product = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
    }
    return product;
  }

  /** Returns the sums of all samples above and left of each corner. */
  private long[] sums() {
    long[] sums = new long[(width + 1) * (height + 1)];
    for (int y = 0; y < height; y++) {
      long row = 0;
      for (int x = 0; x < width; x++) {
        row += samples[y * width + x] & 0xFF;
        sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
      }
    }
    return sums;
  }

  /** Returns the means of fields in a window, less their mean and divided by their length. */
  private static double[] standardized(long[] sums, int width, double[] window, int count) {
    double[] corners = new double[(count + 1) * (count + 1)];
    int height = sums.length / (width + 1) - 1;
    for (int j = 0; j <= count; j++) {
      for (int i = 0; i <= count; i++) {
        double x = window[0] + window[2] * i / count;
        double y = window[1] + window[3] * j / count;
        corners[j * (count + 1) + i] = at(sums, width, height, x, y);
      }
    }
    double[] fields = new double[count * count];
    double mean = 0;
    for (int k = 0; k < fields.length; k++) {
      int c = k / count * (count + 1) + k % count;
      fields[k] = corners[c + count + 2] - corners[c + count + 1] - corners[c + 1] + corners[c];
      mean += fields[k] / fields.length;
    }
    double squares = 0;
    for (int k = 0; k < fields.length; k++) {
      fields[k] -= mean;
      squares += fields[k] * fields[k];
    }
    double length = Math.sqrt(Math.max(squares, Double.MIN_NORMAL));
    for (int k = 0; k < fields.length; k++) {
      fields[k] /= length;
    }
    return fields;
  }

  /** Returns the sum above and left of a place between pixels. */
  private static double at(long[] sums, int width, int height, double x, double y) {
    int left = (int) Math.min(x, width - 1);
    int top = (int) Math.min(y, height - 1);
    double dx = x - left;
    double dy = y - top;
    int i = top * (width + 1) + left;
    double above = sums[i] + dx * (sums[i + 1] - sums[i]);
    double below = sums[i + width + 1] + dx * (sums[i + width + 2] - sums[i + width + 1]);
    return above + dy * (below - above);
  }
}
