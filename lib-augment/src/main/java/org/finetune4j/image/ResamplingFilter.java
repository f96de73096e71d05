package org.finetune4j.image;

import java.util.Arrays;

/**
 * Fixed-point weights for every output position along one axis, computed as in Pillow's {@code
 * Resample.c}: filter support widened by the shrink factor, weights normalised, 22 fraction bits.
 */
final class ResamplingFilter {
  private static final int FRACTION_BITS = 22;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private final int[] starts;
  private final int[][] weights;

  private ResamplingFilter(int outputs) {
    this.starts = new int[outputs];
    this.weights = new int[outputs][];
  }

  static ResamplingFilter of(Interpolation interpolation, int inputs, int outputs) {
    double scale = (double) inputs / outputs;
    double widening = Math.max(scale, 1);
    double support = support(interpolation) * widening;
    ResamplingFilter filter = new ResamplingFilter(outputs);
    for (int i = 0; i < outputs; i++) {
      double center = (i + 0.5) * scale;
      int start = (int) Math.max(0, center - support + 0.5);
      int end = Math.min(inputs, (int) (center + support + 0.5));
      double[] exact = new double[end - start];
      for (int k = 0; k < exact.length; k++) {
        exact[k] = weight(interpolation, (start + k - center + 0.5) / widening);
      }
      filter.starts[i] = start;
      filter.weights[i] = fixedPoint(exact);
    }
    return filter;
  }

  private static int[] fixedPoint(double[] exact) {
    double sum = Arrays.stream(exact).sum();
    int[] fixed = new int[exact.length];
    for (int k = 0; k < exact.length; k++) {
      double scaled = exact[k] / sum * (1 << FRACTION_BITS);
      fixed[k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    return fixed;
  }

  private static double support(Interpolation interpolation) {
    return switch (interpolation) {
      case BICUBIC -> 2;
      case BILINEAR -> 1;
      case AREA -> 0.5;
      case NEAREST -> throw new IllegalArgumentException("NEAREST has no filter.");
    };
  }

  private static double weight(Interpolation interpolation, double distance) {
    double d = Math.abs(distance);
    return switch (interpolation) {
      case BICUBIC -> cubic(d);
      case BILINEAR -> Math.max(0, 1 - d);
      case AREA -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
      case NEAREST -> throw new IllegalArgumentException("NEAREST has no filter.");
    };
  }

  /** Keys's cubic convolution, a = -0.5. */
  private static double cubic(double d) {
    double a = -0.5;
    if (d < 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
  }

  /** Returns the first input of an output. */
  int start(int output) {
    return starts[output];
  }

  /** Returns one output sample; {@code first} is the position of its first input sample. */
  byte sample(int output, byte[] from, int first, int stride) {
    int sum = HALF;
    int at = first;
    for (int weight : weights[output]) {
      sum += (from[at] & 0xFF) * weight;
      at += stride;
    }
    return clip(sum);
  }

  /** Computes one output row out of several input rows. */
  void combineRows(int output, byte[] from, int rowLength, int[] sums, byte[] to) {
    Arrays.fill(sums, HALF);
    int at = starts[output] * rowLength;
    for (int weight : weights[output]) {
      for (int i = 0; i < rowLength; i++) {
        sums[i] += (from[at + i] & 0xFF) * weight;
      }
      at += rowLength;
    }
    for (int i = 0; i < rowLength; i++) {
      to[output * rowLength + i] = clip(sums[i]);
    }
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }
}
