package org.finetune4j.optimize;

/**
 * How the learning rate changes over the steps of a training. A value; thread-safe. One of your own
 * is best a record: a checkpoint is found again by the schedule's {@code toString()}, and a
 * lambda's differs in every process.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * Returns what the learning rate is multiplied by.
   *
   * @param step number of the step, from 0
   * @param totalSteps how many steps the training has at most
   */
  double factor(long step, long totalSteps);

  /** Returns the same rate for all steps. */
  static Schedule constant() {
    return new Schedules.Constant();
  }

  /**
   * Returns a rate that drops at equal distances.
   *
   * @param drop what each drop multiplies by, above 0 to 1
   * @param drops how many drops the whole training has
   */
  static Schedule step(double drop, int drops) {
    return new Schedules.Step(drop, drops);
  }

  /** Returns half a cosine from 1 down to 0 (Loshchilov and Hutter 2017). */
  static Schedule cosine() {
    return cosine(0);
  }

  /**
   * Returns half a cosine from 1 down to a floor.
   *
   * @param floor the factor at the end, from 0 to below 1
   */
  static Schedule cosine(double floor) {
    return new Schedules.Cosine(floor);
  }

  /**
   * Returns one cycle: from 1/25 up to 1 over the first 30 % of the steps, and down to 1/250,000,
   * both along half a cosine (Smith and Topin 2018; the defaults of PyTorch's {@code OneCycleLR}).
   */
  static Schedule oneCycle() {
    return oneCycle(0.3, 1.0 / 25);
  }

  /**
   * Returns one cycle of another form.
   *
   * @param rise share of the steps that go up, above 0 and below 1 (PyTorch's {@code pct_start})
   * @param first the first factor, above 0 to 1 (1 / {@code div_factor}); the last is 1/10,000 of
   *     it
   */
  static Schedule oneCycle(double rise, double first) {
    return new Schedules.OneCycle(rise, first, first / 10_000);
  }

  /**
   * Returns this schedule behind a linear rise from near 0 to its first factor.
   *
   * @param steps how many steps the rise takes; the schedule has the rest
   */
  default Schedule warmUp(long steps) {
    return new Schedules.WarmUp(steps, this);
  }
}
