package org.finetune4j.augment;

import java.util.Arrays;
import org.finetune4j.image.Image;

/**
 * Samples a picture through an affine map. In each row, the columns whose four neighbours all lie
 * within the picture are computed in fixed point without any test; the rest in floating point with
 * the fill mode.
 */
final class Warp {
  /** After so many columns a position is computed anew, so that its error stays below 2^-20. */
  private static final int RUN = 4096;

  /** Pictures are smaller, and 32 bits before the point hold more. */
  private static final double FAR = 0x1p30;

  private static final double MARGIN = 0x1p-18;

  private final Image image;
  private final byte[] from;
  private final int width;
  private final int height;
  private final int channels;
  private final Matrix matrix;
  private final FillMode fillMode;
  private final byte fill;
  private final byte[] to;

  Warp(Image image, Matrix matrix, FillMode fillMode, int fillValue) {
    this.image = image;
    this.from = image.unwrap();
    this.width = image.width();
    this.height = image.height();
    this.channels = image.channels();
    this.matrix = matrix;
    this.fillMode = fillMode;
    this.fill = (byte) fillValue;
    this.to = new byte[from.length];
  }

  Image nearest() {
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double sourceRow = matrix.row(row, column);
        double sourceColumn = matrix.column(row, column);
        int target = (row * width + column) * channels;
        if (isFill(sourceRow, sourceColumn)) {
          Arrays.fill(to, target, target + channels, fill);
        } else {
          int pixel = pixel(rounded(sourceRow, height), rounded(sourceColumn, width));
          System.arraycopy(from, pixel, to, target, channels);
        }
      }
    }
    return Image.wrap(image.size(), channels, to);
  }

  private int rounded(double position, int length) {
    int index = (int) Math.floor(Border.place(fillMode, position, length) + 0.5);
    return Border.pixel(fillMode, index, length);
  }

  private int pixel(int row, int column) {
    return (row * width + column) * channels;
  }

  private boolean isFill(double row, double column) {
    return fillMode == FillMode.CONSTANT
        && (row < 0 || row > height - 1 || column < 0 || column > width - 1);
  }

  /** Interpolates to within 0.001 before rounding. */
  Image bilinear() {
    return bilinear(new SampleBilinear(image, to));
  }

  /** Interpolates to within 0.1 before rounding: the result differs by one level at most. */
  Image fastBilinear() {
    return bilinear(
        PackedBilinear.suits(image)
            ? new PackedBilinear(image, to)
            : new SampleBilinear(image, to));
  }

  private Image bilinear(Bilinear kernel) {
    for (int row = 0; row < height; row++) {
      Span inside =
          Span.all(width)
              .within(matrix.row(row, 0), matrix.rowByColumn(), MARGIN, height - 1 - MARGIN)
              .within(matrix.column(row, 0), matrix.columnByColumn(), MARGIN, width - 1 - MARGIN);
      outside(kernel, row, 0, inside.start());
      fixedPoint(kernel, true, row, inside.start(), inside.end());
      outside(kernel, row, inside.end(), width);
    }
    return Image.wrap(image.size(), channels, to);
  }

  /** Interpolates columns in fixed point; all of them lie inside, or the nearest edge counts. */
  private void fixedPoint(Bilinear kernel, boolean inside, int row, int start, int end) {
    long stepY = fixed(matrix.rowByColumn());
    long stepX = fixed(matrix.columnByColumn());
    for (int next = start; next < end; next += RUN) {
      long y = fixed(matrix.row(row, next));
      long x = fixed(matrix.column(row, next));
      int first = row * width + next;
      int count = Math.min(RUN, end - next);
      if (inside) {
        kernel.inside(first, count, y, x, stepY, stepX);
      } else {
        kernel.clamped(first, count, y, x, stepY, stepX);
      }
    }
  }

  private static long fixed(double value) {
    return (long) (value * (1L << Bilinear.FRACTION_BITS));
  }

  private void outside(Bilinear kernel, int row, int start, int end) {
    if (fillMode == FillMode.NEAREST && isNear(row, start) && isNear(row, end)) {
      fixedPoint(kernel, false, row, start, end);
    } else {
      filled(row, start, end);
    }
  }

  /** Whether fixed-point positions cannot overflow. */
  private boolean isNear(int row, int column) {
    return Math.abs(matrix.row(row, column)) < FAR && Math.abs(matrix.column(row, column)) < FAR;
  }

  private void filled(int row, int start, int end) {
    for (int column = start; column < end; column++) {
      double sourceRow = matrix.row(row, column);
      double sourceColumn = matrix.column(row, column);
      int target = (row * width + column) * channels;
      if (isFill(sourceRow, sourceColumn)) {
        Arrays.fill(to, target, target + channels, fill);
      } else {
        blendAt(sourceRow, sourceColumn, target);
      }
    }
  }

  private void blendAt(double sourceRow, double sourceColumn, int target) {
    double y = Border.place(fillMode, sourceRow, height);
    double x = Border.place(fillMode, sourceColumn, width);
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    double weightY = y - top;
    double weightX = x - left;
    int left0 = Border.pixel(fillMode, left, width);
    int left1 = Border.pixel(fillMode, left + 1, width);
    int top0 = Border.pixel(fillMode, top, height);
    int top1 = Border.pixel(fillMode, top + 1, height);
    int a = pixel(top0, left0);
    int b = pixel(top0, left1);
    int c = pixel(top1, left0);
    int d = pixel(top1, left1);
    for (int channel = 0; channel < channels; channel++) {
      double upper = mix(from[a + channel] & 0xFF, from[b + channel] & 0xFF, weightX);
      double lower = mix(from[c + channel] & 0xFF, from[d + channel] & 0xFF, weightX);
      to[target + channel] = (byte) (int) (mix(upper, lower, weightY) + 0.5);
    }
  }

  private static double mix(double first, double second, double weight) {
    return first + (second - first) * weight;
  }
}
