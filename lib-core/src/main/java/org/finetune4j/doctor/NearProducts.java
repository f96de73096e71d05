package org.finetune4j.doctor;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.finetune4j.feature.row.FourRows;

/**
 * For each of many rows, the others with the largest products, but for rounding of float32; of
 * equal ones the first. Rows lie in panels, turned so that a column of all rows of a panel is one
 * array: sums of products run along whole arrays, four columns at a time, which Java's compiler
 * makes vector instructions of. Each pair is multiplied once, for both of its rows. The same rows
 * are found on any number of threads.
 */
final class NearProducts {
  /** Rows of a panel: long loops, whose sums stay in the processor's nearest cache. */
  private static final int PANEL = 512;

  /** Rows that are multiplied with a panel together. */
  private static final int TOGETHER = 16;

  private static final int AT_ONCE = 4;

  private final int rows;
  private final int most;
  private final float[][][] panels;

  /** For each row the largest products so far, in descending order, and whose they are. */
  private final float[][] largest;

  private final int[][] found;

  /**
   * The last of each row's largest: smaller ones are none of them. Read without a lock, for it only
   * rises: whoever reads an old one asks for the lock in vain.
   */
  private final float[] least;

  private NearProducts(int rows, IntFunction<float[]> row, int most) {
    this.rows = rows;
    this.most = most;
    this.panels = new float[(rows + PANEL - 1) / PANEL][][];
    this.largest = new float[rows][most];
    this.found = new int[rows][most];
    this.least = new float[rows];
    Arrays.fill(least, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < rows; i++) {
      Arrays.fill(largest[i], Float.NEGATIVE_INFINITY);
      Arrays.fill(found[i], Integer.MAX_VALUE);
    }
    IntStream.range(0, panels.length)
        .parallel()
        .forEach(number -> panels[number] = panel(number, row));
  }

  private float[][] panel(int number, IntFunction<float[]> rowOf) {
    int first = number * PANEL;
    int size = Math.min(PANEL, rows - first);
    float[][] panel = {};
    for (int i = 0; i < size; i++) {
      float[] row = rowOf.apply(first + i);
      if (i == 0) {
        panel = new float[(row.length + AT_ONCE - 1) / AT_ONCE * AT_ONCE][size];
      }
      for (int column = 0; column < row.length; column++) {
        panel[column][i] = row[column];
      }
    }
    return panel;
  }

  /**
   * Returns for each row the numbers of other rows in order of their products, the largest first.
   *
   * @param row gives each row, from several threads
   * @param most how many to return; fewer if there are fewer
   */
  static int[][] of(int rows, IntFunction<float[]> row, int most) {
    NearProducts products = new NearProducts(rows, row, Math.min(most, rows - 1));
    int panels = products.panels.length;
    IntStream.range(0, panels * panels)
        .parallel()
        .filter(pair -> pair / panels <= pair % panels)
        .forEach(pair -> products.multiply(pair / panels, pair % panels));
    return products.found;
  }

  /** Multiplies the rows of one panel with those of another. */
  private void multiply(int left, int right) {
    float[][] own = panels[left];
    float[][] panel = panels[right];
    float[][] sums = new float[TOGETHER][panel[0].length];
    for (int first = 0; first < own[0].length; first += TOGETHER) {
      int some = Math.min(TOGETHER, own[0].length - first);
      for (float[] each : sums) {
        Arrays.fill(each, 0);
      }
      for (int column = 0; column < panel.length; column += AT_ONCE) {
        for (int i = 0; i < some; i++) {
          add(panel, own, column, first + i, sums[i]);
        }
      }
      for (int i = 0; i < some; i++) {
        keep(left * PANEL + first + i, right * PANEL, sums[i], left != right);
      }
    }
  }

  private static void add(float[][] panel, float[][] own, int column, int row, float[] sums) {
    FourRows.add(
        panel[column],
        panel[column + 1],
        panel[column + 2],
        panel[column + 3],
        own[column][row],
        own[column + 1][row],
        own[column + 2][row],
        own[column + 3][row],
        sums);
  }

  private void keep(int row, int first, float[] products, boolean forBoth) {
    for (int i = 0; i < products.length; i++) {
      int other = first + i;
      if (products[i] >= least[row] && other != row) {
        keep(row, other, products[i]);
      }
      if (forBoth && products[i] >= least[other]) {
        keep(other, row, products[i]);
      }
    }
  }

  private void keep(int of, int row, float product) {
    float[] values = largest[of];
    int[] numbers = found[of];
    synchronized (values) {
      int at = most;
      while (at > 0 && isBefore(product, row, values[at - 1], numbers[at - 1])) {
        at--;
      }
      if (at < most) {
        System.arraycopy(values, at, values, at + 1, most - 1 - at);
        System.arraycopy(numbers, at, numbers, at + 1, most - 1 - at);
        values[at] = product;
        numbers[at] = row;
        least[of] = values[most - 1];
      }
    }
  }

  private static boolean isBefore(float product, int row, float other, int otherRow) {
    return product > other || (product == other && row < otherRow);
  }
}
