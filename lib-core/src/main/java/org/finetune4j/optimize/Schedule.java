package org.finetune4j.optimize;

import java.util.OptionalDouble;

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

  /**
   * Returns the momentum of a step, if the schedule moves that too: of SGD with momentum, or the
   * first beta of Adam and AdamW. Empty unless the schedule says otherwise.
   *
   * @param step number of the step, from 0
   * @param totalSteps how many steps the training has at most
   */
  default OptionalDouble momentum(long step, long totalSteps) {
    return OptionalDouble.empty();
  }

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
   * Returns half a cosine that begins anew several times (Loshchilov and Hutter 2017), each cycle
   * as long as the one before it.
   *
   * @param cycles how many cycles the whole training has, at least 1
   */
  static Schedule cosineRestarts(int cycles) {
    return cosineRestarts(cycles, 1, 1, 0);
  }

  /**
   * Returns half a cosine that begins anew several times (Keras {@code CosineDecayRestarts}; with a
   * {@code lower} of 1 PyTorch's {@code CosineAnnealingWarmRestarts}).
   *
   * @param cycles how many cycles the whole training has, at least 1
   * @param longer how many times as long as the one before it each cycle is, at least 1 (Keras
   *     {@code t_mul}); 2 is usual
   * @param lower what the height of each cycle is multiplied by, above 0 to 1 (Keras {@code m_mul})
   * @param floor the lowest factor, from 0 to below 1 (Keras {@code alpha})
   */
  static Schedule cosineRestarts(int cycles, double longer, double lower, double floor) {
    return new Schedules.CosineRestarts(cycles, longer, lower, floor);
  }

  /**
   * Returns a rate that falls by the same share in every step (Keras {@code ExponentialDecay} over
   * all steps, PyTorch {@code ExponentialLR}).
   *
   * @param last the factor that the end of the training comes to, above 0 to 1
   */
  static Schedule exponential(double last) {
    return new Schedules.Exponential(last);
  }

  /**
   * Returns one cycle: from 1/25 up to 1 over the first 30 % of the steps, and down to 1/100,000,
   * both along half a cosine (Smith and Topin 2018), at the positions of fastai's {@code
   * fit_one_cycle}: step s of n stands at s / n, so that the first step of a training learns with
   * 1/25 of the rate, however few steps there are.
   */
  static Schedule oneCycle() {
    return oneCycle(0.3, 1.0 / 25);
  }

  /**
   * Returns one cycle of another form.
   *
   * @param rise share of the steps that go up, above 0 and below 1 (fastai's {@code pct_start})
   * @param first the first factor, above 0 to 1 (1 / {@code div}); the last is 1/100,000 (1 /
   *     {@code div_final})
   */
  static Schedule oneCycle(double rise, double first) {
    return new Schedules.OneCycle(rise, first, 1e-5);
  }

  /**
   * Returns one cycle, as {@link #oneCycle()}, whose momentum falls from 0.95 to 0.85 while the
   * rate rises, and rises to 0.95 again while it falls (fastai's {@code moms}).
   */
  static Schedule oneCycleWithMomentum() {
    return oneCycleWithMomentum(0.3, 1.0 / 25, 0.95, 0.85);
  }

  /**
   * Returns one cycle of another form that moves the momentum too.
   *
   * @param rise share of the steps that go up, above 0 and below 1
   * @param first the first factor of the rate, above 0 to 1
   * @param high the momentum at both ends, from 0 to below 1
   * @param low the momentum where the rate is highest, from 0 to {@code high}
   */
  static Schedule oneCycleWithMomentum(double rise, double first, double high, double low) {
    return new Schedules.OneCycleWithMomentum(new Schedules.OneCycle(rise, first, 1e-5), high, low);
  }

  /**
   * Returns this schedule behind a linear rise from near 0 to its first factor (PyTorch's {@code
   * LinearLR} from 1 / (steps + 1) to 1, then this).
   *
   * @param steps how many steps the rise takes, 0 or more; the schedule has the rest. A training of
   *     fewer steps rises in all but its last step
   */
  default Schedule warmUp(long steps) {
    return new Schedules.WarmUp(steps, this);
  }

  /**
   * Returns this schedule behind a linear rise, as {@link #warmUp}, that takes a share of all
   * steps.
   *
   * @param share from 0 to below 1; 0.05 to 0.1 is usual
   */
  default Schedule warmUpShare(double share) {
    return new Schedules.WarmUpShare(share, this);
  }
}
