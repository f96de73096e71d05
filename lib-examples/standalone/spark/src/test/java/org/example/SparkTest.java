package org.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.feature.ExtractorDescription;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.picture.ImageDecoder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In one process, with two tasks at a time. */
class SparkTest {
  private static final int COUNT = 24;

  @TempDir static Path folder;

  private static SparkSession spark;
  private static Path weights;
  private static PretrainedBackbone backbone;
  private static FeatureExtractor extractor;
  private static ExtractorDescription description;
  private static Dataset<Row> files;

  @BeforeAll
  static void start() throws IOException {
    spark = Samples.session().master("local[2]").getOrCreate();
    weights = Samples.weights(folder.resolve("weights"), 1);
    backbone = Samples.backbone(weights);
    extractor = Samples.extractor(backbone);
    description = ExtractorDescription.of(Architecture.SQUEEZENET, extractor);
    Path pictures = Samples.pictures(folder.resolve("pictures"), COUNT);
    files = PictureFiles.of(spark, pictures.toString(), "*.png");
  }

  @AfterAll
  static void stop() {
    Shared.close();
    backbone.close();
    spark.stop();
  }

  @Test
  void theSameBitsAsHereForAnyPartitioningBatchAndThreads() throws IOException {
    for (int partitions : new int[] {1, 3, 7}) {
      for (int batch : new int[] {1, 4, 16, 100}) {
        Options options = new Options(partitions == 3 ? 2 : 1, batch);
        Dataset<Row> rows =
            Features.of(files.repartition(partitions), description, weights.toString(), options);
        int found = 0;
        for (Row row : rows.collectAsList()) {
          if (!row.isNullAt(2)) {
            Path file = Path.of(row.getString(0).substring("file:".length()));
            float[] here = extractor.extract(ImageDecoder.standard().decode(file));
            String what = partitions + " partitions, batches of " + batch + ", " + file;
            assertArrayEquals(here, Samples.floats(row.getList(2)), 0, what);
            found++;
          }
        }
        assertEquals(COUNT, found);
      }
    }
  }

  @Test
  void partitionsOfBrokenFilesAlone() {
    List<Row> rows =
        features(files.where("path like '%none%' or path like '%cut%'").coalesce(1))
            .collectAsList();
    assertEquals(Samples.BROKEN, rows.size());
    rows.forEach(row -> assertTrue(row.isNullAt(2) && !row.isNullAt(3), row.toString()));
  }

  @Test
  void whatIsNoPictureIsARowWithItsReason() {
    List<Row> broken = features(files).where("error is not null").collectAsList();
    assertEquals(Samples.BROKEN, broken.size());
    for (Row row : broken) {
      assertNull(row.get(2));
      assertTrue(row.getString(1).matches("[0-9a-f]{64}"), row.toString());
      assertTrue(row.getString(3).contains(".png"), row.toString());
    }
  }

  @Test
  void parquetAndAHeadOfItOnTheDriver() throws IOException {
    String parquet = folder.resolve("features.parquet").toString();
    features(files).write().parquet(parquet);
    FeatureSet set =
        FeatureTable.collect(
            spark.read().parquet(parquet), description, Samples.LABELS, Samples::labelOf);
    assertEquals(COUNT, set.size());
    TrainedHead head = ClassifierHead.logisticRegression().build().fit(set);
    assertEquals(1, head.evaluate(set).accuracy());

    Path bundle = folder.resolve("classifier.zip");
    Map<String, String> here = new TreeMap<>();
    try (ImageClassifier classifier = head.classifier(extractor)) {
      classifier.save(bundle);
      for (Row row : files.collectAsList()) {
        here.put(row.getString(0), label(classifier, row.getAs(1)));
      }
    }
    // Not on a shared folder but sent to the executors.
    spark.sparkContext().addFile(bundle.toString());
    Map<String, String> there = new TreeMap<>();
    for (Row row : Predictions.of(files, "classifier.zip", Options.standard()).collectAsList()) {
      there.put(row.getString(0), row.isNullAt(1) ? "none" : row.getString(1));
      assertEquals(row.isNullAt(1), row.isNullAt(2));
      assertEquals(row.isNullAt(1), !row.isNullAt(3));
    }
    assertEquals(here, there);
  }

  private static String label(ImageClassifier classifier, byte[] content) {
    try {
      return classifier.predict(content, 1).get(0).label();
    } catch (IOException broken) {
      return "none";
    }
  }

  @Test
  void featuresOfAnotherExtractorAreRefused() {
    ExtractorDescription other =
        ExtractorDescription.of(
            Architecture.SQUEEZENET,
            FeatureExtractor.builder(backbone).layer("fire4/concat").build());
    Dataset<Row> features = features(files);
    String message =
        assertThrows(
                IOException.class,
                () -> FeatureTable.collect(features, other, Samples.LABELS, Samples::labelOf))
            .getMessage();
    assertTrue(message.contains(description.fingerprint()), message);
    assertTrue(message.contains(other.fingerprint()), message);
  }

  @Test
  void otherWeightsOrNoneAreToldByTheJob() throws IOException {
    Path others = Samples.weights(folder.resolve("others"), 2);
    assertTrue(failure(others.toString()).contains("gives other features than"));
    assertTrue(failure("nowhere.h5").contains("has no 'nowhere.h5'"));
  }

  private static String failure(String file) {
    Dataset<Row> features = Features.of(files, description, file, Options.standard());
    return assertThrows(Exception.class, features::collectAsList).toString();
  }

  private static Dataset<Row> features(Dataset<Row> pictures) {
    return Features.of(pictures, description, weights.toString(), Options.standard());
  }
}
