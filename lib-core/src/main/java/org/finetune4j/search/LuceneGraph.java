package org.finetune4j.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.VectorUtil;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.SimilarityIndex;

/** The index in Lucene's files: a document per row, with its name, its number and its direction. */
final class LuceneGraph implements AutoCloseable {
  private static final String NAME = "name";
  private static final String ROW = "row";
  private static final String DIRECTION = "direction";

  /** Keys of what a commit says of the whole index. */
  private static final String VERSION = "finetune4j.version";

  private static final String FINGERPRINT = "finetune4j.fingerprint";
  private static final String COLUMNS = "finetune4j.columns";
  private static final String CURRENT = "1";

  /** Rows are collected in a part of the heap, and each heap full becomes a graph of its own. */
  private static final int SHARE_OF_HEAP = 4;

  /** Lucene's own limit. */
  private static final long MOST_MEGABYTES = 1900;

  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final int columns;
  private final String fingerprint;

  private LuceneGraph(DirectoryReader reader, int columns, String fingerprint) {
    this.reader = reader;
    this.searcher = new IndexSearcher(reader, ForkJoinPool.commonPool());
    this.columns = columns;
    this.fingerprint = fingerprint;
  }

  static void add(Path folder, List<String> names, FeatureSet features) throws IOException {
    String extractor = features.fingerprint().orElse("");
    int before = 0;
    try (Directory files = new MMapDirectory(folder)) {
      if (DirectoryReader.indexExists(files)) {
        try (LuceneGraph there = open(folder)) {
          before = there.size();
          there.requireSame(folder, features.dimension(), extractor);
        }
      } else if (files.listAll().length > 0) {
        throw new IOException(folder + " holds other files. An index has a folder of its own.");
      }
      long megabytes = (Runtime.getRuntime().maxMemory() >> 20) / SHARE_OF_HEAP;
      IndexWriterConfig options =
          new IndexWriterConfig()
              .setCodec(new HnswCodec())
              .setRAMBufferSizeMB((double) Math.min(MOST_MEGABYTES, megabytes))
              .setCommitOnClose(false);
      try (IndexWriter writer = new IndexWriter(files, options)) {
        int first = before;
        IntStream.range(0, names.size())
            .parallel()
            .forEach(i -> add(writer, first + i, names.get(i), features.features(i)));
        writer.setLiveCommitData(
            Map.of(
                    VERSION,
                    CURRENT,
                    FINGERPRINT,
                    extractor,
                    COLUMNS,
                    Integer.toString(features.dimension()))
                .entrySet());
        writer.commit();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    } catch (LockObtainFailedException e) {
      throw new IOException("Somebody else adds to the index in " + folder + ".", e);
    }
  }

  private static void add(IndexWriter writer, int row, String name, float[] features) {
    Document document = new Document();
    document.add(new StoredField(NAME, name));
    document.add(new StoredField(ROW, row));
    document.add(
        new KnnFloatVectorField(
            DIRECTION,
            direction(features, "row '" + name + "'"),
            VectorSimilarityFunction.DOT_PRODUCT));
    try {
      writer.addDocument(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] direction(float[] row, String what) {
    try {
      return VectorUtil.l2normalize(VectorUtil.checkFinite(row.clone()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "A direction needs finite numbers that are not all zero; " + what + " has none.", e);
    }
  }

  private void requireSame(Path folder, int newColumns, String extractor) throws IOException {
    if (newColumns != columns || !extractor.equals(fingerprint)) {
      throw new IOException(
          "The index in "
              + folder
              + " holds rows of "
              + columns
              + " numbers of the extractor '"
              + fingerprint
              + "', and takes no rows of "
              + newColumns
              + " numbers of '"
              + extractor
              + "'. Start another in an empty folder.");
    }
  }

  static LuceneGraph open(Path folder) throws IOException {
    DirectoryReader reader;
    try {
      reader = DirectoryReader.open(new MMapDirectory(folder));
    } catch (IndexNotFoundException e) {
      throw new IOException("There is no approximate index in " + folder + ".", e);
    } catch (IndexFormatTooNewException e) {
      throw new IOException("The index in " + folder + " was written by a newer Lucene.", e);
    } catch (CorruptIndexException e) {
      throw new IOException("The index in " + folder + " is damaged. Make it again.", e);
    }
    try {
      Map<String, String> about = reader.getIndexCommit().getUserData();
      if (!CURRENT.equals(about.get(VERSION))) {
        throw new IOException(
            "The Lucene index in "
                + folder
                + " is no approximate index of this version ("
                + about.getOrDefault(VERSION, "none")
                + ", not "
                + CURRENT
                + ").");
      }
      int columns = Integer.parseInt(Objects.requireNonNull(about.get(COLUMNS)));
      return new LuceneGraph(reader, columns, Objects.requireNonNull(about.get(FINGERPRINT)));
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  List<SimilarityIndex.Match> nearest(float[] query, int k, int breadth) throws IOException {
    KnnFloatVectorQuery near =
        new KnnFloatVectorQuery(DIRECTION, direction(query, "the query"), breadth);
    List<SimilarityIndex.Match> matches = new ArrayList<>();
    StoredFields stored = searcher.storedFields();
    for (ScoreDoc hit : searcher.search(near, k).scoreDocs) {
      Document document = stored.document(hit.doc);
      int row = document.getField(ROW).numericValue().intValue();
      // Lucene's score of a product p is (1 + p) / 2.
      double cosine = Math.max(-1, Math.min(1, 2.0 * hit.score - 1));
      matches.add(new SimilarityIndex.Match(document.get(NAME), row, cosine));
    }
    return matches;
  }

  int size() {
    return reader.numDocs();
  }

  int dimension() {
    return columns;
  }

  String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() throws IOException {
    reader.close();
    reader.directory().close();
  }
}
