package org.finetune4j.hostile;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.SimilarityIndex;
import org.finetune4j.feature.row.FeatureCache;
import org.finetune4j.feature.row.RowKey;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.NetworkTrainer;

/** What the library keeps on disks: features, indexes, checkpoints. */
final class HostileStores {
  private static final int COLUMNS = 8;
  private static final int RECORD = 40;
  private static final List<RowKey> KEYS =
      IntStream.range(0, 6).mapToObj(i -> new RowKey(Hashing.sha256().hashInt(i))).toList();

  private HostileStores() {}

  static Subject caches(Path folder) throws IOException {
    rows(folder);
    return new Subject(
        "feature caches", List.of(files(folder)), HostileStores::changeCache, HostileStores::rows);
  }

  static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static Map<String, byte[]> changeCache(
      Map<String, byte[]> files, SplittableRandom random) {
    Map<String, byte[]> changed =
        Subject.Change.of(Fields.anyBytes().repeated()).apply(files, random);
    if (random.nextBoolean()) {
      changed.replaceAll((name, bytes) -> name.endsWith("keys.bin") ? resealed(bytes) : bytes);
    }
    return changed;
  }

  /** The checksum of every record is right, that of its row is not. */
  static byte[] resealed(byte[] records) {
    byte[] changed = records.clone();
    ByteBuffer buffer = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + RECORD <= changed.length; at += RECORD) {
      CRC32C checksum = new CRC32C();
      checksum.update(changed, at, RECORD - Integer.BYTES);
      buffer.putInt(at + RECORD - Integer.BYTES, (int) checksum.getValue());
    }
    return changed;
  }

  /** Whatever the files hold, the rows are the right ones: kept, or computed again. */
  static void rows(Path folder) throws IOException {
    FeatureCache.Located located =
        new FeatureCache(folder)
            .rows(
                "rows",
                "fingerprint",
                COLUMNS,
                KEYS,
                (missing, rows) -> {
                  for (int row : missing) {
                    rows.accept(1, row(row));
                  }
                });
    float[] values = new float[COLUMNS];
    for (int i = 0; i < KEYS.size(); i++) {
      located.rows().read(located.rowOf().get(i), values, 0);
      if (!Arrays.equals(values, row(i))) {
        throw new IllegalStateException("a cache answered with another row");
      }
    }
  }

  private static float[] row(int number) {
    float[] row = new float[COLUMNS];
    Arrays.fill(row, number + 0.5f);
    return row;
  }

  static Subject indexes(Path folder) throws IOException {
    Path file = folder.resolve("similar.index");
    float[][] rows = IntStream.range(0, 5).mapToObj(HostileStores::row).toArray(float[][]::new);
    SimilarityIndex.of(
            List.of("a", "b", "c", "d", "e"),
            FeatureSet.of(rows, new int[] {0, 0, 0, 1, 1}, Labels.of("x", "y")))
        .save(file);
    return new Subject(
        "similarity indexes",
        List.of(files(folder)),
        Subject.Change.of(
            Sealed.of(
                Mutation.oneOf(Fields.anyBytes(), Fields.beginning(32), Fields.beginning(32))
                    .repeated())),
        HostileStores::search);
  }

  static void search(Path folder) throws IOException {
    SimilarityIndex.load(folder.resolve("similar.index")).nearest(query(folder), 3);
  }

  private static float[] query(Path folder) throws IOException {
    float[] query = new float[SimilarityIndex.load(folder.resolve("similar.index")).dimension()];
    query[0] = 1;
    return query;
  }

  static Subject checkpoints(Path folder) throws IOException {
    train(folder);
    return new Subject(
        "checkpoints",
        List.of(files(folder)),
        Subject.Change.of(
            Sealed.of(Sealed.textFirst(new JsonFields().repeated(), Fields.anyBytes().repeated()))),
        HostileStores::train);
  }

  /** A run that goes on from a damaged checkpoint starts anew, or from the one before. */
  static void train(Path folder) throws IOException {
    try {
      NetworkTrainer.builder(
              Network.builder(Shape.map(3, 8, 8)).flatten().dense(2).softmax().build(),
              Stripes.LABELS)
          .optimizer(Optimizer.adam(1e-3))
          .batchSize(8)
          .epochs(2)
          .checkpoints(folder)
          .build()
          .fit(Stripes.of(16, 1));
    } catch (IllegalArgumentException documented) {
      throw new IOException(documented);
    }
  }
}
