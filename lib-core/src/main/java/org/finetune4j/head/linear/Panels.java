package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.finetune4j.feature.row.FourRows;

/**
 * A matrix of float32 cut into panels of columns, in which every row is an array of its own.
 * Products with factors are sums of rows, four at a time: each loop runs along whole arrays from
 * their beginning, which the just-in-time compiler turns into vector instructions (it does not
 * where an array begins at an offset, nor for eight rows), and what it reads stays in the
 * processor's nearest cache. Sums of a few rows are float32, and sums of these float64.
 */
final class Panels {
  /** Most columns of a panel: memory is read fast along long rows. */
  private static final int WIDEST = 640;

  /** Fewest, but for narrow matrices. */
  private static final int NARROWEST = 64;

  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private static final int AT_ONCE = 4;

  /** Rows whose sum is float32, a multiple of four: rounding hardly adds up over so few. */
  private static final int SHORT = 256;

  /** Columns that are filled together, a line of the processor's cache. */
  private static final int LINE = 16;

  /** Rows of a product that one thread computes. */
  private static final int STRIP = 128;

  private final int rows;
  private final int columns;
  private final int width;
  private final float[][][] panels;

  /** Makes a matrix of zeros. */
  Panels(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.width = width(columns);
    this.panels = new float[(columns + width - 1) / width][rows][];
    for (int panel = 0; panel < panels.length; panel++) {
      for (int row = 0; row < rows; row++) {
        panels[panel][row] = new float[columns(panel)];
      }
    }
  }

  /** As many panels for each thread; no sum depends on how wide they are. */
  private static int width(int columns) {
    int rounds = (columns + THREADS * WIDEST - 1) / (THREADS * WIDEST);
    return Math.max(NARROWEST, (columns + rounds * THREADS - 1) / (rounds * THREADS));
  }

  private int columns(int panel) {
    return Math.min(width, columns - panel * width);
  }

  /** Sets a row. */
  void setRow(int row, float[] values) {
    for (int panel = 0; panel < panels.length; panel++) {
      System.arraycopy(values, panel * width, panels[panel][row], 0, columns(panel));
    }
  }

  /** Sets columns, given as arrays, from one on. */
  void setColumns(int first, float[][] values) {
    for (int from = 0; from < values.length; from += LINE) {
      int end = Math.min(values.length, from + LINE);
      for (int row = 0; row < rows; row++) {
        int panel = (first + from) / width;
        int at = (first + from) % width;
        for (int k = from; k < end; k++, at++) {
          if (at == width) {
            panel++;
            at = 0;
          }
          panels[panel][row][at] = values[k][row];
        }
      }
    }
  }

  /** Does something for every panel, in parallel; what it is told is the panel's first column. */
  void forEach(IntConsumer work) {
    IntStream.range(0, panels.length).parallel().forEach(panel -> work.accept(panel * width));
  }

  /** The factor of each row for one sum of rows: {@code values[at + row]}. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Factors(float[] values, int at) {}

  /**
   * Returns for each of some factors the sum of all rows of a panel, each times its factor.
   *
   * @param first the panel's first column
   */
  double[][] sums(int first, Factors... factors) {
    float[][] panel = panels[first / width];
    int size = columns(first / width);
    double[][] sums = new double[factors.length][size];
    float[][] few = new float[factors.length][size];
    for (int row = 0; row < rows; row += SHORT) {
      addRows(panel, row, Math.min(rows, row + SHORT), factors, few);
      for (int k = 0; k < sums.length; k++) {
        moveTo(sums[k], 0, few[k]);
      }
    }
    return sums;
  }

  private static void addRows(
      float[][] rows, int from, int end, Factors[] factors, float[][] sums) {
    int row = from;
    for (; row + AT_ONCE <= end; row += AT_ONCE) {
      float[] a = rows[row];
      float[] b = rows[row + 1];
      float[] c = rows[row + 2];
      float[] d = rows[row + 3];
      for (int k = 0; k < factors.length; k++) {
        float[] of = factors[k].values;
        int at = factors[k].at + row;
        FourRows.add(a, b, c, d, of[at], of[at + 1], of[at + 2], of[at + 3], sums[k]);
      }
    }
    for (; row < end; row++) {
      for (int k = 0; k < factors.length; k++) {
        addOne(rows[row], factors[k].values[factors[k].at + row], sums[k]);
      }
    }
  }

  /** Adds values and leaves zeros. */
  private static void moveTo(double[] sums, int at, float[] values) {
    for (int i = 0; i < values.length; i++) {
      sums[at + i] += values[i];
      values[i] = 0;
    }
  }

  /**
   * Returns the product of the transposed matrix with itself over some rows, each of which counts
   * as much as its weight says: the lower triangle, in which row j has the columns up to j.
   */
  double[][] gram(int[] some, double[] weights) {
    double[][] gram = new double[columns][];
    IntStream.range(0, (columns + STRIP - 1) / STRIP)
        .parallel()
        .forEach(strip -> writeGram(strip * STRIP, some, weights, gram));
    return gram;
  }

  /** Writes a strip of rows of the product. */
  private void writeGram(int first, int[] some, double[] weights, double[][] gram) {
    int end = Math.min(columns, first + STRIP);
    Factors[] factors = new Factors[end - first];
    Arrays.setAll(factors, j -> new Factors(new float[SHORT], 0));
    for (int j = first; j < end; j++) {
      gram[j] = new double[j + 1];
    }
    float[][] rows = new float[SHORT][];
    float[][][] sums = new float[(end + width - 1) / width][end - first][];
    for (int panel = 0; panel < sums.length; panel++) {
      int up = first + 1 - panel * width;
      Arrays.setAll(sums[panel], j -> new float[Math.max(0, Math.min(width, up + j))]);
    }
    for (int from = 0; from < some.length; from += SHORT) {
      int count = Math.min(SHORT, some.length - from);
      for (int k = 0; k < count; k++) {
        weight(first, some[from + k], (float) weights[from + k], factors, k);
      }
      for (int panel = 0; panel < sums.length; panel++) {
        for (int k = 0; k < count; k++) {
          rows[k] = panels[panel][some[from + k]];
        }
        addRows(rows, 0, count, factors, sums[panel]);
        for (int j = first; j < end; j++) {
          moveTo(gram[j], panel * width, sums[panel][j - first]);
        }
      }
    }
  }

  /** Writes what some columns of a row are, times its weight. */
  private void weight(int first, int row, float weight, Factors[] factors, int at) {
    int panel = first / width;
    int column = first % width;
    for (Factors factor : factors) {
      if (column == width) {
        panel++;
        column = 0;
      }
      factor.values[at] = weight * panels[panel][row][column];
      column++;
    }
  }

  /** Returns the sum of some rows, each times its weight. */
  double[] sum(int[] some, double[] weights) {
    double[] sum = new double[columns];
    for (int k = 0; k < some.length; k++) {
      for (int panel = 0; panel < panels.length; panel++) {
        float[] row = panels[panel][some[k]];
        for (int i = 0; i < row.length; i++) {
          sum[panel * width + i] += weights[k] * row[i];
        }
      }
    }
    return sum;
  }

  private static void addOne(float[] row, float factor, float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * row[i];
    }
  }
}
