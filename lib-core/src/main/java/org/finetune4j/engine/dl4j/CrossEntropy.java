package org.finetune4j.engine.dl4j;

import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.optimize.Loss;

/**
 * The end of the network: probabilities, loss, and the gradient by the values before softmax or
 * sigmoid, where they cancel against the logarithm of the loss.
 */
final class CrossEntropy {
  private final boolean softmax;
  private final int outputs;
  private final double smoothing;
  private final double[] classWeights;

  CrossEntropy(Activation activation, int outputs, Loss loss) {
    this.softmax = activation == Activation.SOFTMAX;
    this.outputs = outputs;
    this.smoothing = loss.labelSmoothing();
    List<Double> weights = loss.classWeights();
    this.classWeights = weights.stream().mapToDouble(w -> w).toArray();
    int classes = !softmax && outputs == 1 ? 2 : outputs;
    if (!weights.isEmpty() && weights.size() != classes) {
      throw new IllegalArgumentException(
          "There is one class weight for each of the %d classes, not %d."
              .formatted(classes, weights.size()));
    }
  }

  /** Returns the probabilities of n rows. */
  float[] probabilities(float[] logits, int n) {
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

  /** Returns the mean loss of n rows. */
  double loss(float[] logits, float[] targets, int n) {
    double sum = 0;
    for (int row = 0; row < n; row++) {
      int start = row * outputs;
      sum += softmax ? softmaxLoss(logits, targets, start) : sigmoidLoss(logits, targets, start);
    }
    return sum / n;
  }

  private double softmaxLoss(float[] logits, float[] targets, int start) {
    double scale = logSumOfExponentials(logits, start);
    double sum = 0;
    for (int i = start; i < start + outputs; i++) {
      sum += smooth(targets[i]) * (scale - logits[i]);
    }
    return sum * rowWeight(targets, start);
  }

  private double sigmoidLoss(float[] logits, float[] targets, int start) {
    double sum = 0;
    for (int i = start; i < start + outputs; i++) {
      double z = logits[i];
      double rest = StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
      sum += unitWeight(targets[i], i - start) * (Math.max(z, 0) - z * smooth(targets[i]) + rest);
    }
    return sum / outputs;
  }

  /** Writes the gradient of the mean loss by the logits. */
  void gradient(float[] probabilities, float[] targets, int n, float[] gradient) {
    for (int row = 0; row < n; row++) {
      int start = row * outputs;
      double weight = softmax ? rowWeight(targets, start) / n : 1.0 / n / outputs;
      double total = softmax ? smoothedTotal(targets, start) : 1;
      for (int i = start; i < start + outputs; i++) {
        double factor = softmax ? weight : weight * unitWeight(targets[i], i - start);
        gradient[i] = (float) (factor * (probabilities[i] * total - smooth(targets[i])));
      }
    }
  }

  private double smoothedTotal(float[] targets, int start) {
    double total = 0;
    for (int i = start; i < start + outputs; i++) {
      total += smooth(targets[i]);
    }
    return total;
  }

  private double smooth(float target) {
    return target * (1 - smoothing) + smoothing / (softmax ? outputs : 2);
  }

  private double rowWeight(float[] targets, int start) {
    if (classWeights.length == 0) {
      return 1;
    }
    double weight = 0;
    for (int i = 0; i < outputs; i++) {
      weight += classWeights[i] * targets[start + i];
    }
    return weight;
  }

  private double unitWeight(float target, int unit) {
    if (classWeights.length == 0) {
      return 1;
    }
    return outputs == 1
        ? classWeights[0] * (1 - target) + classWeights[1] * target
        : classWeights[unit];
  }
}
