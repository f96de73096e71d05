package org.finetune4j.train.log;

import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.finetune4j.evaluate.Evaluation;

/**
 * A number that is measured on the validation samples after every epoch, beside loss and accuracy.
 *
 * <pre>{@code
 * .metric(EpochMetric.of("top3", evaluation -> evaluation.topK(3)))
 * .metric(EpochMetric.topK(5))
 * }</pre>
 *
 * @param name what it is called in histories and logs: letters, digits and underscores
 * @param of computes it from the answers to all validation samples
 */
public record EpochMetric(String name, ToDoubleFunction<Evaluation> of) {
  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is empty or has other characters
   */
  public EpochMetric {
    if (!name.matches("\\w+")) {
      throw new IllegalArgumentException(
          "The name of a metric has letters, digits and underscores, unlike '" + name + "'.");
    }
  }

  /** Returns a metric. */
  public static EpochMetric of(String name, ToDoubleFunction<Evaluation> of) {
    return new EpochMetric(name, Objects.requireNonNull(of, "of"));
  }

  /** Returns the share of samples whose label is among the k most probable ones. */
  public static EpochMetric topK(int k) {
    return of("top" + k, evaluation -> evaluation.topK(k));
  }
}
