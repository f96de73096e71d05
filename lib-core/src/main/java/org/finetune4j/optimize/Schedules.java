package org.finetune4j.optimize;

import java.util.Locale;

/** The schedules, as values that print and compare. */
final class Schedules {
  private Schedules() {}

  record Constant() implements Schedule {
    @Override
    public double factor(long step, long totalSteps) {
      return 1;
    }
  }

  record Step(double drop, int drops) implements Schedule {
    Step {
      if (!(drop > 0 && drop <= 1) || drops < 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "A step schedule drops at least once, by a factor above 0 to 1, not %d times by %s.",
                drops,
                drop));
      }
    }

    @Override
    public double factor(long step, long totalSteps) {
      return Math.pow(drop, Math.floor(share(step, totalSteps) * (drops + 1)));
    }
  }

  record Cosine(double floor) implements Schedule {
    Cosine {
      Optimizer.requireShare("The floor of a cosine schedule", floor);
    }

    @Override
    public double factor(long step, long totalSteps) {
      return between(1, floor, share(step, totalSteps));
    }
  }

  record OneCycle(double rise, double first, double last) implements Schedule {
    OneCycle {
      if (!(rise > 0 && rise < 1) || !(first > 0 && first <= 1)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "One cycle rises over a share of the steps above 0 and below 1, from a factor above"
                    + " 0 to 1, not over %s from %s.",
                rise,
                first));
      }
    }

    @Override
    public double factor(long step, long totalSteps) {
      double peak = rise * totalSteps - 1;
      double end = totalSteps - 1;
      if (step <= peak) {
        return peak == 0 ? 1 : between(first, 1, step / peak);
      }
      return end <= peak ? 1 : between(1, last, Math.min(1, (step - peak) / (end - peak)));
    }
  }

  record WarmUp(long steps, Schedule then) implements Schedule {
    WarmUp {
      if (steps < 0) {
        throw new IllegalArgumentException("A warm-up has 0 steps or more, not " + steps + ".");
      }
    }

    @Override
    public double factor(long step, long totalSteps) {
      long rest = Math.max(1, totalSteps - steps);
      return step < steps
          ? then.factor(0, rest) * (step + 1) / (steps + 1)
          : then.factor(step - steps, rest);
    }
  }

  private static double share(long step, long totalSteps) {
    return Math.min((double) step / Math.max(1, totalSteps), Math.nextDown(1.0));
  }

  private static double between(double start, double end, double share) {
    return end + (start - end) / 2 * (1 + Math.cos(Math.PI * share));
  }
}
