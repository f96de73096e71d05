package org.finetune4j.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.finetune4j.feature.SimilarityIndex.Match;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimilarityIndexTest {
  private static final int ROWS = 200;
  private static final int COLUMNS = 17;

  @TempDir private Path folder;

  private final float[][] rows = random(ROWS, COLUMNS);
  private final List<String> names =
      IntStream.range(0, ROWS).mapToObj(i -> "picture é " + i).toList();
  private final SimilarityIndex index = SimilarityIndex.of(names, features(rows));

  @Test
  void findsWhatSortingAllCosinesFinds() {
    for (float[] query : random(10, COLUMNS)) {
      List<Integer> truth =
          IntStream.range(0, ROWS)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -cosine(query, rows[i])))
              .limit(9)
              .toList();

      List<Match> found = index.nearest(query, 9);

      assertThat(found).extracting(Match::index).isEqualTo(truth);
      for (Match match : found) {
        assertThat(match.name()).isEqualTo(names.get(match.index()));
        assertThat(match.similarity()).isCloseTo(cosine(query, rows[match.index()]), within(1e-6));
      }
    }
  }

  @Test
  void manyQueriesFindWhatEachFinds() {
    float[][] queries = random(45, COLUMNS);
    assertThat(index.nearestAll(features(queries), 9))
        .isEqualTo(Arrays.stream(queries).map(it -> index.nearest(it, 9)).toList());
  }

  @Test
  void refusesManyQueriesThatDoNotFit() {
    assertThatThrownBy(() -> index.nearestAll(features(random(3, COLUMNS + 1)), 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("17 numbers, but the query has 18");
    FeatureSet queries = features(random(3, COLUMNS)).withFingerprint("ours");
    SimilarityIndex other = SimilarityIndex.of(names, features(rows).withFingerprint("theirs"));
    assertThatThrownBy(() -> other.nearestAll(queries, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another extractor");
    float[][] zeros = random(20, COLUMNS);
    Arrays.fill(zeros[13], 0);
    assertThatThrownBy(() -> index.nearestAll(features(zeros), 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("query 13");
  }

  @Test
  void theLengthOfAQueryDoesNotMatter() {
    float[] longer = new float[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      longer[i] = 1000 * rows[5][i];
    }

    Match best = index.nearest(longer, 1).get(0);

    assertThat(best.index()).isEqualTo(5);
    assertThat(best.similarity()).isCloseTo(1, within(1e-6));
  }

  @Test
  void equalRowsComeInTheirOrderAndARowIsNotItsOwnNeighbour() {
    float[][] same = {{1, 2}, {2, 4}, {-1, 0}, {1, 2}};
    SimilarityIndex twins = SimilarityIndex.of(List.of("a", "b", "c", "d"), features(same));

    assertThat(twins.nearest(new float[] {1, 2}, 10))
        .extracting(Match::name)
        .containsExactly("a", "b", "d", "c");
    assertThat(twins.nearestTo("d", 2)).extracting(Match::name).containsExactly("a", "b");
  }

  @Test
  void anIndexComesBackFromItsFile() throws IOException {
    Path file = folder.resolve("new/similar.index");
    index.save(file);

    SimilarityIndex loaded = SimilarityIndex.load(file);

    assertThat(loaded.names()).isEqualTo(names);
    assertThat(loaded.fingerprint()).isEqualTo(index.fingerprint());
    assertThat(loaded).hasToString("SimilarityIndex[200 x 17]");
    float[] query = random(1, COLUMNS)[0];
    assertThat(loaded.nearest(query, ROWS)).isEqualTo(index.nearest(query, ROWS));
  }

  @Test
  void everyDamageIsNoticed() throws IOException {
    Path file = folder.resolve("similar.index");
    SimilarityIndex.of(List.of("a", "b"), features(new float[][] {{1, 2}, {3, 4}})).save(file);
    byte[] whole = Files.readAllBytes(file);

    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 4;
      Files.write(file, flipped);
      assertThatThrownBy(() -> SimilarityIndex.load(file))
          .as("byte %d", i)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("similar.index");
      Files.write(file, Arrays.copyOf(whole, i));
      assertThatThrownBy(() -> SimilarityIndex.load(file))
          .as("first %d bytes", i)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("similar.index");
    }
  }

  @Test
  void refusesWhatHasNoDirectionOrDoesNotFit() {
    assertThatThrownBy(() -> index.nearest(new float[3], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("17 numbers, but the query has 3");
    assertThatThrownBy(() -> index.nearest(new float[COLUMNS], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("all zero");
    assertThatThrownBy(() -> index.nearest(rows[0], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
    assertThatThrownBy(() -> index.nearestTo("picture é 1999", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Did you mean 'picture é 199'?");
    float[][] two = {{1, 2}, {3, 4}};
    assertThatThrownBy(() -> SimilarityIndex.of(List.of("a"), features(two)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 names and 2 rows");
    assertThatThrownBy(() -> SimilarityIndex.of(List.of("a", "a"), features(two)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a' stands twice");
  }

  private static FeatureSet features(float[][] rows) {
    return FeatureSet.of(rows, new int[rows.length], Labels.of("any", "other"));
  }

  private static float[][] random(int rows, int columns) {
    Random random = new Random(rows);
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      ofA += (double) a[i] * a[i];
      ofB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(ofA * ofB);
  }
}
