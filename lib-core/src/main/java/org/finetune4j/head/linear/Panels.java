package org.finetune4j.head.linear;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A matrix cut into panels of columns, in which every row is an array of its own. Products with
 * factors are sums of rows, four at a time: each loop runs along whole arrays from their beginning,
 * which the just-in-time compiler turns into vector instructions (it does not where an array begins
 * at an offset, nor for eight rows), and what it reads stays in the processor's nearest cache.
 */
final class Panels {
  /** Most columns of a panel: memory is read fast along long rows. */
  private static final int WIDEST = 640;

  /** Fewest, but for narrow matrices. */
  private static final int NARROWEST = 64;

  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private static final int AT_ONCE = 4;

  private final int rows;
  private final int columns;
  private final int width;
  private final double[][][] panels;

  /** Makes a matrix of zeros. */
  Panels(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.width = width(columns);
    this.panels = new double[(columns + width - 1) / width][rows][];
    for (int panel = 0; panel < panels.length; panel++) {
      for (int row = 0; row < rows; row++) {
        panels[panel][row] = new double[columns(panel)];
      }
    }
  }

  /** As many panels for each thread; no sum depends on how wide they are. */
  private static int width(int columns) {
    int rounds = (columns + THREADS * WIDEST - 1) / (THREADS * WIDEST);
    return Math.max(NARROWEST, (columns + rounds * THREADS - 1) / (rounds * THREADS));
  }

  void set(int row, int column, double value) {
    panels[column / width][row][column % width] = value;
  }

  /** Does something for every panel, in parallel; what it is told is the panel's first column. */
  void forEach(IntConsumer work) {
    IntStream.range(0, panels.length).parallel().forEach(panel -> work.accept(panel * width));
  }

  /** The factor of each row for one sum of rows: {@code values[at + row]}. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Factors(double[] values, int at) {}

  /**
   * Returns for each of some factors the sum of all rows of a panel, each times its factor.
   *
   * @param first the panel's first column
   */
  double[][] sums(int first, Factors... factors) {
    double[][] panel = panels[first / width];
    double[][] sums = new double[factors.length][panel[0].length];
    int row = 0;
    for (; row + AT_ONCE <= rows; row += AT_ONCE) {
      double[] a = panel[row];
      double[] b = panel[row + 1];
      double[] c = panel[row + 2];
      double[] d = panel[row + 3];
      for (int k = 0; k < factors.length; k++) {
        double[] of = factors[k].values;
        int at = factors[k].at + row;
        addFour(a, b, c, d, of[at], of[at + 1], of[at + 2], of[at + 3], sums[k]);
      }
    }
    for (; row < rows; row++) {
      for (int k = 0; k < factors.length; k++) {
        addOne(panel[row], factors[k].values[factors[k].at + row], sums[k]);
      }
    }
    return sums;
  }

  /**
   * Returns the product of the transposed matrix with itself, all columns by all columns, over some
   * rows, each of which counts as much as its weight says.
   */
  double[][] gram(int[] some, double[] weights) {
    double[][] gram = new double[columns][columns];
    IntStream.range(0, panels.length * panels.length)
        .parallel()
        .filter(pair -> pair / panels.length <= pair % panels.length)
        .forEach(pair -> addGram(pair / panels.length, pair % panels.length, some, weights, gram));
    return gram;
  }

  private void addGram(int left, int right, int[] some, double[] weights, double[][] gram) {
    double[][] of = panels[left];
    double[][] by = panels[right];
    double[][] sums = new double[columns(left)][columns(right)];
    int k = 0;
    for (; k + AT_ONCE <= some.length; k += AT_ONCE) {
      double[] a = of[some[k]];
      double[] b = of[some[k + 1]];
      double[] c = of[some[k + 2]];
      double[] d = of[some[k + 3]];
      double ofA = weights[k];
      double ofB = weights[k + 1];
      double ofC = weights[k + 2];
      double ofD = weights[k + 3];
      for (int j = 0; j < sums.length; j++) {
        addFour(
            by[some[k]],
            by[some[k + 1]],
            by[some[k + 2]],
            by[some[k + 3]],
            ofA * a[j],
            ofB * b[j],
            ofC * c[j],
            ofD * d[j],
            sums[j]);
      }
    }
    for (; k < some.length; k++) {
      for (int j = 0; j < sums.length; j++) {
        addOne(by[some[k]], weights[k] * of[some[k]][j], sums[j]);
      }
    }
    for (int j = 0; j < sums.length; j++) {
      for (int i = 0; i < sums[j].length; i++) {
        gram[left * width + j][right * width + i] = sums[j][i];
        gram[right * width + i][left * width + j] = sums[j][i];
      }
    }
  }

  private int columns(int panel) {
    return Math.min(width, columns - panel * width);
  }

  /** Returns the sum of some rows, each times its weight. */
  double[] sum(int[] some, double[] weights) {
    double[] sum = new double[columns];
    for (int panel = 0; panel < panels.length; panel++) {
      double[] ofPanel = new double[columns(panel)];
      for (int k = 0; k < some.length; k++) {
        addOne(panels[panel][some[k]], weights[k], ofPanel);
      }
      System.arraycopy(ofPanel, 0, sum, panel * width, ofPanel.length);
    }
    return sum;
  }

  private static void addFour(
      double[] a,
      double[] b,
      double[] c,
      double[] d,
      double ofA,
      double ofB,
      double ofC,
      double ofD,
      double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += ofA * a[i] + ofB * b[i] + ofC * c[i] + ofD * d[i];
    }
  }

  private static void addOne(double[] row, double factor, double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * row[i];
    }
  }
}
