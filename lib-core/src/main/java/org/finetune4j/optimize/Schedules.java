package org.finetune4j.optimize;

import java.util.Locale;
import java.util.OptionalDouble;

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
      double position = share(step, totalSteps);
      return position < rise
          ? between(first, 1, position / rise)
          : between(1, last, (position - rise) / (1 - rise));
    }
  }

  record OneCycleWithMomentum(OneCycle cycle, double high, double low) implements Schedule {
    OneCycleWithMomentum {
      Optimizer.requireShare("The momentum at the ends of a cycle", high);
      if (!(low >= 0 && low <= high)) {
        throw new IllegalArgumentException(
            "The momentum of a cycle falls in its middle: from 0 to "
                + high
                + ", not to "
                + low
                + ".");
      }
    }

    @Override
    public double factor(long step, long totalSteps) {
      return cycle.factor(step, totalSteps);
    }

    @Override
    public OptionalDouble momentum(long step, long totalSteps) {
      double position = share(step, totalSteps);
      return OptionalDouble.of(
          position < cycle.rise
              ? between(high, low, position / cycle.rise)
              : between(low, high, (position - cycle.rise) / (1 - cycle.rise)));
    }
  }

  record CosineRestarts(int cycles, double longer, double lower, double floor) implements Schedule {
    CosineRestarts {
      if (cycles < 1 || !(longer >= 1 && longer < 1e6) || !(lower > 0 && lower <= 1)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Cosine restarts have at least 1 cycle, each at least as long as the one before and"
                    + " at most as high, not %d cycles, %s as long and %s as high.",
                cycles,
                longer,
                lower));
      }
      Optimizer.requireShare("The floor of cosine restarts", floor);
    }

    @Override
    public double factor(long step, long totalSteps) {
      double parts = 0;
      for (int i = 0; i < cycles; i++) {
        parts += Math.pow(longer, i);
      }
      double length = totalSteps / parts;
      double height = 1;
      double behind = step;
      // A step that stands on a boundary but for rounding belongs to the cycle that begins there.
      for (int i = 1; i < cycles && behind >= length * (1 - 1e-12); i++) {
        behind = Math.max(0, behind - length);
        length *= longer;
        height *= lower;
      }
      return floor + (1 - floor) * height * between(1, 0, Math.min(1, behind / length));
    }
  }

  record Exponential(double last) implements Schedule {
    Exponential {
      if (!(last > 0 && last <= 1)) {
        throw new IllegalArgumentException(
            "An exponential schedule ends at a factor above 0 to 1, not " + last + ".");
      }
    }

    @Override
    public double factor(long step, long totalSteps) {
      return Math.pow(last, share(step, totalSteps));
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
      long rise = Math.min(steps, totalSteps - 1);
      return step < rise
          ? then.factor(0, totalSteps - rise) * (step + 1) / (rise + 1)
          : then.factor(step - rise, totalSteps - rise);
    }

    @Override
    public OptionalDouble momentum(long step, long totalSteps) {
      long rise = Math.min(steps, totalSteps - 1);
      return then.momentum(Math.max(0, step - rise), totalSteps - rise);
    }
  }

  record WarmUpShare(double share, Schedule then) implements Schedule {
    WarmUpShare {
      Optimizer.requireShare("The share of a warm-up", share);
    }

    @Override
    public double factor(long step, long totalSteps) {
      return then.warmUp((long) (share * totalSteps)).factor(step, totalSteps);
    }

    @Override
    public OptionalDouble momentum(long step, long totalSteps) {
      return then.warmUp((long) (share * totalSteps)).momentum(step, totalSteps);
    }
  }

  private static double share(long step, long totalSteps) {
    return Math.min((double) step / Math.max(1, totalSteps), Math.nextDown(1.0));
  }

  private static double between(double start, double end, double share) {
    return end + (start - end) / 2 * (1 + Math.cos(Math.PI * share));
  }
}
