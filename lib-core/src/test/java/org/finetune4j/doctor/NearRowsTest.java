package org.finetune4j.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
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

  /** The cosine to every row, in double precision. */
  private static double[] cosines(FeatureSet rows, int row) {
    float[] own = rows.features(row);
    double length = Math.sqrt(product(own, own));
    return IntStream.range(0, rows.size())
        .mapToObj(rows::features)
        .mapToDouble(it -> product(own, it) / length / Math.sqrt(product(it, it)))
        .toArray();
  }

  private static double product(float[] a, float[] b) {
    double product = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
    }
    return product;
  }

  private static int found(FeatureSet rows, NearRows near) {
    List<List<NearRows.Near>> all = near.all(3);
    int found = 0;
    for (int row = 0; row < rows.size(); row += 16) {
      double[] cosines = cosines(rows, row);
      cosines[row] = -1;
      double third = DoubleStream.of(cosines).sorted().skip(rows.size() - 3L).min().orElseThrow();
      for (NearRows.Near it : all.get(row)) {
        assertThat(it.cosine()).isCloseTo(cosines[it.row()], within(1e-6));
        found += cosines[it.row()] >= third ? 1 : 0;
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
    assertThat(near.all(3).get(5))
        .isSortedAccordingTo((a, b) -> Double.compare(b.cosine(), a.cosine()));
  }

  @Test
  void ofEqualRowsTheFirstOthersAreFound() {
    float[][] equal = new float[1_100][5];
    for (float[] row : equal) {
      row[3] = 2;
    }
    FeatureSet rows = FeatureSet.of(equal, new int[equal.length], Labels.of("x"));
    List<List<NearRows.Near>> near = new NearRows(rows, NearRows.MANY).all(3);
    assertThat(near.get(1).stream().map(NearRows.Near::row)).containsExactly(0, 2, 3);
    assertThat(near.get(1_099).stream().map(NearRows.Near::row)).containsExactly(0, 1, 2);
    assertThat(near.get(5).get(0).cosine()).isCloseTo(1, within(1e-12));
  }

  @Test
  void twoRowsHaveEachOther() {
    FeatureSet rows = FeatureSet.of(new float[][] {{1, 0}, {1, 1}}, new int[2], Labels.of("x"));
    assertThat(new NearRows(rows, NearRows.MANY).all(3))
        .extracting(List::size)
        .containsExactly(1, 1);
  }
}
