package org.finetune4j.finetune;

import java.util.List;
import java.util.Set;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.OptionsBuilder;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.optimize.TrainingOptions;

/**
 * Two stages after fastai's {@code Learner.fine_tune}, whose numbers are: freeze_epochs 1, base_lr
 * 2e-3, lr_mult 100, pct_start 0.99 and 0.3, div 25 and 5, weight decay 0.01. Other than there, the
 * second peak is a twentieth of the base rate instead of a half: fastai gives half the base rate to
 * the head only and a tenth of that to the layers before it, here rates fall by the layer.
 *
 * @param epochs of the second stage
 * @param baseRate the highest learning rate of the first
 */
record FineTunePreset(int epochs, double baseRate) {
  /** The options that the stages have of their own. */
  static final Set<String> OWN = Set.of("optimizer", "schedule", "epochs", "layerDecay");

  static final double BASE_RATE = 2e-3;
  private static final double SECOND_PEAK = 0.05;
  private static final double FIRST_LAYER = 0.01;
  private static final double WEIGHT_DECAY = 0.01;

  FineTunePreset {
    OptionsBuilder.atLeastOne("fineTune(...) takes", epochs, "epoch");
    Optimizer.requirePositive("A base learning rate", baseRate);
  }

  List<StagePlan> stages(Network network, String head, String first, TrainingOptions base) {
    TrainingOptions frozen =
        base.toBuilder()
            .optimizer(Optimizer.adamW(baseRate, WEIGHT_DECAY))
            .schedule(Schedule.oneCycle(0.99, 1.0 / 25))
            .epochs(1)
            .build();
    TrainingOptions unfrozen =
        base.toBuilder()
            .optimizer(Optimizer.adamW(baseRate * SECOND_PEAK, WEIGHT_DECAY))
            .layerDecay(decay(StagePlan.of(network, first, base).kernels()))
            .schedule(Schedule.oneCycle(0.3, 0.2))
            .epochs(epochs)
            .build();
    return List.of(StagePlan.of(network, head, frozen), StagePlan.of(network, first, unfrozen));
  }

  /** Returns the factor that takes the rate of so many layers down to the first layer's share. */
  private static double decay(int kernels) {
    return kernels < 2 ? 1 : Math.pow(FIRST_LAYER, 1.0 / (kernels - 1));
  }
}
