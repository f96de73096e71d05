package org.finetune4j.train.loop;

import java.util.Locale;
import java.util.Optional;

/**
 * Tells a learning rate that is too high by the loss, long before weights become infinite: a loss
 * far above where it began, and above what guessing gives.
 */
public final class LossWatch {
  private static final double STEP_FACTOR = 10;
  private static final double EPOCH_FACTOR = 2;

  private final double guessing;
  private double first = Double.NaN;
  private boolean said;

  /**
   * @param guessing the loss of who knows nothing about the samples
   */
  public LossWatch(double guessing) {
    this.guessing = guessing;
  }

  /** Returns a warning the first time that there is reason for one. */
  public Optional<String> step(int epoch, int step, double rate, double loss) {
    if (Double.isNaN(first)) {
      first = loss;
    }
    return said || loss <= STEP_FACTOR * Math.max(first, guessing)
        ? Optional.empty()
        : said("step " + step + " of epoch " + epoch, rate, loss);
  }

  /** Returns a warning if there was none yet and the whole epoch is worse than guessing. */
  public Optional<String> epoch(int epoch, double rate, double loss) {
    double start = Double.isNaN(first) ? guessing : Math.max(first, guessing);
    return said || loss <= EPOCH_FACTOR * start
        ? Optional.empty()
        : said("epoch " + epoch, rate, loss);
  }

  private Optional<String> said(String when, double rate, double loss) {
    said = true;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "The loss rises: %.3g at %s, %.3g in the first step, %.3g by guessing. The learning"
                + " rate, %.3g, is too high; try a tenth of it",
            loss,
            when,
            first,
            guessing,
            rate));
  }
}
