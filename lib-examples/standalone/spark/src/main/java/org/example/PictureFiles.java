package org.example;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Picture files as rows of {@code path} and {@code content}. */
public final class PictureFiles {
  private PictureFiles() {}

  /**
   * Returns the files below a folder; any that Spark reads: {@code file:}, {@code hdfs:}, {@code
   * s3a:}.
   *
   * @param pattern of the files' names, for example <code>*.{jpg,png}</code>
   */
  public static Dataset<Row> of(SparkSession spark, String folder, String pattern) {
    return spark
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", pattern)
        .load(folder)
        .select(col("path"), col("content"));
  }
}
