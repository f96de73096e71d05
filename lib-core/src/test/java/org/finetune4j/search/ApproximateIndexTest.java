package org.finetune4j.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.SimilarityIndex;
import org.finetune4j.feature.SimilarityIndex.Match;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApproximateIndexTest {
  private static final int COLUMNS = 24;

  @TempDir Path folder;

  /** Rows around a hundred centres. */
  private static float[] row(long number, int columns) {
    CounterRandom random = CounterRandom.of(1, number);
    long centre = random.nextInt(100);
    CounterRandom of = CounterRandom.of(2, centre);
    float[] row = new float[columns];
    for (int i = 0; i < columns; i++) {
      row[i] = (float) (of.nextGaussian() + 0.5 * random.nextGaussian());
    }
    return row;
  }

  private static FeatureSet features(int from, int to, int columns) {
    float[][] rows =
        IntStream.range(from, to).mapToObj(i -> row(i, columns)).toArray(float[][]::new);
    return FeatureSet.of(rows, new int[rows.length], Labels.of("x", "y"));
  }

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "picture é " + i).toList();
  }

  @Test
  void findsNearlyAllOfWhatTheExactIndexFinds() throws IOException {
    ApproximateIndex.add(folder, names(0, 3000), features(0, 3000, COLUMNS));
    ApproximateIndex.add(folder, names(3000, 4000), features(3000, 4000, COLUMNS));
    SimilarityIndex exact = SimilarityIndex.of(names(0, 4000), features(0, 4000, COLUMNS));
    int found = 0;
    try (ApproximateIndex index = ApproximateIndex.open(folder)) {
      assertThat(index).hasToString("ApproximateIndex[4000 x 24]");
      for (int q = 0; q < 50; q++) {
        float[] query = row(1_000_000 + q, COLUMNS);
        List<Match> truth = exact.nearest(query, 10);
        List<Match> near = index.nearest(query, 10);
        assertThat(near).hasSize(10);
        found += (int) near.stream().filter(it -> holds(truth, it)).count();
        assertThat(near.get(0).similarity()).isCloseTo(truth.get(0).similarity(), within(1e-6));
      }
      assertThat(found).isGreaterThanOrEqualTo(475);
      assertThat(index.nearest(row(3500, COLUMNS), 1).get(0))
          .extracting(Match::name, Match::index)
          .containsExactly("picture é 3500", 3500);
    }
  }

  private static boolean holds(List<Match> matches, Match match) {
    return matches.stream()
        .anyMatch(it -> it.index() == match.index() && it.name().equals(match.name()));
  }

  @Test
  void rowsMayBeAsLongAsFeaturesAre() throws IOException {
    ApproximateIndex.add(folder, names(0, 5), features(0, 5, 4096));
    try (ApproximateIndex index = ApproximateIndex.open(folder)) {
      assertThat(index.nearest(row(2, 4096), 99)).hasSize(5);
      assertThat(index.withBreadth(1).nearest(row(2, 4096), 1).get(0).index()).isEqualTo(2);
      assertThat(index.dimension()).isEqualTo(4096);
    }
  }

  @Test
  void whatFailsAddsNothing() throws IOException {
    FeatureSet good = features(0, 9, COLUMNS).withFingerprint("one");
    ApproximateIndex.add(folder, names(0, 9), good);
    float[][] rows = {row(1, COLUMNS), new float[COLUMNS]};
    FeatureSet zero = FeatureSet.of(rows, new int[2], Labels.of("x")).withFingerprint("one");
    assertThatThrownBy(() -> ApproximateIndex.add(folder, List.of("a", "b"), zero))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row 'b' has none");
    assertThatThrownBy(() -> ApproximateIndex.add(folder, names(9, 18), features(0, 9, COLUMNS)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("of the extractor 'one'");
    FeatureSet wide = features(0, 9, 25).withFingerprint("one");
    assertThatThrownBy(() -> ApproximateIndex.add(folder, names(9, 18), wide))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("takes no rows of 25");
    assertThatThrownBy(() -> ApproximateIndex.add(folder, List.of("a", "a"), good.subset(0, 1)))
        .hasMessageContaining("'a' stands twice");
    assertThatThrownBy(() -> ApproximateIndex.add(folder, List.of("a"), good))
        .hasMessageContaining("1 names and 9 rows");
    try (ApproximateIndex index = ApproximateIndex.open(folder)) {
      assertThat(index.size()).isEqualTo(9);
      assertThat(index.fingerprint()).isEqualTo("one");
      assertThatThrownBy(() -> index.nearest(new float[3], 1)).hasMessageContaining("24 numbers");
      assertThatThrownBy(() -> index.nearest(new float[COLUMNS], 1))
          .hasMessageContaining("the query has none");
      assertThatThrownBy(() -> index.nearest(row(1, COLUMNS), 0)).hasMessageContaining("not 0");
      assertThatThrownBy(() -> index.withBreadth(0)).hasMessageContaining("not 0");
    }
  }

  @Test
  void foldersOfAnotherKindAreRefused() throws IOException {
    assertThatThrownBy(() -> ApproximateIndex.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("There is no approximate index in " + folder);
    Path photos = Files.createDirectory(folder.resolve("photos"));
    Files.writeString(photos.resolve("note.txt"), "mine");
    assertThatThrownBy(() -> ApproximateIndex.add(photos, names(0, 5), features(0, 5, 4)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds other files");
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    ApproximateIndex.add(folder, names(0, 50), features(0, 50, COLUMNS));
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(it -> !it.endsWith("write.lock")).toList();
    }
    for (Path file : files) {
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(whole, whole.length / 2));
      assertThatThrownBy(
              () -> {
                try (ApproximateIndex index = ApproximateIndex.open(folder)) {
                  index.nearest(row(1, COLUMNS), 5);
                }
              })
          .as(file.toString())
          .isInstanceOf(IOException.class);
      Files.write(file, whole);
    }
  }

  /** The library's classes and all jars but Lucene's. */
  @Test
  void withoutLuceneItSaysWhatToAdd() throws Exception {
    List<URL> urls = new ArrayList<>();
    String classPath = System.getProperty("java.class.path");
    for (String entry : Splitter.on(File.pathSeparatorChar).split(classPath)) {
      if (!entry.contains("lucene")) {
        urls.add(new File(entry).toURI().toURL());
      }
    }
    ClassLoader platform = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), platform)) {
      Class<?> index = loader.loadClass(ApproximateIndex.class.getName());
      Method open = index.getMethod("open", Path.class);
      assertThatThrownBy(() -> open.invoke(null, folder))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("org.apache.lucene:lucene-core:9.12.3")
          .hasMessageContaining("<artifactId>lucene-core</artifactId>");
    }
  }
}
