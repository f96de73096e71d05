package org.finetune4j.train.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.finetune4j.provenance.Provenance;

/**
 * All epochs of a training run, in order.
 *
 * @param epochs what each epoch brought
 */
public record TrainingHistory(List<EpochResult> epochs) {
  /** Copies the epochs. */
  public TrainingHistory {
    epochs = List.copyOf(epochs);
  }

  /** Returns the history of training that knows no epochs. */
  public static TrainingHistory none() {
    return new TrainingHistory(List.of());
  }

  /** Returns a history with one more epoch. */
  public TrainingHistory with(EpochResult epoch) {
    Objects.requireNonNull(epoch, "epoch");
    List<EpochResult> more = new ArrayList<>(epochs);
    more.add(epoch);
    return new TrainingHistory(more);
  }

  /** Returns these facts and what the last epoch brought. */
  public Provenance recorded(Provenance facts) {
    Objects.requireNonNull(facts, "facts");
    if (epochs.isEmpty()) {
      return facts;
    }
    String name = last().measure() == Measure.R2 ? "r2" : "accuracy";
    Provenance more =
        facts
            .with("epochs", Integer.toString(epochs.size()))
            .with("training_" + name, Double.toString(last().accuracy()));
    return last().validationAccuracy().isPresent()
        ? more.with(
            "validation_" + name, Double.toString(last().validationAccuracy().getAsDouble()))
        : more;
  }

  /** Returns the last epoch. */
  public EpochResult last() {
    if (epochs.isEmpty()) {
      throw new IllegalStateException("No epoch has been trained yet.");
    }
    return epochs.get(epochs.size() - 1);
  }

  /**
   * Returns the index of the epoch with the smallest validation loss, the first of equals; empty
   * without validation.
   */
  public OptionalInt best() {
    return IntStream.range(0, epochs.size())
        .filter(i -> epochs.get(i).validationLoss().isPresent())
        .boxed()
        .min(
            (a, b) ->
                Double.compare(
                    epochs.get(a).validationLoss().orElseThrow(),
                    epochs.get(b).validationLoss().orElseThrow()))
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  /**
   * Returns the validation loss of each epoch.
   *
   * @throws java.util.NoSuchElementException if there was no validation
   */
  public double[] validationLosses() {
    return curve(epoch -> epoch.validationLoss().orElseThrow());
  }

  /** Returns one value of each epoch, for example {@code history.curve(EpochResult::loss)}. */
  public double[] curve(ToDoubleFunction<EpochResult> value) {
    return epochs.stream().mapToDouble(Objects.requireNonNull(value, "value")).toArray();
  }

  /**
   * Returns a curve as an exponential moving average: each point is {@code factor} times the
   * smoothed point before it plus {@code 1 - factor} times itself; the first point stays (Chollet,
   * Deep Learning with Python, section 5.3, {@code smooth_curve}).
   *
   * @param curve the raw points
   * @param factor how much of the past is kept, from 0 to below 1; the book takes 0.8
   */
  public static double[] smooth(double[] curve, double factor) {
    Objects.requireNonNull(curve, "curve");
    if (!(factor >= 0 && factor < 1)) {
      throw new IllegalArgumentException(
          "A smoothing factor is from 0 to below 1, not " + factor + ".");
    }
    double[] smoothed = curve.clone();
    for (int i = 1; i < smoothed.length; i++) {
      smoothed[i] = factor * smoothed[i - 1] + (1 - factor) * smoothed[i];
    }
    return smoothed;
  }

  /**
   * Returns for example {@code 5 epochs; the last: loss 0.1234, accuracy 95.0 %; validation: loss
   * 0.2345, accuracy 92.5 %; smallest validation loss in epoch 3}.
   */
  @Override
  public String toString() {
    if (epochs.isEmpty()) {
      return "no epoch";
    }
    EpochResult last = last();
    StringBuilder text = new StringBuilder();
    text.append(epochs.size()).append(epochs.size() == 1 ? " epoch" : " epochs; the last");
    text.append(": ").append(measured(last, last.loss(), last.accuracy()));
    if (last.validationLoss().isPresent() && last.validationAccuracy().isPresent()) {
      text.append("; validation: ")
          .append(
              measured(
                  last,
                  last.validationLoss().getAsDouble(),
                  last.validationAccuracy().getAsDouble()));
    }
    if (best().isPresent() && epochs.size() > 1) {
      text.append("; smallest validation loss in epoch ").append(best().getAsInt() + 1);
    }
    return text.toString();
  }

  private static String measured(EpochResult epoch, double loss, double accuracy) {
    return String.format(Locale.ROOT, "loss %.4f, ", loss) + epoch.measure().text(accuracy);
  }
}
