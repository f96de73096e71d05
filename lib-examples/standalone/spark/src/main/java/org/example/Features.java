package org.example;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.Unreadable;
import org.finetune4j.feature.ExtractorDescription;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.image.Image;
import org.finetune4j.target.Labels;

/**
 * Deep features of picture files: rows of {@code path}, {@code sha256}, {@code features} and {@code
 * error}. A file that is no picture has no features but an error, and costs the job nothing.
 *
 * <p>Pictures of a partition run in batches; that features are the same bits however pictures are
 * divided among tasks and batches is tested.
 */
public final class Features {
  /** The key under which the column {@code features} carries the extractor's fingerprint. */
  static final String FINGERPRINT = "finetune4j.extractor";

  private static final StructType SCHEMA =
      DataTypes.createStructType(
          List.of(
              DataTypes.createStructField("path", DataTypes.StringType, false),
              DataTypes.createStructField("sha256", DataTypes.StringType, false),
              DataTypes.createStructField(
                  "features", DataTypes.createArrayType(DataTypes.FloatType, false), true),
              DataTypes.createStructField("error", DataTypes.StringType, true)));

  /** An extractor that can be closed. */
  private record Opened(FeatureExtractor extractor) implements AutoCloseable {
    @Override
    public void close() {
      try (PretrainedBackbone backbone = extractor.backbone()) {
        // Nothing else belongs to it.
      }
    }
  }

  /** What is the same extractor in one process. */
  private record Key(String fingerprint, String weights, int threads) {}

  private Features() {}

  /**
   * Returns the features; nothing runs before they are asked for.
   *
   * @param files rows of {@code path} (string) and {@code content} (binary)
   * @param extractor what to compute
   * @param weights where each executor finds the weights: a path on a folder that all machines
   *     share, or the name of a file given to {@code SparkContext.addFile}
   */
  public static Dataset<Row> of(
      Dataset<Row> files, ExtractorDescription extractor, String weights, Options options) {
    MapPartitionsFunction<Row, Row> task = rows -> task(rows, extractor, weights, options);
    Metadata metadata =
        new MetadataBuilder().putString(FINGERPRINT, extractor.fingerprint()).build();
    return files
        .select("path", "content")
        .mapPartitions(task, Encoders.row(SCHEMA))
        .withColumn("features", col("features").as("features", metadata));
  }

  private static Iterator<Row> task(
      Iterator<Row> rows, ExtractorDescription description, String weights, Options options) {
    Key key = new Key(description.fingerprint(), weights, options.threads());
    FeatureExtractor shared =
        Shared.model(
                Opened.class,
                key,
                () -> new Opened(description.open(Shared.file(weights), options.threads())))
            .extractor();
    FeatureExtractor extractor =
        shared.toBuilder().batchSize(options.batch()).unreadable(Unreadable.SKIP).build();
    return Rows.map(rows, options.batch(), batch -> rows(extractor, batch));
  }

  /** Features of those that can be read; the reason for the others. */
  private static List<Row> rows(FeatureExtractor extractor, List<Row> batch) {
    List<LabeledImage> files = new ArrayList<>();
    for (Row row : batch) {
      files.add(LabeledImage.of(row.getString(0), row.<byte[]>getAs(1), 0));
    }
    try {
      FeatureSet features = extract(extractor, files);
      Map<Integer, String> reasons = new HashMap<>();
      features.skipped().forEach(it -> reasons.put(it.index(), it.reason()));
      List<Row> result = new ArrayList<>();
      int next = 0;
      for (int i = 0; i < batch.size(); i++) {
        float[] values = reasons.containsKey(i) ? null : features.features(next++);
        String path = batch.get(i).getString(0);
        result.add(RowFactory.create(path, files.get(i).sha256(), values, reasons.get(i)));
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FeatureSet extract(FeatureExtractor extractor, List<LabeledImage> files)
      throws IOException {
    Labels labels = Labels.of("unknown");
    try {
      return extractor.extract(ImageDataset.of(labels, files));
    } catch (IOException noneCanBeRead) {
      // With one that can be, so that the reasons of the others come back.
      List<LabeledImage> more = new ArrayList<>(files);
      more.add(LabeledImage.of("blank", Image.gray(1, 1, new byte[1]), 0));
      return extractor.extract(ImageDataset.of(labels, more));
    }
  }
}
