package org.finetune4j.feature.row;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.files.AtomicFiles;

/**
 * Rows that were computed before, found again by what they were computed from: the fingerprint of
 * the computation and the bytes of the picture. Moving or renaming pictures costs nothing; changing
 * weights, layer, pooling, preprocessing or input size starts anew. An interrupted computation goes
 * on where it stopped.
 *
 * <p>A folder that nothing can be written into serves what it holds. Damaged rows are computed
 * again; where all rows take more than a gigabyte, each is checked when it is first read instead,
 * and a damaged one ends in an {@link java.io.UncheckedIOException} that names the folder to
 * delete.
 *
 * <p>A folder holds one sub-folder per fingerprint, with an {@code about.txt} that says what it is.
 * Sub-folders can be deleted at any time.
 */
public final class FeatureCache {
  /** Changes when the same fingerprint would give other rows. */
  private static final String FORMAT = "1";

  private static final int LEFT_OUT = -1;

  /** Bytes of rows that are read in a second or two. */
  private static final long CHECKED_AT_ONCE = 1L << 30;

  private final Path folder;

  /** Keeps rows below this folder, which is made when the first row is stored. */
  public FeatureCache(Path folder) {
    this.folder = folder;
  }

  /** Computes rows that are missing. */
  @FunctionalInterface
  public interface Computation {
    /**
     * Computes rows and hands them over in order, in as many batches as it likes.
     *
     * @param missing which of the keys have no row yet
     * @param rows takes the next rows, one behind the other
     */
    void compute(int[] missing, Sink rows) throws IOException;
  }

  /** Takes rows. */
  public interface Sink {
    /** Takes the next {@code count} rows. */
    void accept(int count, float[] rows) throws IOException;

    /** Leaves the next row out: what it would be computed from cannot be read. */
    void skip();
  }

  /** Where the row of each key lies; -1 where it was left out. */
  public record Located(Rows rows, List<Integer> rowOf) {
    /** Copies the numbers. */
    public Located {
      rowOf = List.copyOf(rowOf);
    }

    /** Returns the row numbers as an array. */
    public int[] rowNumbers() {
      return rowOf.stream().mapToInt(i -> i).toArray();
    }
  }

  /**
   * Returns the rows of these keys, those that are missing computed and stored first.
   *
   * @param about what computes the rows, for people
   * @param fingerprint what computes the rows, exactly
   * @param columns values in a row
   * @param keys one for each wanted row
   * @param computation computes what is missing
   * @throws IOException if the folder cannot be read or written, if the disk has no room for what
   *     is missing or takes nothing (said before anything is computed), or from the computation
   */
  public Located rows(
      String about, String fingerprint, int columns, List<RowKey> keys, Computation computation)
      throws IOException {
    String name =
        Hashing.sha256()
            .hashString(FORMAT + "\n" + fingerprint + "\n" + columns, StandardCharsets.UTF_8)
            .toString()
            .substring(0, 32);
    Path rowFolder = folder.resolve(name);
    Path text = rowFolder.resolve("about.txt");
    if (!Files.exists(text, LinkOption.NOFOLLOW_LINKS)) {
      AtomicFiles.write(text, out -> out.write((about + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    try (RowFile file = RowFile.open(rowFolder, columns)) {
      Map<RowKey, Integer> missing = new LinkedHashMap<>();
      boolean few = file.bytes() <= CHECKED_AT_ONCE;
      for (int i = 0; i < keys.size(); i++) {
        if ((few ? file.find(keys.get(i)) : file.locate(keys.get(i))).isEmpty()) {
          missing.putIfAbsent(keys.get(i), i);
        }
      }
      Set<RowKey> left = new HashSet<>();
      if (!missing.isEmpty()) {
        requireWritable(file, rowFolder, missing.size());
        requireRoom(rowFolder, (long) missing.size() * columns * Float.BYTES);
        computation.compute(
            missing.values().stream().mapToInt(i -> i).toArray(),
            storing(file, columns, missing.keySet().iterator(), left));
      }
      List<Integer> rowOf = new ArrayList<>();
      for (RowKey key : keys) {
        OptionalInt row = left.contains(key) ? OptionalInt.of(LEFT_OUT) : file.locate(key);
        rowOf.add(row.orElseThrow(() -> new IOException("A row that was just stored is missing.")));
      }
      return new Located(file.rows(), rowOf);
    }
  }

  /** Returns what stores rows under the next keys. */
  private static Sink storing(RowFile file, int columns, Iterator<RowKey> keys, Set<RowKey> left) {
    return new Sink() {
      @Override
      public void accept(int count, float[] rows) throws IOException {
        List<RowKey> batch = Stream.generate(keys::next).limit(count).toList();
        file.append(batch, FloatBuffer.wrap(rows, 0, count * columns));
      }

      @Override
      public void skip() {
        left.add(keys.next());
      }
    };
  }

  private static void requireWritable(RowFile file, Path rowFolder, int missing)
      throws IOException {
    if (file.isReadOnly()) {
      throw new IOException(
          "The cache lacks "
              + missing
              + " rows, and nothing can be written into '"
              + rowFolder
              + "'. Use a folder that can be written, or no cache.");
    }
  }

  private static void requireRoom(Path rowFolder, long bytes) throws IOException {
    long room = Files.getFileStore(rowFolder).getUsableSpace();
    if (bytes > room) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "The cache needs %.1f MB more in '%s', but the disk has only %.1f MB left. Make room,"
                  + " or put the cache on another disk.",
              bytes / 1e6,
              rowFolder,
              room / 1e6));
    }
  }

  /** Returns rows like {@link #rows}, computed anew and kept in memory. */
  public static Located inMemory(int columns, int count, Computation computation)
      throws IOException {
    List<float[]> all = new ArrayList<>();
    List<Integer> rowOf = new ArrayList<>();
    computation.compute(
        IntStream.range(0, count).toArray(),
        new Sink() {
          @Override
          public void accept(int samples, float[] rows) {
            for (int i = 0; i < samples; i++) {
              rowOf.add(all.size());
              all.add(Arrays.copyOfRange(rows, i * columns, (i + 1) * columns));
            }
          }

          @Override
          public void skip() {
            rowOf.add(LEFT_OUT);
          }
        });
    return new Located(Rows.of(all.toArray(new float[0][]), columns), rowOf);
  }
}
