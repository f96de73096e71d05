package org.finetune4j.augment;

import java.util.Arrays;
import org.finetune4j.image.Image;

/**
 * Samples a picture through an affine map. In each row, the columns whose four neighbours all lie
 * within the picture are computed in fixed point without any test; the rest in floating point with
 * the fill mode.
 */
final class Warp {
  /** Positions in the fixed-point loop: 32 bits of fraction, of which the weights use 20. */
  private static final int FRACTION_BITS = 32;

  private static final int WEIGHT_BITS = 20;
  private static final int WEIGHT_MASK = (1 << WEIGHT_BITS) - 1;
  private static final long HALF = 1L << (2 * WEIGHT_BITS - 1);

  /** After so many columns a position is computed anew, so that its error stays below 2^-20. */
  private static final int RUN = 4096;

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

  Image bilinear() {
    for (int row = 0; row < height; row++) {
      Span inside =
          Span.all(width)
              .within(matrix.row(row, 0), matrix.rowByColumn(), MARGIN, height - 1 - MARGIN)
              .within(matrix.column(row, 0), matrix.columnByColumn(), MARGIN, width - 1 - MARGIN);
      outside(row, 0, inside.start());
      for (int start = inside.start(); start < inside.end(); start += RUN) {
        inside(row, start, Math.min(inside.end(), start + RUN));
      }
      outside(row, inside.end(), width);
    }
    return Image.wrap(image.size(), channels, to);
  }

  private void inside(int row, int start, int end) {
    long y = fixed(matrix.row(row, start));
    long x = fixed(matrix.column(row, start));
    long stepY = fixed(matrix.rowByColumn());
    long stepX = fixed(matrix.columnByColumn());
    if (channels == 3) {
      insideRgb(row * width + start, row * width + end, y, x, stepY, stepX);
    } else {
      insideGray(row * width + start, row * width + end, y, x, stepY, stepX);
    }
  }

  private static long fixed(double value) {
    return (long) (value * (1L << FRACTION_BITS));
  }

  private void insideRgb(int start, int end, long startY, long startX, long stepY, long stepX) {
    int stride = 3 * width;
    long y = startY;
    long x = startX;
    for (int target = 3 * start; target < 3 * end; target += 3) {
      int at = (int) (y >> FRACTION_BITS) * stride + (int) (x >> FRACTION_BITS) * 3;
      int weightY = weight(y);
      int weightX = weight(x);
      to[target] = blend(from, at, 3, stride, weightX, weightY);
      to[target + 1] = blend(from, at + 1, 3, stride, weightX, weightY);
      to[target + 2] = blend(from, at + 2, 3, stride, weightX, weightY);
      y += stepY;
      x += stepX;
    }
  }

  private void insideGray(int start, int end, long startY, long startX, long stepY, long stepX) {
    long y = startY;
    long x = startX;
    for (int target = start; target < end; target++) {
      int at = (int) (y >> FRACTION_BITS) * width + (int) (x >> FRACTION_BITS);
      to[target] = blend(from, at, 1, width, weight(x), weight(y));
      y += stepY;
      x += stepX;
    }
  }

  private static int weight(long position) {
    return (int) (position >>> (FRACTION_BITS - WEIGHT_BITS)) & WEIGHT_MASK;
  }

  private static byte blend(byte[] from, int at, int right, int down, int weightX, int weightY) {
    int a = from[at] & 0xFF;
    int b = from[at + right] & 0xFF;
    int c = from[at + down] & 0xFF;
    int d = from[at + down + right] & 0xFF;
    int top = (a << WEIGHT_BITS) + (b - a) * weightX;
    int bottom = (c << WEIGHT_BITS) + (d - c) * weightX;
    long sum = ((long) top << WEIGHT_BITS) + (long) (bottom - top) * weightY + HALF;
    return (byte) (sum >> (2 * WEIGHT_BITS));
  }

  private void outside(int row, int start, int end) {
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
