package org.finetune4j.doctor;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.row.Vectors;
import org.finetune4j.random.CounterRandom;

/**
 * The rows nearest to each row of a set, by cosine. Comparing all with all takes time with the
 * square of the rows, so that many long rows are compared by random projections first (Johnson and
 * Lindenstrauss 1984), and only the nearest by those exactly. Thread-safe.
 */
final class NearRows {
  /** Rows below which all are compared exactly. */
  static final int MANY = 20_000;

  private static final int PROJECTED = 64;

  /** Nearest by projection that are looked at again for each one that is asked for. */
  private static final int CANDIDATES = 8;

  /** Others of all but the same product, which rounding may have put in the wrong order. */
  private static final int SPARE = 8;

  private final FeatureSet rows;
  private final double[] lengths;
  private final boolean projected;

  /**
   * Takes rows.
   *
   * @param rows none of them zero, all of finite length
   * @param many from how many on they are projected
   */
  NearRows(FeatureSet rows, int many) {
    this.rows = rows;
    this.projected = rows.size() >= many && rows.dimension() > 2 * PROJECTED;
    this.lengths =
        IntStream.range(0, rows.size())
            .parallel()
            .mapToDouble(i -> Math.sqrt(Vectors.squares(rows.features(i))))
            .toArray();
  }

  private static float[][] signs(int columns) {
    float[][] signs = new float[columns][PROJECTED];
    for (int column = 0; column < columns; column++) {
      CounterRandom random = CounterRandom.of(column);
      for (int i = 0; i < PROJECTED; i++) {
        signs[column][i] = random.nextInt(2) == 0 ? -1 : 1;
      }
    }
    return signs;
  }

  /** Each projection is a sum of all columns, with signs by lot. */
  private static float[] project(float[] row, float[][] signs) {
    float[] projection = new float[PROJECTED];
    for (int column = 0; column < row.length; column++) {
      float value = row[column];
      float[] sign = signs[column];
      for (int i = 0; i < PROJECTED; i++) {
        projection[i] += value * sign[i];
      }
    }
    return projection;
  }

  private static float[] unit(float[] row) {
    double scale = 1 / Math.sqrt(Math.max(Vectors.squares(row), Double.MIN_NORMAL));
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (row[i] * scale);
    }
    return row;
  }

  /** A row and the cosine of its angle to the one that was asked about. */
  record Near(int row, double cosine) {}

  /** Returns for each row the nearest other rows, the nearest first. */
  List<List<Near>> all(int count) {
    float[][] signs = projected ? signs(rows.dimension()) : new float[0][];
    int[][] near =
        NearProducts.of(
            rows.size(),
            i -> {
              float[] unit = unit(rows.features(i));
              return projected ? unit(project(unit, signs)) : unit;
            },
            projected ? count * CANDIDATES : count + SPARE);
    return IntStream.range(0, near.length)
        .parallel()
        .mapToObj(i -> best(i, near[i], count))
        .toList();
  }

  private List<Near> best(int row, int[] near, int count) {
    float[] own = rows.features(row);
    return Arrays.stream(near)
        .mapToObj(i -> new Near(i, cosine(own, row, i)))
        .sorted(Comparator.comparingDouble(Near::cosine).reversed().thenComparingInt(Near::row))
        .limit(count)
        .toList();
  }

  private double cosine(float[] own, int row, int other) {
    float[] values = rows.features(other);
    double product = 0;
    for (int i = 0; i < own.length; i++) {
      product += (double) own[i] * values[i];
    }
    return product / (lengths[row] * lengths[other]);
  }
}
