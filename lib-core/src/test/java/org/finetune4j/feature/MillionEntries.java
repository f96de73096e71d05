package org.finetune4j.feature;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.row.FeatureCache;
import org.finetune4j.feature.row.RowKey;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageEncoder;

/**
 * A million entries in a process of its own, whose heap the caller bounds: a folder of pictures
 * that is listed, split and hashed, or a cache of 1,000,000 x 2,048 features. Prints what it takes.
 */
public final class MillionEntries {
  private static final int COUNT = 1_000_000;
  private static final int CLASSES = 20;

  /** Names of one file; file systems allow some ten thousand. */
  private static final int NAMES_OF_ONE = 25_000;

  private static final int COLUMNS = 2_048;
  private static final int BATCH = 4_096;

  private MillionEntries() {}

  /** Arguments: {@code folder} or {@code cache}; an empty folder, or that of an earlier run. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    if (arguments[0].equals("folder")) {
      pictures(folder);
    } else {
      features(folder);
    }
    System.gc();
    Runtime java = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT,
        "heap at most %,d MB, in use at the end %,d MB%n",
        java.maxMemory() >> 20,
        (java.totalMemory() - java.freeMemory()) >> 20);
  }

  private static void pictures(Path folder) throws IOException {
    long start = System.nanoTime();
    Path original = folder;
    for (int i = Files.exists(folder.resolve("class 0")) ? COUNT : 0; i < COUNT; i++) {
      Path of = folder.resolve("class " + i % CLASSES);
      if (i < CLASSES) {
        Files.createDirectories(of);
      }
      Path file = of.resolve("picture " + i + ".png");
      if (i % NAMES_OF_ONE == 0) {
        original = Files.write(file, png(i));
      } else {
        Files.createLink(file, original);
      }
    }
    took("made", start);
    start = System.nanoTime();
    ImageDataset images = ImageDataset.fromDirectory(folder);
    took("listed " + images.size(), start);
    start = System.nanoTime();
    DatasetSplit split = images.split(0.8, 0.1, 42);
    took(split.toString(), start);
    start = System.nanoTime();
    String fingerprint = images.fingerprint();
    took("fingerprint " + fingerprint.substring(0, 8), start);
  }

  private static byte[] png(int number) {
    byte[] rgb = new byte[8 * 8 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (number * 31 + i * i);
    }
    return ImageEncoder.png(Image.of(8, 8, rgb));
  }

  private static void features(Path folder) throws IOException {
    List<RowKey> keys =
        IntStream.range(0, COUNT)
            .mapToObj(i -> RowKey.ofImage(Hashing.sha256().hashInt(i).toString()))
            .toList();
    FeatureCache cache = new FeatureCache(folder);
    long start = System.nanoTime();
    cache.rows(
        "a million",
        "fingerprint",
        COLUMNS,
        keys,
        (missing, rows) -> {
          for (int first = 0; first < missing.length; first += BATCH) {
            int count = Math.min(BATCH, missing.length - first);
            float[] batch = new float[count * COLUMNS];
            for (int i = 0; i < count; i++) {
              row(missing[first + i], batch, i * COLUMNS);
            }
            rows.accept(count, batch);
          }
        });
    took("written", start);
    start = System.nanoTime();
    FeatureCache.Located located =
        cache.rows(
            "a million",
            "fingerprint",
            COLUMNS,
            keys,
            (missing, rows) -> {
              throw new AssertionError(missing.length + " rows are missing.");
            });
    int[] rowOf = located.rowNumbers();
    took("opened", start);
    for (String how : List.of("first", "second")) {
      start = System.nanoTime();
      float[] row = new float[COLUMNS];
      for (int i = 0; i < COUNT; i++) {
        located.rows().read(rowOf[i], row, 0);
        for (int column = 0; column < COLUMNS; column += COLUMNS / 2 - 1) {
          if (row[column] != value(i, column)) {
            throw new AssertionError("Row " + i + " is another.");
          }
        }
      }
      double seconds = took("read, " + how + " time", start);
      System.out.printf(Locale.ROOT, "%.2f GB/s%n", 4.0 * COLUMNS * COUNT / 1e9 / seconds);
    }
  }

  private static void row(int number, float[] target, int offset) {
    for (int i = 0; i < COLUMNS; i++) {
      target[offset + i] = value(number, i);
    }
  }

  private static float value(int row, int column) {
    return row + column * 0.25f;
  }

  private static double took(String what, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(Locale.ROOT, "%s: %.1f s%n", what, seconds);
    return seconds;
  }
}
