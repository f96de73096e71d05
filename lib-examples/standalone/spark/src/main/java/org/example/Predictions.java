package org.example;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.PictureOutcome;
import org.finetune4j.model.Prediction;

/**
 * What a saved classifier says of picture files: rows of {@code path}, {@code label}, {@code
 * probability} and {@code error}. A file that is no picture has an error and nothing else.
 */
public final class Predictions {
  private static final StructType SCHEMA =
      DataTypes.createStructType(
          List.of(
              DataTypes.createStructField("path", DataTypes.StringType, false),
              DataTypes.createStructField("label", DataTypes.StringType, true),
              DataTypes.createStructField("probability", DataTypes.DoubleType, true),
              DataTypes.createStructField("error", DataTypes.StringType, true)));

  /** What is the same classifier in one process. */
  private record Key(String classifier, int threads) {}

  private Predictions() {}

  /**
   * Returns the predictions; nothing runs before they are asked for.
   *
   * @param files rows of {@code path} (string) and {@code content} (binary)
   * @param classifier where each executor finds the saved classifier: a path on a folder that all
   *     machines share, or the name of a file given to {@code SparkContext.addFile}
   */
  public static Dataset<Row> of(Dataset<Row> files, String classifier, Options options) {
    MapPartitionsFunction<Row, Row> task = rows -> task(rows, classifier, options);
    return files.select("path", "content").mapPartitions(task, Encoders.row(SCHEMA));
  }

  private static Iterator<Row> task(Iterator<Row> rows, String file, Options options) {
    ImageClassifier classifier =
        Shared.model(
            ImageClassifier.class,
            new Key(file, options.threads()),
            () -> ImageClassifier.loader().threads(options.threads()).load(Shared.file(file)));
    return Rows.map(rows, options.batch(), batch -> rows(classifier, batch));
  }

  private static List<Row> rows(ImageClassifier classifier, List<Row> batch) {
    List<LabeledImage> files =
        batch.stream()
            .map(row -> LabeledImage.of(row.getString(0), row.<byte[]>getAs(1), 0))
            .toList();
    return classifier.predictEach(files).map(Predictions::row).toList();
  }

  private static Row row(PictureOutcome<List<Prediction>> outcome) {
    String path = outcome.picture().name();
    if (outcome.answer().isEmpty()) {
      return RowFactory.create(path, null, null, outcome.problem());
    }
    Prediction best = outcome.answer().get().get(0);
    return RowFactory.create(path, best.label(), (double) best.probability(), null);
  }
}
