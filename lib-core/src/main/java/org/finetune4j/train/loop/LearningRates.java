package org.finetune4j.train.loop;

import java.util.OptionalDouble;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.train.log.TrainingHistory;

/** The learning rate of each step: the optimizer's, by the schedule, reduced on plateaus. */
final class LearningRates {
  private final TrainingOptions options;
  private final long steps;

  /**
   * @param steps how many each epoch has
   */
  LearningRates(TrainingOptions options, int steps) {
    this.options = options;
    this.steps = steps;
  }

  /**
   * Returns the rate of a step.
   *
   * @param before the epochs of the stage so far
   * @param step the step of the epoch after these, from 0 on
   * @throws IllegalArgumentException if the schedule gives no rate
   */
  double of(TrainingHistory before, int step) {
    long sofar = before.epochs().size() * steps + step;
    long total = options.epochs() * steps;
    double factor = options.schedule().factor(sofar, total);
    if (!(factor >= 0 && factor <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "A schedule gives finite factors of 0 or more, but "
              + options.schedule()
              + " gives "
              + factor
              + " at step "
              + sofar
              + " of "
              + total
              + ".");
    }
    return options.optimizer().learningRate() * factor * reduction(before);
  }

  /** Returns the momentum of a step, where the schedule moves it. */
  OptionalDouble momentum(TrainingHistory before, int step) {
    return options
        .schedule()
        .momentum(before.epochs().size() * steps + step, options.epochs() * steps);
  }

  private double reduction(TrainingHistory before) {
    return options.plateau().isEmpty()
        ? 1
        : options.plateau().get().factorAfter(before.validationLosses());
  }
}
