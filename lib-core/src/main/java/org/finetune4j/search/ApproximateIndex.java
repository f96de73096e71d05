package org.finetune4j.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.SimilarityIndex;
import org.finetune4j.feature.row.Vectors;

/**
 * Finds rows that are very likely the most alike to a query, in milliseconds among millions: cosine
 * similarity by a graph of near rows (HNSW; Malkov and Yashunin 2018, <i>Efficient and robust
 * approximate nearest neighbor search using Hierarchical Navigable Small World graphs</i>) of
 * Apache Lucene, which has to be on the class path: {@code org.apache.lucene:lucene-core:9.12.3},
 * the last for Java 17. It lies in a folder, mapped into memory, and costs no heap. {@link
 * SimilarityIndex} is exact and needs no Lucene.
 *
 * <pre>{@code
 * ApproximateIndex.add(Path.of("alike"), names, extractor.extract(photos));
 * try (ApproximateIndex index = ApproximateIndex.open(Path.of("alike"))) {
 *   List<SimilarityIndex.Match> alike = index.nearest(extractor.extract(photo), 10);
 * }
 * }</pre>
 *
 * <p>Thread-safe. An open index does not see what is added afterwards.
 */
public final class ApproximateIndex implements AutoCloseable {
  private static final int BREADTH = 50;

  private final LuceneGraph graph;
  private final int breadth;

  private ApproximateIndex(LuceneGraph graph, int breadth) {
    this.graph = graph;
    this.breadth = breadth;
  }

  /**
   * Adds rows to the index in a folder, which is made if it is missing: all of them, or, if it
   * fails, none. It takes all processors and about a millisecond a row of 512 numbers and
   * processor. One at a time.
   *
   * @param folder of this index and nothing else
   * @param names of the rows, all different; whether they differ from those of earlier calls is the
   *     caller's to know
   * @param features as many rows
   * @throws IOException if the folder cannot be written or holds something else, or the rows in it
   *     have another length or come from another extractor
   * @throws IllegalArgumentException if the numbers differ, there is no row, a name stands twice,
   *     or a row holds only zeros or a value that is not finite
   * @throws IllegalStateException if Lucene is not on the class path
   */
  public static void add(Path folder, List<String> names, FeatureSet features) throws IOException {
    Objects.requireNonNull(folder, "folder");
    requireLucene();
    if (names.size() != features.size() || names.isEmpty()) {
      throw new IllegalArgumentException(
          "An index has one name for each row and at least one row, but there are "
              + names.size()
              + " names and "
              + features.size()
              + " rows.");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "Names in an index differ, but '" + name + "' stands twice.");
      }
    }
    LuceneGraph.add(folder, names, features);
  }

  /**
   * Opens the index in a folder; seconds for millions of rows, since nothing is read before it is
   * needed.
   *
   * @throws IOException if there is none, it is damaged as far as its ends tell, or of another
   *     version
   * @throws IllegalStateException if Lucene is not on the class path
   */
  public static ApproximateIndex open(Path folder) throws IOException {
    Objects.requireNonNull(folder, "folder");
    requireLucene();
    return new ApproximateIndex(LuceneGraph.open(folder), BREADTH);
  }

  /**
   * Returns the same index that looks at more rows, and so misses fewer and takes longer; default
   * 50. Closing either closes both.
   *
   * @param rows how many near rows the search keeps in view; at least as many as are asked for are
   * @throws IllegalArgumentException if it is below 1
   */
  public ApproximateIndex withBreadth(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException(
          "A search keeps at least 1 row in view, not " + rows + ".");
    }
    return new ApproximateIndex(graph, rows);
  }

  private static void requireLucene() {
    try {
      Class.forName(
          "org.apache.lucene.index.IndexWriter", false, ApproximateIndex.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "An approximate index needs Apache Lucene, which is not on the class path. Add"
              + " org.apache.lucene:lucene-core:9.12.3, with Maven <dependency>"
              + "<groupId>org.apache.lucene</groupId><artifactId>lucene-core</artifactId>"
              + "<version>9.12.3</version></dependency>, or use SimilarityIndex, which is exact.",
          e);
    }
  }

  /**
   * Returns rows very likely the most alike to a query, the most similar first.
   *
   * @param query as many numbers as a row
   * @param k how many; all rows if there are fewer
   * @return matches whose index is the place among all rows ever added, and whose similarity is the
   *     cosine in single precision
   * @throws IOException if the index cannot be read
   * @throws IllegalArgumentException if {@code k} is below 1, or the query has another length, only
   *     zeros or a value that is not finite
   */
  public List<SimilarityIndex.Match> nearest(float[] query, int k) throws IOException {
    Vectors.requireQuery(query, k, dimension());
    return graph.nearest(query, k, Math.max(k, breadth));
  }

  /** Returns the number of rows. */
  public int size() {
    return graph.size();
  }

  /** Returns how many numbers a row has. */
  public int dimension() {
    return graph.dimension();
  }

  /** Returns {@link FeatureSet#fingerprint()} of the rows; empty if it is unknown. */
  public String fingerprint() {
    return graph.fingerprint();
  }

  /** Lets the files go; does nothing the second time. */
  @Override
  public void close() throws IOException {
    graph.close();
  }

  /** Returns for example {@code ApproximateIndex[1000000 x 512]}. */
  @Override
  public String toString() {
    return "ApproximateIndex[" + size() + " x " + dimension() + "]";
  }
}
