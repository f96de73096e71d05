package org.finetune4j.engine.onnx.file;

import java.io.IOException;

/**
 * How many small things one file may hold in all. A name of one letter takes three bytes of a file
 * and fifty of memory, so it is their number that is bounded, far above that of any model.
 */
final class ReadLimits {
  private static final int MOST_NAMES = 200_000;
  private static final int MOST_NUMBERS = 4_000_000;

  private int names;
  private int numbers;

  /** Counts a value that an operator reads or makes, or an attribute. */
  void name() throws IOException {
    if (++names > MOST_NAMES) {
      throw new IOException(
          "its operators have more than " + MOST_NAMES + " inputs, outputs and attributes");
    }
  }

  /** Counts a whole number of a tensor, or a number of an attribute, that is listed by itself. */
  void number() throws IOException {
    if (++numbers > MOST_NUMBERS) {
      throw new IOException(
          "it lists more than "
              + MOST_NUMBERS
              + " numbers one by one; weights are stored as bytes");
    }
  }
}
