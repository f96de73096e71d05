package org.finetune4j.engine.train;

import org.finetune4j.optimize.Distillation;

/** The part of a loss that compares softened probabilities with a teacher's. */
final class DistillationLoss {
  private final double temperature;
  private final double share;
  private final int outputs;

  DistillationLoss(Distillation how, int outputs) {
    this.temperature = how.temperature();
    this.share = how.share();
    this.outputs = outputs;
  }

  /** Returns the softened logarithms of the probabilities of a row. */
  private double[] logProbabilities(float[] logits, int start) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < outputs; i++) {
      largest = Math.max(largest, logits[start + i] / temperature);
    }
    double sum = 0;
    for (int i = 0; i < outputs; i++) {
      sum += StrictMath.exp(logits[start + i] / temperature - largest);
    }
    double scale = largest + StrictMath.log(sum);
    double[] logarithms = new double[outputs];
    for (int i = 0; i < outputs; i++) {
      logarithms[i] = logits[start + i] / temperature - scale;
    }
    return logarithms;
  }

  /**
   * Returns the mean loss of n rows, given that by the labels.
   *
   * @param teacher softened probabilities, one row per sample
   * @param weights what the loss of each row is multiplied by; empty for 1
   */
  double loss(double byLabels, float[] logits, float[] teacher, float[] weights, int n) {
    double sum = 0;
    for (int row = 0; row < n; row++) {
      double[] student = logProbabilities(logits, row * outputs);
      double divergence = 0;
      for (int i = 0; i < outputs; i++) {
        double p = teacher[row * outputs + i];
        divergence += p == 0 ? 0 : p * (StrictMath.log(p) - student[i]);
      }
      sum += weights.length == 0 ? divergence : weights[row] * divergence;
    }
    return (1 - share) * byLabels + share * temperature * temperature * sum / n;
  }

  /**
   * Turns the gradient of the loss by the labels into that of both together.
   *
   * @param first the first row of the teacher that belongs to the logits
   * @param rows how many rows
   * @param n how many rows the mean is over
   */
  void gradient(float[] logits, float[] teacher, int first, int rows, int n, float[] gradient) {
    for (int row = 0; row < rows; row++) {
      double[] student = logProbabilities(logits, row * outputs);
      for (int i = 0; i < outputs; i++) {
        double difference = StrictMath.exp(student[i]) - teacher[(first + row) * outputs + i];
        int at = row * outputs + i;
        gradient[at] = (float) ((1 - share) * gradient[at] + share * temperature * difference / n);
      }
    }
  }
}
