package org.finetune4j.engine.train;

import java.util.List;
import java.util.Locale;
import org.finetune4j.engine.train.kernel.ActivationFunction;
import org.finetune4j.network.Activation;
import org.finetune4j.optimize.Loss;

/**
 * The end of the network: probabilities, loss, and the gradient by the values before softmax or
 * sigmoid, where they cancel against the logarithm of the loss.
 */
final class CrossEntropy implements OutputLoss {
  private final boolean softmax;
  private final int outputs;
  private final double smoothing;
  private final double[] classWeights;
  private final double[] positiveWeights;

  CrossEntropy(Activation activation, int outputs, Loss loss) {
    this.softmax = activation == Activation.SOFTMAX;
    this.outputs = outputs;
    this.smoothing = loss.labelSmoothing();
    List<Double> weights = loss.classWeights();
    this.classWeights = weights.stream().mapToDouble(w -> w).toArray();
    this.positiveWeights = loss.positiveWeights().stream().mapToDouble(w -> w).toArray();
    int classes = !softmax && outputs == 1 ? 2 : outputs;
    if (!weights.isEmpty() && weights.size() != classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "There is one class weight for each of the %d classes, not %d.",
              classes,
              weights.size()));
    }
  }

  @Override
  public float[] outputs(float[] logits, int n) {
    float[] probabilities = new float[n * outputs];
    for (int row = 0; row < n; row++) {
      int start = row * outputs;
      if (softmax) {
        softmax(logits, probabilities, start);
      } else {
        for (int i = start; i < start + outputs; i++) {
          probabilities[i] = ActivationFunction.sigmoid(logits[i]);
        }
      }
    }
    return probabilities;
  }

  private void softmax(float[] logits, float[] probabilities, int start) {
    double scale = logSumOfExponentials(logits, start);
    for (int i = start; i < start + outputs; i++) {
      probabilities[i] = (float) StrictMath.exp(logits[i] - scale);
    }
  }

  private double logSumOfExponentials(float[] logits, int start) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = start; i < start + outputs; i++) {
      largest = Math.max(largest, logits[i]);
    }
    double sum = 0;
    for (int i = start; i < start + outputs; i++) {
      sum += StrictMath.exp(logits[i] - largest);
    }
    return largest + StrictMath.log(sum);
  }

  @Override
  public double loss(float[] logits, float[] targets, float[] weights, int n) {
    double sum = 0;
    for (int row = 0; row < n; row++) {
      int start = row * outputs;
      double loss =
          softmax ? softmaxLoss(logits, targets, start) : sigmoidLoss(logits, targets, start);
      sum += weights.length == 0 ? loss : weights[row] * loss;
    }
    return sum / n;
  }

  private double softmaxLoss(float[] logits, float[] targets, int start) {
    double scale = logSumOfExponentials(logits, start);
    double total = total(targets, start);
    double sum = 0;
    for (int i = start; i < start + outputs; i++) {
      sum += share(targets[i], i - start, total) * (scale - logits[i]);
    }
    return sum;
  }

  private double sigmoidLoss(float[] logits, float[] targets, int start) {
    double sum = 0;
    for (int i = start; i < start + outputs; i++) {
      double z = logits[i];
      double softplus = Math.max(z, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
      int unit = i - start;
      sum += unitTotal(targets[i], unit) * softplus - unitShare(targets[i], unit) * z;
    }
    return sum / outputs;
  }

  @Override
  public void gradient(
      float[] logits, float[] probabilities, float[] targets, int rows, int n, float[] gradient) {
    for (int row = 0; row < rows; row++) {
      int start = row * outputs;
      double total = softmax ? total(targets, start) : 0;
      for (int i = start; i < start + outputs; i++) {
        int output = i - start;
        gradient[i] =
            (float)
                (softmax
                    ? (probabilities[i] * total - share(targets[i], output, total)) / n
                    : (probabilities[i] * unitTotal(targets[i], output)
                            - unitShare(targets[i], output))
                        / n
                        / outputs);
      }
    }
  }

  // The loss is linear in the targets: that of a soft target is the mixture of the losses of its
  // classes, each smoothed and with the class's weight.

  /** Returns the weight of a softmax row. */
  private double total(float[] targets, int start) {
    double total = 0;
    for (int i = 0; i < outputs; i++) {
      total += weight(i) * targets[start + i];
    }
    return total;
  }

  /** Returns what the logarithm of one softmax probability counts. */
  private double share(float target, int output, double total) {
    return weight(output) * target * (1 - smoothing) + total * smoothing / outputs;
  }

  /** Returns the weight of a sigmoid unit. */
  private double unitTotal(float target, int unit) {
    return unitWeight(unit, 1) * target + unitWeight(unit, 0) * (1 - target);
  }

  /** Returns what of a sigmoid unit's weight says yes. */
  private double unitShare(float target, int unit) {
    return unitWeight(unit, 1) * target * (1 - smoothing / 2)
        + unitWeight(unit, 0) * (1 - target) * smoothing / 2;
  }

  /** A single unit tells two classes apart and has both their weights. */
  private double unitWeight(int unit, int answer) {
    double positive = answer == 1 && positiveWeights.length > 0 ? positiveWeights[unit] : 1;
    return positive * weight(outputs == 1 ? answer : unit);
  }

  private double weight(int output) {
    return classWeights.length == 0 ? 1 : classWeights[output];
  }
}
