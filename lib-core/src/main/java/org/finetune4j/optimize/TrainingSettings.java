package org.finetune4j.optimize;

/**
 * How the steps of a training change weights.
 *
 * @param optimizer the rule of a step
 * @param loss what is minimized
 * @param batchNorm what batch normalization does meanwhile
 * @param l2 factor of the sum of squared kernel values that is added to the loss (Keras {@code
 *     regularizers.L2}); biases, gamma and beta are left out
 * @param clipping what happens to large gradients
 * @param layerDecay what the learning rate is multiplied by for each layer with a kernel, counted
 *     from the last one backwards; 1 trains all layers alike
 */
public record TrainingSettings(
    Optimizer optimizer,
    Loss loss,
    BatchNormPolicy batchNorm,
    double l2,
    GradientClipping clipping,
    double layerDecay) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if l2 is negative, or the layer decay is not above 0 to 1
   */
  public TrainingSettings {
    if (!(l2 >= 0) || Double.isInfinite(l2)) {
      throw new IllegalArgumentException("An L2 penalty is 0 or more, not " + l2 + ".");
    }
    if (!(layerDecay > 0 && layerDecay <= 1)) {
      throw new IllegalArgumentException(
          "A layer decay is above 0 and at most 1, not " + layerDecay + ".");
    }
  }

  /** Returns plain cross-entropy, frozen statistics, no penalty, no clipping. */
  public static TrainingSettings of(Optimizer optimizer) {
    return new TrainingSettings(
        optimizer,
        Loss.crossEntropy(),
        BatchNormPolicy.FROZEN_STATISTICS,
        0,
        GradientClipping.none(),
        1);
  }

  /** Returns these settings with another loss. */
  public TrainingSettings loss(Loss newLoss) {
    return new TrainingSettings(optimizer, newLoss, batchNorm, l2, clipping, layerDecay);
  }

  /** Returns these settings with another treatment of batch normalization. */
  public TrainingSettings batchNorm(BatchNormPolicy newBatchNorm) {
    return new TrainingSettings(optimizer, loss, newBatchNorm, l2, clipping, layerDecay);
  }

  /** Returns these settings with another L2 penalty. */
  public TrainingSettings l2(double newL2) {
    return new TrainingSettings(optimizer, loss, batchNorm, newL2, clipping, layerDecay);
  }

  /** Returns these settings with another clipping. */
  public TrainingSettings clipping(GradientClipping newClipping) {
    return new TrainingSettings(optimizer, loss, batchNorm, l2, newClipping, layerDecay);
  }

  /** Returns these settings with another layer decay. */
  public TrainingSettings layerDecay(double newLayerDecay) {
    return new TrainingSettings(optimizer, loss, batchNorm, l2, clipping, newLayerDecay);
  }
}
