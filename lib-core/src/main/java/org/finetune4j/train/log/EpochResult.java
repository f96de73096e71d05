package org.finetune4j.train.log;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one epoch brought.
 *
 * @param stage the stage of a staged plan, from 1 on; always 1 without a plan
 * @param epoch the epoch within the stage, from 1 on
 * @param learningRate the rate of the epoch's last step
 * @param loss the mean loss over the training samples, measured while they were learned (dropout
 *     and augmentation on), as Keras reports it
 * @param accuracy the share of training samples that were right at that moment, 0 to 1; for numbers
 *     R2, the share of their variance that was explained, which may be below 0
 * @param validationLoss the mean cross-entropy (of numbers, the mean squared error in standard
 *     deviations) over the validation samples after the epoch, if there are any: without label
 *     smoothing, class weights and penalty, which loss has
 * @param validationAccuracy the share of validation samples that are right after the epoch
 * @param duration how long the epoch took, validation included
 * @param measure what accuracy is
 * @param metrics what else was asked for, by name, measured on the validation samples
 */
public record EpochResult(
    int stage,
    int epoch,
    double learningRate,
    double loss,
    double accuracy,
    OptionalDouble validationLoss,
    OptionalDouble validationAccuracy,
    Duration duration,
    Measure measure,
    Map<String, Double> metrics) {
  /** Copies the metrics. */
  public EpochResult {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** Makes an epoch of labels. */
  public EpochResult(
      int stage,
      int epoch,
      double learningRate,
      double loss,
      double accuracy,
      OptionalDouble validationLoss,
      OptionalDouble validationAccuracy,
      Duration duration) {
    this(
        stage,
        epoch,
        learningRate,
        loss,
        accuracy,
        validationLoss,
        validationAccuracy,
        duration,
        Measure.ACCURACY,
        Map.of());
  }
}
