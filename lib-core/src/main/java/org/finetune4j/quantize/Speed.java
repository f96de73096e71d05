package org.finetune4j.quantize;

import java.util.List;
import java.util.function.LongSupplier;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;

/**
 * How much faster one classifier is than another on this machine, right now.
 *
 * @param single how many times as fast it answers one picture
 * @param batch how many times as fast it answers many
 */
record Speed(double single, double batch) {
  private static final int ROUNDS = 7;

  /** What a clock shows differs from run to run by a few percent. */
  private static final double NOISE = 0.95;

  /**
   * Lets both answer in turn, so that what else the machine does meets both, and compares the
   * quickest of seven answers.
   *
   * @param clock in nanoseconds
   */
  static Speed of(
      ImageClassifier before, ImageClassifier after, List<Image> pictures, LongSupplier clock) {
    return new Speed(
        ratio(before, after, pictures.subList(0, 1), clock), ratio(before, after, pictures, clock));
  }

  private static double ratio(
      ImageClassifier before, ImageClassifier after, List<Image> pictures, LongSupplier clock) {
    before.probabilities(pictures); // opens the session
    after.probabilities(pictures);
    long quickestBefore = Long.MAX_VALUE;
    long quickestAfter = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      quickestBefore = Math.min(quickestBefore, time(before, pictures, clock));
      quickestAfter = Math.min(quickestAfter, time(after, pictures, clock));
    }
    return quickestBefore / (double) Math.max(1, quickestAfter);
  }

  private static long time(ImageClassifier classifier, List<Image> pictures, LongSupplier clock) {
    long start = clock.getAsLong();
    classifier.probabilities(pictures);
    return clock.getAsLong() - start;
  }

  /** Returns whether nothing is gained, neither with one picture nor with many. */
  boolean isLoss() {
    return single < NOISE || batch < NOISE || Math.max(single, batch) <= 1;
  }
}
