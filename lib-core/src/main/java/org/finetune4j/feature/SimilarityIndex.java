package org.finetune4j.feature;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import org.finetune4j.feature.row.Vectors;
import org.finetune4j.text.NearestName;

/**
 * Finds the rows most alike to a query: cosine similarity over all rows, exact; there is no
 * approximation to tune. A few ten thousand pictures take a millisecond or two per query, a million
 * of 512 numbers a tenth of a second on two processors, and six bytes of heap a number. Immutable
 * and thread-safe.
 *
 * <pre>{@code
 * SimilarityIndex index = SimilarityIndex.of(names, extractor.extract(photos));
 * List<SimilarityIndex.Match> alike = index.nearest(extractor.extract(photo), 5);
 * }</pre>
 */
public final class SimilarityIndex {
  private static final Comparator<Match> BEST_FIRST =
      Comparator.comparingDouble(Match::similarity).reversed().thenComparingInt(Match::index);

  /** Queries for which rows are read once: their blocks fit a processor's own cache. */
  private static final int TOGETHER = 8;

  private final List<String> names;
  private final String fingerprint;
  private final float[][] units;
  private final Candidates candidates;

  /**
   * A row that was found.
   *
   * @param name the name it was entered under
   * @param index its place in the index, from 0
   * @param similarity the cosine of the angle to the query, from -1 to 1
   */
  public record Match(String name, int index, double similarity) {}

  /** Takes rows of length 1 over; both come from {@link #of} or from a checked file. */
  SimilarityIndex(List<String> names, String fingerprint, float[][] units) {
    this.names = List.copyOf(names);
    this.fingerprint = fingerprint;
    this.units = units;
    this.candidates = Candidates.of(units);
  }

  /**
   * Makes an index.
   *
   * @param names of the rows, all different
   * @param features as many rows; copied
   * @throws IllegalArgumentException if the numbers differ, there is no row, a name stands twice,
   *     or a row holds only zeros or a value that is not finite
   */
  public static SimilarityIndex of(List<String> names, FeatureSet features) {
    if (names.size() != features.size() || names.isEmpty()) {
      throw new IllegalArgumentException(
          "An index has one name for each row and at least one row, but there are "
              + names.size()
              + " names and "
              + features.size()
              + " rows.");
    }
    Set<String> seen = new HashSet<>();
    float[][] units = new float[names.size()][];
    for (int i = 0; i < units.length; i++) {
      if (!seen.add(names.get(i))) {
        throw new IllegalArgumentException(
            "Names in an index differ, but '" + names.get(i) + "' stands twice.");
      }
      units[i] = unit(features.features(i), "row '" + names.get(i) + "'");
    }
    return new SimilarityIndex(names, features.fingerprint().orElse(""), units);
  }

  private static float[] unit(float[] row, String what) {
    double squares = Vectors.squares(row);
    if (!(squares > 0) || !Double.isFinite(squares)) {
      throw new IllegalArgumentException(
          "A direction needs finite numbers that are not all zero; " + what + " has none.");
    }
    double scale = 1 / Math.sqrt(squares);
    float[] unit = new float[row.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (row[i] * scale);
    }
    return unit;
  }

  /**
   * Returns the rows most alike to a query, the most similar first; of equal ones the one entered
   * first.
   *
   * @param query as many numbers as a row
   * @param k how many; all rows if there are fewer
   * @throws IllegalArgumentException if {@code k} is below 1, or the query has another length, only
   *     zeros or a value that is not finite
   */
  public List<Match> nearest(float[] query, int k) {
    Vectors.requireQuery(query, k, dimension());
    float[] direction = unit(query, "the query");
    return best(direction, candidates.near(direction, k), k);
  }

  /**
   * Returns for each of many queries, in their order, what {@link #nearest(float[], int)} does, in
   * a fraction of the time: rows are read from memory once for several of them.
   *
   * @param queries each as many numbers as a row
   * @param k how many; all rows if there are fewer
   * @throws IllegalArgumentException if {@code k} is below 1, or the queries have another length or
   *     come from another extractor, or one has only zeros or a value that is not finite
   */
  public List<List<Match>> nearestAll(FeatureSet queries, int k) {
    Vectors.requireQuery(new float[queries.dimension()], k, dimension());
    String theirs = queries.fingerprint().orElse("");
    if (!theirs.isEmpty() && !fingerprint.isEmpty() && !theirs.equals(fingerprint)) {
      throw new IllegalArgumentException(
          "The queries come from another extractor than the rows of this index. Compute both with"
              + " the same extractor.");
    }
    return IntStream.range(0, (queries.size() + TOGETHER - 1) / TOGETHER)
        .parallel()
        .mapToObj(group -> group(queries, group * TOGETHER, k))
        .flatMap(List::stream)
        .toList();
  }

  private List<List<Match>> group(FeatureSet queries, int first, int k) {
    float[][] directions =
        IntStream.range(first, Math.min(first + TOGETHER, queries.size()))
            .mapToObj(i -> unit(queries.features(i), "query " + i))
            .toArray(float[][]::new);
    int[][] near = candidates.near(directions, k);
    return IntStream.range(0, near.length).mapToObj(q -> best(directions[q], near[q], k)).toList();
  }

  /** Returns the best of a few rows, compared in double precision. */
  private List<Match> best(float[] direction, int[] among, int k) {
    PriorityQueue<Match> kept = new PriorityQueue<>(BEST_FIRST.reversed());
    for (int i : among) {
      kept.add(new Match(names.get(i), i, cosine(direction, units[i])));
      if (kept.size() > k) {
        kept.remove();
      }
    }
    return kept.stream().sorted(BEST_FIRST).toList();
  }

  /**
   * Returns the rows most alike to one of the index, without itself.
   *
   * @throws IllegalArgumentException if there is no such name, or {@code k} is below 1
   */
  public List<Match> nearestTo(String name, int k) {
    int row = names.indexOf(name);
    if (row < 0) {
      throw new IllegalArgumentException(
          "No row is called '" + name + "'." + NearestName.hint(name, names));
    }
    return nearest(units[row], Math.addExact(k, 1)).stream()
        .filter(match -> match.index() != row)
        .limit(k)
        .toList();
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return Math.max(-1, Math.min(1, sum));
  }

  /**
   * Writes the index as one file, whole or not at all.
   *
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    SimilarityFile.write(file, names, fingerprint, units);
  }

  /**
   * Reads an index that {@link #save} wrote.
   *
   * @throws IOException if the file is missing, of another kind or version, or damaged
   */
  public static SimilarityIndex load(Path file) throws IOException {
    return SimilarityFile.read(file);
  }

  /** Returns the number of rows. */
  public int size() {
    return units.length;
  }

  /** Returns how many numbers a row has. */
  public int dimension() {
    return units[0].length;
  }

  /** Returns the names, in the order of the rows. */
  public List<String> names() {
    return names;
  }

  /** Returns {@link FeatureSet#fingerprint()} of the rows; empty if it is unknown. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Returns for example {@code SimilarityIndex[2000 x 2048]}. */
  @Override
  public String toString() {
    return "SimilarityIndex[" + size() + " x " + dimension() + "]";
  }
}
