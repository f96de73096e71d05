package org.finetune4j.feature.row;

/** What is computed of single rows of numbers. */
public final class Vectors {
  private Vectors() {}

  /** Returns the sum of squares, in double precision. */
  public static double squares(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    return squares;
  }

  /**
   * Refuses what an index cannot be asked.
   *
   * @param k how many rows are asked for
   * @param columns how many numbers a row of the index has
   * @throws IllegalArgumentException if {@code k} is below 1, or the query has another length
   */
  public static void requireQuery(float[] query, int k, int columns) {
    if (k < 1) {
      throw new IllegalArgumentException("Ask for at least 1 match, not " + k + ".");
    }
    if (query.length != columns) {
      throw new IllegalArgumentException(
          "Rows of this index have "
              + columns
              + " numbers, but the query has "
              + query.length
              + ". Compute both with the same extractor.");
    }
  }
}
