package org.finetune4j.engine.train;

import org.finetune4j.network.Activation;
import org.finetune4j.optimize.Loss;

/** The end of a network that learns: what it says, and how wrong that is. */
interface OutputLoss {
  /** Returns what n rows of logits say: probabilities or numbers. */
  float[] outputs(float[] logits, int n);

  /**
   * Returns the mean loss of n rows.
   *
   * @param weights what the loss of each row is multiplied by; empty for 1
   */
  double loss(float[] logits, float[] targets, float[] weights, int n);

  /**
   * Writes the gradient of the mean loss by the logits of some rows.
   *
   * @param outputs what the logits say
   * @param rows how many
   * @param n how many rows the mean is over
   */
  void gradient(
      float[] logits, float[] outputs, float[] targets, int rows, int n, float[] gradient);

  /**
   * Returns the loss of a network.
   *
   * @param activation its last one
   * @param outputs values of a sample
   * @throws IllegalArgumentException if the loss does not fit the activation
   */
  static OutputLoss of(Activation activation, int outputs, Loss loss) {
    boolean numbers = loss.objective() instanceof Loss.OfNumbers;
    if (numbers != (activation == Activation.LINEAR)) {
      throw new IllegalArgumentException(
          "Labels and tags are learned behind softmax or sigmoid, numbers behind a linear layer, but"
              + " the last activation is "
              + activation
              + " and the loss "
              + loss.objective()
              + ".");
    }
    if (loss.objective() instanceof Loss.OfNumbers ofNumbers) {
      return new NumberLoss(outputs, ofNumbers);
    }
    if (loss.objective() instanceof Loss.Focal focal) {
      if (activation == Activation.SOFTMAX) {
        throw new IllegalArgumentException(
            "The focal loss is for tags, each behind a sigmoid, but the network ends in a softmax.");
      }
      return new FocalLoss(outputs, focal, loss.classWeights());
    }
    return new CrossEntropy(activation, outputs, loss);
  }
}
