package org.finetune4j.quantize;

import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageModel;

/**
 * How much faster one model was than another on one machine, decoding and resizing of pictures not
 * counted.
 *
 * @param single how many times as fast it answered one picture
 * @param batch how many times as fast it answered many
 * @param pictures how many
 */
public record Speed(double single, double batch, int pictures) {
  private static final int ROUNDS = 7;
  private static final int ROUNDS_OF_ONE = 21;

  /** What a clock shows differs from run to run by a few percent. */
  private static final double NOISE = 0.95;

  /**
   * Lets both answer in turn, so that what else the machine does meets both, and compares the
   * quickest of several answers.
   *
   * @param pictures at the input size, so that the models' own work is what is timed
   * @param clock in nanoseconds
   */
  static Speed of(
      ImageModel<?, ?> before, ImageModel<?, ?> after, List<Image> pictures, LongSupplier clock) {
    return new Speed(
        ratio(before, after, pictures.subList(0, 1), clock),
        ratio(before, after, pictures, clock),
        pictures.size());
  }

  private static double ratio(
      ImageModel<?, ?> before, ImageModel<?, ?> after, List<Image> pictures, LongSupplier clock) {
    before.predictAll(pictures); // opens the session
    after.predictAll(pictures);
    long quickestBefore = Long.MAX_VALUE;
    long quickestAfter = Long.MAX_VALUE;
    int rounds = pictures.size() == 1 ? ROUNDS_OF_ONE : ROUNDS;
    for (int i = 0; i < rounds; i++) {
      quickestBefore = Math.min(quickestBefore, time(before, pictures, clock));
      quickestAfter = Math.min(quickestAfter, time(after, pictures, clock));
    }
    return quickestBefore / (double) Math.max(1, quickestAfter);
  }

  private static long time(ImageModel<?, ?> model, List<Image> pictures, LongSupplier clock) {
    long start = clock.getAsLong();
    model.predictAll(pictures);
    return clock.getAsLong() - start;
  }

  /** Returns whether nothing is gained, neither with one picture nor with many. */
  boolean isLoss() {
    return single < NOISE || batch < NOISE || Math.max(single, batch) <= 1;
  }

  /** Returns for example {@code 2.91 times as fast as float32 with one picture, 3.2 with 16}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.2f times as fast as float32 with one picture, %.2f times with %d",
        single,
        batch,
        pictures);
  }
}
