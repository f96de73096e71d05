package org.finetune4j.train.loop;

import java.util.ArrayList;
import java.util.List;
import org.finetune4j.train.log.LearningRateSweep;

/** Gathers the losses of a sweep, smoothed, until it has seen enough. */
public final class RateMeter {
  private static final double KEPT = 0.98;
  private static final double TOO_HIGH = 4;

  private final double from;
  private final double to;
  private final int steps;
  private final List<Double> rates = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();
  private double mean;
  private double best = Double.POSITIVE_INFINITY;

  /** Has seen nothing. */
  public RateMeter(double from, double to, int steps) {
    this.from = from;
    this.to = to;
    this.steps = steps;
  }

  /** Returns the learning rate of the next step. */
  public double rate() {
    return from * Math.pow(to / from, rates.size() / (double) steps);
  }

  /** Takes the loss of a step; returns whether there is another one. */
  public boolean goesOn(double loss) {
    if (!Double.isFinite(loss)) {
      return false;
    }
    rates.add(rate());
    mean = KEPT * mean + (1 - KEPT) * loss;
    double smooth = mean / (1 - Math.pow(KEPT, rates.size()));
    losses.add(smooth);
    best = Math.min(best, smooth);
    return smooth <= TOO_HIGH * best && rates.size() < steps;
  }

  /** Returns what was seen. */
  public LearningRateSweep sweep() {
    return new LearningRateSweep(rates, losses, steps);
  }
}
