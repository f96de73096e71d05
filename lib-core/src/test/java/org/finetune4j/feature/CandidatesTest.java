package org.finetune4j.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What single precision leaves must hold what double precision chooses. */
class CandidatesTest {
  private static final int ROWS = 5_000;

  @Test
  void theNearestAreAmongThemEvenWhereSinglePrecisionCannotTell() {
    Random random = new Random(1);
    for (int columns : new int[] {1, 7, 64, 131}) {
      float[] query = unit(random, columns);
      float[][] rows = new float[ROWS][];
      for (int i = 0; i < ROWS; i++) {
        float[] row = unit(random, columns);
        // Nearly all of them nearly the query itself: they differ in the last bits.
        for (int j = 0; j < columns; j++) {
          row[j] = query[j] + 1e-7f * row[j];
        }
        rows[i] = row;
      }
      for (int k : new int[] {1, 10, ROWS + 1}) {
        List<Integer> found = Arrays.stream(Candidates.of(rows).near(query, k)).boxed().toList();
        assertThat(found).containsAll(nearest(query, rows, k));
      }
    }
  }

  /** The largest sums there are, and the most that rounding can do: all columns half a step off. */
  @Test
  void longRowsOfEqualNumbersDoNotOverflow() {
    for (int columns : new int[] {1, 2, 16, 4096, 100_000}) {
      float[] same = new float[columns];
      Arrays.fill(same, (float) (1 / Math.sqrt(columns)));
      float[] opposite = new float[columns];
      Arrays.fill(opposite, (float) (-1 / Math.sqrt(columns)));
      float[][] rows = new float[70][];
      Arrays.fill(rows, opposite);
      rows[66] = same;
      assertThat(Candidates.of(rows).near(same, 1)).containsExactly(66);
      assertThat(Candidates.of(rows).near(opposite, 1)).hasSize(69).doesNotContain(66);
    }
  }

  @Test
  void theyAreFew() {
    Random random = new Random(2);
    float[] query = unit(random, 512);
    float[][] rows = new float[ROWS][];
    Arrays.setAll(rows, i -> unit(random, 512));
    assertThat(Candidates.of(rows).near(query, 10)).hasSizeBetween(10, 30);
  }

  private static List<Integer> nearest(float[] query, float[][] rows, int k) {
    return IntStream.range(0, rows.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -exact(query, rows[i])))
        .limit(k)
        .toList();
  }

  private static double exact(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static float[] unit(Random random, int columns) {
    float[] row = new float[columns];
    double squares = 0;
    for (int i = 0; i < columns; i++) {
      row[i] = (float) random.nextGaussian();
      squares += row[i] * (double) row[i];
    }
    for (int i = 0; i < columns; i++) {
      row[i] = (float) (row[i] / Math.sqrt(squares));
    }
    return row;
  }
}
