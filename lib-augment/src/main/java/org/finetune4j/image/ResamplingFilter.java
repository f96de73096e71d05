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

  static ResamplingFilter of(Interpolation interpolation, int inputs, Stretch stretch) {
    return of(interpolation, inputs, inputs, stretch);
  }

  /**
   * Computes the weights.
   *
   * @param extent how much of the inputs is stretched: the last may count in part
   */
  static ResamplingFilter of(
      Interpolation interpolation, int inputs, double extent, Stretch stretch) {
    double scale = extent / stretch.whole();
    double widening = Math.max(scale, 1);
    double support = support(interpolation) * widening;
    ResamplingFilter filter = new ResamplingFilter(stretch.length());
    for (int i = 0; i < stretch.length(); i++) {
      double center = (stretch.first() + i + 0.5) * scale;
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

  int outputs() {
    return starts.length;
  }

  /** Returns the first input of an output. */
  int start(int output) {
    return starts[output];
  }

  /** Returns how many inputs an output has. */
  int inputs(int output) {
    return weights[output].length;
  }

  /** Returns the largest number of inputs of any output. */
  int mostInputs() {
    return Arrays.stream(weights).mapToInt(w -> w.length).max().orElse(0);
  }

  /** Computes a row of gray samples, each 0 to 255, from the row that begins at {@code first}. */
  void filterGray(byte[] from, int first, int[] row) {
    for (int x = 0; x < row.length; x++) {
      int[] w = weights[x];
      int at = first + starts[x];
      int sum = HALF;
      for (int k = 0; k < w.length; k++) {
        sum += (from[at + k] & 0xFF) * w[k];
      }
      row[x] = clip(sum);
    }
  }

  /** Computes a row of RGB samples, each 0 to 255, from the row that begins at {@code first}. */
  void filterRgb(byte[] from, int first, int[] row) {
    for (int x = 0; x < weights.length; x++) {
      int[] w = weights[x];
      int at = first + 3 * starts[x];
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      for (int k = 0; k < w.length; k++) {
        int weight = w[k];
        red += (from[at + 3 * k] & 0xFF) * weight;
        green += (from[at + 3 * k + 1] & 0xFF) * weight;
        blue += (from[at + 3 * k + 2] & 0xFF) * weight;
      }
      row[3 * x] = clip(red);
      row[3 * x + 1] = clip(green);
      row[3 * x + 2] = clip(blue);
    }
  }

  /** Starts the sums of an output line. */
  static void begin(int[] sums, int length) {
    Arrays.fill(sums, 0, length, HALF);
  }

  /** Adds an input line, samples 0 to 255, to an output line. Plain ints, which become vectors. */
  void add(int output, int input, int[] line, int[] sums, int length) {
    int weight = weights[output][input];
    for (int i = 0; i < length; i++) {
      sums[i] += line[i] * weight;
    }
  }

  /** Writes the finished sums of an output row. */
  static void finish(int[] sums, byte[] to, int first) {
    for (int i = 0; i < sums.length; i++) {
      to[first + i] = (byte) clip(sums[i]);
    }
  }

  /** Makes the finished sums of a line samples of 0 to 255. */
  static void clip(int[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] = clip(sums[i]);
    }
  }

  private static int clip(int sum) {
    return Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }
}
