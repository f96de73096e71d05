package org.finetune4j.train.loop;

import java.io.IOException;
import org.finetune4j.engine.train.TrainableNetwork;
import org.finetune4j.engine.train.WhatTrains;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.OptionsBuilder;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.train.input.EpochOrder;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.log.LearningRateSweep;
import org.finetune4j.weights.Weights;

/**
 * Trains a copy of a network with a learning rate that grows from step to step, and looks at its
 * loss. The copy is thrown away.
 *
 * @param from the first learning rate
 * @param to the one it grows towards
 * @param steps how many steps at most
 */
public record RateFinder(double from, double to, int steps) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the rates are not above 0 and growing, or there is no step
   */
  public RateFinder {
    Optimizer.requirePositive("The first rate of a sweep", from);
    Optimizer.requirePositive("The last rate of a sweep", to);
    OptionsBuilder.atLeastOne("A sweep takes", steps, "step");
    if (to <= from) {
      throw new IllegalArgumentException(
          "The rates of a sweep grow, but they go from " + from + " to " + to + ".");
    }
  }

  /** Sweeps over the samples, as often as it takes. */
  public LearningRateSweep sweep(
      TrainingOptions options,
      Network network,
      Weights start,
      WhatTrains trains,
      SampleSource train)
      throws IOException {
    RateMeter meter = new RateMeter(from, to, steps);
    try (TrainableNetwork engine = TrainableNetwork.create(network, start, options, trains)) {
      boolean goesOn = true;
      for (int epoch = 0; goesOn; epoch++) {
        EpochOrder order = EpochOrder.of(train, options, 1, epoch, !engine.statisticsTrain());
        try (StepBatches batches = new StepBatches(options, train, order, 1, epoch, 0)) {
          while (goesOn && batches.hasNext()) {
            goesOn = meter.goesOn(batches.step(engine, meter.rate()).result().loss());
          }
        }
      }
    }
    return meter.sweep();
  }
}
