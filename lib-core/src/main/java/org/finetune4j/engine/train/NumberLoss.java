package org.finetune4j.engine.train;

import java.util.Arrays;
import org.finetune4j.optimize.Loss;

/** Squared or Huber error of numbers, in standard deviations. */
final class NumberLoss implements OutputLoss {
  private final int outputs;
  private final double[] deviations;
  private final double delta;

  NumberLoss(int outputs, Loss.OfNumbers loss) {
    this.outputs = outputs;
    this.deviations = new double[outputs];
    Arrays.setAll(deviations, i -> loss.deviations().isEmpty() ? 1 : loss.deviations().get(i));
    this.delta = loss instanceof Loss.Huber huber ? huber.delta() : 0;
  }

  @Override
  public float[] outputs(float[] logits, int n) {
    return Arrays.copyOf(logits, n * outputs);
  }

  private double error(float[] values, float[] targets, int i) {
    return ((double) values[i] - targets[i]) / deviations[i % outputs];
  }

  @Override
  public double loss(float[] values, float[] targets, float[] weights, int n) {
    double sum = 0;
    for (int i = 0; i < n * outputs; i++) {
      double error = Math.abs(error(values, targets, i));
      double loss = error * error;
      if (delta > 0) {
        loss = error <= delta ? loss / 2 : delta * (error - delta / 2);
      }
      sum += weights.length == 0 ? loss : weights[i / outputs] * loss;
    }
    return sum / n / outputs;
  }

  @Override
  public void gradient(
      float[] values, float[] same, float[] targets, int rows, int n, float[] gradient) {
    for (int i = 0; i < rows * outputs; i++) {
      double error = error(values, targets, i);
      double slope = delta > 0 ? Math.max(-delta, Math.min(delta, error)) : 2 * error;
      gradient[i] = (float) (slope / deviations[i % outputs] / n / outputs);
    }
  }
}
