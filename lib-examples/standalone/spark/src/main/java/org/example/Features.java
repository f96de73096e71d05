package org.example;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
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
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.ExtractorDescription;
import org.finetune4j.feature.FeatureExtractor;

/**
 * Deep features of picture files: rows of {@code path}, {@code sha256}, {@code features} and {@code
 * error}. A file that is no picture has no features but an error, and costs the job nothing.
 *
 * <p>Each picture is run by itself, so that its features are the same bits however the pictures are
 * divided among tasks.
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
    FeatureExtractor extractor =
        Shared.model(
                Opened.class,
                key,
                () -> new Opened(description.open(Shared.file(weights), options.threads())))
            .extractor();
    return Rows.map(rows, row -> row(extractor, row.getString(0), row.getAs(1)));
  }

  private static Row row(FeatureExtractor extractor, String path, byte[] content) {
    LabeledImage image = LabeledImage.of(path, content, 0);
    String sha256 = "";
    try {
      sha256 = image.sha256();
      float[] features = extractor.extract(image.decode(ImageDecoder.standard()));
      return RowFactory.create(path, sha256, features, null);
    } catch (IOException e) {
      return RowFactory.create(path, sha256, null, e.getMessage());
    }
  }
}
