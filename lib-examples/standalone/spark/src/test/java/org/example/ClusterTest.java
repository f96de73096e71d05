package org.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.feature.ExtractorDescription;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.picture.ImageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master and two workers of their own processes, of whose executors one is killed. */
class ClusterTest {
  private static final int COUNT = 48;
  private static final int PARTITIONS = 16;

  @TempDir Path folder;

  @Test
  void aKilledExecutorCostsARetryAndNotTheJob() throws Exception {
    try (Cluster cluster = Cluster.start(folder, 2)) {
      AtomicInteger ended = new AtomicInteger();
      AtomicBoolean killed = new AtomicBoolean();
      AtomicInteger removed = new AtomicInteger();
      SparkSession spark =
          Samples.session()
              .master(cluster.address())
              .config("spark.executor.memory", "512m")
              .config("spark.executor.extraClassPath", classes())
              .getOrCreate();
      spark
          .sparkContext()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd task) {
                  if (task.stageId() > 0
                      && ended.incrementAndGet() >= 3
                      && killed.compareAndSet(false, true)) {
                    cluster.killAnExecutor();
                  }
                }

                @Override
                public void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
                  removed.incrementAndGet();
                }
              });
      Path weights = Samples.weights(folder.resolve("weights"), 1);
      Path pictures = Samples.pictures(folder.resolve("pictures"), COUNT);
      try (PretrainedBackbone backbone = Samples.backbone(weights)) {
        FeatureExtractor extractor = Samples.extractor(backbone);
        List<Row> rows =
            Features.of(
                    PictureFiles.of(spark, pictures.toString(), "*.png").repartition(PARTITIONS),
                    ExtractorDescription.of(Architecture.SQUEEZENET, extractor),
                    weights.toString(),
                    Options.standard())
                .collectAsList();
        assertEquals(COUNT + Samples.BROKEN, rows.size());
        for (Row row : rows) {
          if (!row.isNullAt(2)) {
            Path file = Path.of(row.getString(0).substring("file:".length()));
            float[] here = extractor.extract(ImageDecoder.standard().decode(file));
            assertArrayEquals(here, Samples.floats(row.getList(2)), 0, row.getString(0));
          }
        }
      } finally {
        spark.stop();
      }
      assertTrue(killed.get(), "no executor was killed");
      assertTrue(removed.get() >= 1, "the driver has not noticed");
      assertOneBackboneEach(cluster.executorLogs());
    }
  }

  private static void assertOneBackboneEach(List<String> logs) {
    long opened = 0;
    for (String log : logs) {
      assertTrue(count(log, "Opening Key") <= 1, log);
      opened += count(log, "Opening Key");
    }
    assertTrue(logs.size() >= 3, logs.size() + " executors");
    assertTrue(opened >= 2, opened + " of them opened a backbone");
  }

  private static long count(String log, String words) {
    return log.lines().filter(line -> line.contains(words)).count();
  }

  /** The compiled classes of this project; jars lie in the cluster's folder. */
  private static String classes() {
    return String.join(
        File.pathSeparator,
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.endsWith(".jar"))
            .toList());
  }
}
