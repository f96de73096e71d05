package org.finetune4j.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

class NearRowsTest {
  /** Rows around 40 centres, 20 around each, as positive as activations are. */
  private static FeatureSet rows(int columns) {
    float[][] rows = new float[800][columns];
    for (int i = 0; i < rows.length; i++) {
      CounterRandom centre = CounterRandom.of(1, i % 40);
      CounterRandom own = CounterRandom.of(2, i);
      for (int j = 0; j < columns; j++) {
        rows[i][j] = (float) Math.max(0, centre.nextGaussian() + 0.5 * own.nextGaussian());
      }
    }
    return FeatureSet.of(rows, new int[rows.length], Labels.of("x"));
  }

  /** The nearest others, by all products in double precision. */
  private static List<Integer> truth(FeatureSet rows, int row, int count) {
    return IntStream.range(0, rows.size())
        .filter(i -> i != row)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -cosine(rows, row, i)))
        .limit(count)
        .toList();
  }

  private static double cosine(FeatureSet rows, int a, int b) {
    double product = 0;
    double squares = 0;
    double others = 0;
    for (int i = 0; i < rows.dimension(); i++) {
      product += (double) rows.features(a)[i] * rows.features(b)[i];
      squares += (double) rows.features(a)[i] * rows.features(a)[i];
      others += (double) rows.features(b)[i] * rows.features(b)[i];
    }
    return product / Math.sqrt(squares * others);
  }

  private static int found(FeatureSet rows, NearRows near) {
    int found = 0;
    for (int row = 0; row < rows.size(); row += 16) {
      List<Integer> truth = truth(rows, row, 3);
      for (NearRows.Near it : near.of(row, 3)) {
        assertThat(it.row()).isNotEqualTo(row);
        assertThat(it.cosine()).isCloseTo(cosine(rows, row, it.row()), within(1e-6));
        found += truth.contains(it.row()) ? 1 : 0;
      }
    }
    return found;
  }

  @Test
  void fewOrShortRowsAreComparedExactly() {
    FeatureSet rows = rows(100);
    assertThat(found(rows, new NearRows(rows, NearRows.MANY))).isEqualTo(150);
    assertThat(found(rows, new NearRows(rows, 1))).isEqualTo(150);
  }

  @Test
  void manyLongRowsAreFoundByProjectionsAndComparedExactly() {
    FeatureSet rows = rows(300);
    NearRows near = new NearRows(rows, 1);
    assertThat(found(rows, near)).isGreaterThan(130);
    assertThat(near.of(5, 3)).isSortedAccordingTo((a, b) -> Double.compare(b.cosine(), a.cosine()));
  }
}
