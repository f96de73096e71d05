package org.example;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.finetune4j.feature.ExtractorDescription;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Labels;

/** From rows of {@link Features}, by Parquet or without, back to a set that heads learn from. */
public final class FeatureTable {
  private FeatureTable() {}

  /**
   * Brings the features to the driver, in the order of their paths; rows with an error stay behind.
   * They must fit its memory: 1,000,000 pictures of 1,280 numbers take 5 GB.
   *
   * @param features rows of {@link Features#of}, or {@code spark.read().parquet(...)} of them
   * @param extractor what they must have been computed by
   * @param labels the classes
   * @param labelOf the class of a path
   * @throws IOException if they were computed by another extractor, or nobody knows by which
   */
  public static FeatureSet collect(
      Dataset<Row> features,
      ExtractorDescription extractor,
      Labels labels,
      Function<String, String> labelOf)
      throws IOException {
    requireSame(features.schema().apply("features").metadata(), extractor);
    List<Row> rows =
        features
            .where(col("features").isNotNull())
            .select("path", "features")
            .orderBy("path")
            .collectAsList();
    float[][] values = new float[rows.size()][];
    int[] targets = new int[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats(rows.get(i).getList(1));
      targets[i] = labels.indexOf(labelOf.apply(rows.get(i).getString(0)));
    }
    return FeatureSet.of(values, targets, labels).withFingerprint(extractor.fingerprint());
  }

  private static void requireSame(Metadata metadata, ExtractorDescription extractor)
      throws IOException {
    String found =
        metadata.contains(Features.FINGERPRINT) ? metadata.getString(Features.FINGERPRINT) : "none";
    if (!found.equals(extractor.fingerprint())) {
      throw new IOException(
          "These features were computed by another extractor (fingerprint "
              + found
              + ") than "
              + extractor
              + " (fingerprint "
              + extractor.fingerprint()
              + ").");
    }
  }

  private static float[] floats(List<Float> list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }
}
