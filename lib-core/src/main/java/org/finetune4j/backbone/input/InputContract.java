package org.finetune4j.backbone.input;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.finetune4j.preprocess.Preprocessing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the first batch and warns if what reaches the first layer is far from what the weights
 * were trained on. Scaling twice, or not at all, throws no error anywhere: accuracy is just worse.
 */
public final class InputContract {
  private static final Logger LOG = LoggerFactory.getLogger(InputContract.class);

  /** Of scaled pixels, whatever the mean and deviation: ImageNet's end below 3. */
  private static final double LARGEST_SCALED = 4;

  /**
   * The usual ways of scaling to about 1 are within 5 of each other; 0 to 255 is 58 or more away.
   */
  private static final double FACTOR = 8;

  private final String owner;
  private final Preprocessing actual;
  private final Preprocessing expected;
  private final AtomicBoolean checked = new AtomicBoolean();
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  /**
   * Starts.
   *
   * @param owner named in messages
   * @param actual what happens to pixels
   * @param expected what the weights were trained with
   */
  public InputContract(String owner, Preprocessing actual, Preprocessing expected) {
    this.owner = owner;
    this.actual = actual;
    this.expected = expected;
  }

  /** Checks the first batch that comes; its position stays where it is. */
  public void check(FloatBuffer pixels) {
    if (!checked.getAndSet(true)) {
      checkPixels(Statistics.of(pixels));
    }
  }

  private void checkPixels(Statistics pixels) {
    boolean flat = pixels.deviation == 0;
    boolean scaled = pixels.smallest >= -LARGEST_SCALED && pixels.largest <= LARGEST_SCALED;
    boolean outside = pixels.smallest < -1 || pixels.largest > 256;
    if (!flat && (scaled || outside)) {
      warn(
          owner
              + ": pictures are read as RGB, 0 to 255, but the first batch holds "
              + pixels
              + ". Were they scaled, or their mean subtracted, already? The backbone does that"
              + " itself; hand over pixels as they are.");
      return;
    }
    double ratio = factor(actual) / factor(expected);
    if (!flat && (ratio > FACTOR || ratio < 1 / FACTOR)) {
      warn(
          owner
              + ": the first layer gets values with "
              + described(actual, pixels)
              + " from the first batch; the weights were published for "
              + described(expected, pixels)
              + ". Is the preprocessing that was set, "
              + actual.toJson()
              + ", the one they were trained with? Published: "
              + expected.toJson()
              + ".");
    }
  }

  /** Logs and keeps something odd about what is read. */
  public void warn(String warning) {
    LOG.warn(warning);
    warnings.add(warning);
  }

  /** Returns what was found odd so far. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  private static String described(Preprocessing preprocessing, Statistics pixels) {
    return "mean "
        + rounded(mean(preprocessing, pixels.mean))
        + " and deviation "
        + rounded(Math.abs(factor(preprocessing)) * pixels.deviation);
  }

  private static double factor(Preprocessing preprocessing) {
    return preprocessing.scale().stream().mapToDouble(Math::abs).average().orElseThrow();
  }

  /** Returns the mean over the channels behind the preprocessing. */
  private static double mean(Preprocessing preprocessing, double pixel) {
    double sum = 0;
    for (int channel = 0; channel < 3; channel++) {
      sum += (pixel - preprocessing.mean().get(channel)) * preprocessing.scale().get(channel);
    }
    return sum / 3;
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  /** What a batch holds. */
  private record Statistics(double smallest, double largest, double mean, double deviation) {
    static Statistics of(FloatBuffer pixels) {
      double smallest = Double.POSITIVE_INFINITY;
      double largest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      double squares = 0;
      for (int i = pixels.position(); i < pixels.limit(); i++) {
        double value = pixels.get(i);
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
        sum += value;
        squares += value * value;
      }
      double mean = sum / pixels.remaining();
      double variance = Math.max(0, squares / pixels.remaining() - mean * mean);
      return new Statistics(smallest, largest, mean, Math.sqrt(variance));
    }

    /** Returns for example {@code values from 0 to 1 (mean 0.459, deviation 0.221)}. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "values from %.3g to %.3g (mean %.3g, deviation %.3g)",
          smallest,
          largest,
          mean,
          deviation);
    }
  }
}
