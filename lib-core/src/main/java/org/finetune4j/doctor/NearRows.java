package org.finetune4j.doctor;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.SimilarityIndex;
import org.finetune4j.feature.row.Vectors;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;

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

  /** Rows that are asked about at once, so that what was found for them takes little memory. */
  private static final int TOGETHER = 4_096;

  private final FeatureSet rows;
  private final double[] lengths;
  private final boolean projected;
  private final FeatureSet compared;
  private final SimilarityIndex index;

  /**
   * Takes rows.
   *
   * @param rows none of them zero
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
    this.compared = projected ? project(rows) : rows;
    this.index =
        SimilarityIndex.of(
            IntStream.range(0, rows.size()).mapToObj(Integer::toString).toList(), compared);
  }

  /** Each projection is a sum of all columns, with signs by lot. */
  private static FeatureSet project(FeatureSet rows) {
    int columns = rows.dimension();
    float[][] signs = new float[columns][PROJECTED];
    for (int column = 0; column < columns; column++) {
      CounterRandom random = CounterRandom.of(column);
      for (int i = 0; i < PROJECTED; i++) {
        signs[column][i] = random.nextInt(2) == 0 ? -1 : 1;
      }
    }
    float[][] projections = new float[rows.size()][];
    IntStream.range(0, rows.size())
        .parallel()
        .forEach(i -> projections[i] = project(rows.features(i), signs));
    return FeatureSet.of(projections, new int[rows.size()], Labels.of("row"));
  }

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

  /** A row and the cosine of its angle to the one that was asked about. */
  record Near(int row, double cosine) {}

  /** Returns for each row the nearest other rows, the nearest first. */
  List<List<Near>> all(int count) {
    return IntStream.range(0, (rows.size() + TOGETHER - 1) / TOGETHER)
        .mapToObj(
            group ->
                IntStream.range(group * TOGETHER, Math.min(rows.size(), (group + 1) * TOGETHER))
                    .toArray())
        .flatMap(some -> of(some, count))
        .toList();
  }

  private Stream<List<Near>> of(int[] some, int count) {
    int asked = projected ? count * CANDIDATES : count;
    List<List<SimilarityIndex.Match>> matches = index.nearestAll(compared.subset(some), asked + 1);
    return IntStream.range(0, some.length)
        .parallel()
        .mapToObj(i -> best(some[i], matches.get(i), count));
  }

  private List<Near> best(int row, List<SimilarityIndex.Match> matches, int count) {
    float[] own = rows.features(row);
    return matches.stream()
        .filter(it -> it.index() != row)
        .map(it -> new Near(it.index(), projected ? cosine(own, row, it.index()) : it.similarity()))
        .sorted(Comparator.comparingDouble(Near::cosine).reversed())
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
