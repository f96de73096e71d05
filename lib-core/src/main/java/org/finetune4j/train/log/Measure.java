package org.finetune4j.train.log;

import java.util.Locale;
import org.finetune4j.network.Activation;
import org.finetune4j.optimize.Loss;

/** How good the answers of a training are, beside its loss. */
public enum Measure {
  /** The share of samples whose label is right, 0 to 1. */
  ACCURACY {
    @Override
    public double guessing(int outputs) {
      return Math.log(Math.max(2, outputs));
    }

    @Override
    public double loss(float[] outputs, float[] targets, int columns, Loss loss) {
      double sum = 0;
      for (int i = 0; i < targets.length; i++) {
        sum -= targets[i] == 1 ? Math.log(Math.max(SMALLEST, outputs[i])) : 0;
      }
      return sum * columns / targets.length;
    }

    @Override
    public double right(float[] outputs, float[] targets, int columns, Loss loss) {
      int right = 0;
      for (int first = 0; first < targets.length; first += columns) {
        int best = 0;
        for (int c = 1; c < columns; c++) {
          best = outputs[first + c] > outputs[first + best] ? c : best;
        }
        right += targets[first + best] == 1 ? 1 : 0;
      }
      return right;
    }

    @Override
    public String text(double value) {
      return String.format(Locale.ROOT, "accuracy %.1f %%", 100 * value);
    }
  },

  /**
   * The share of answers about tags that are right at a threshold of 0.5, 0 to 1: Keras's {@code
   * binary_accuracy}. Of two labels behind one sigmoid it is the accuracy.
   */
  TAG_ACCURACY {
    @Override
    public double guessing(int outputs) {
      return Math.log(2);
    }

    @Override
    public double loss(float[] outputs, float[] targets, int columns, Loss loss) {
      double sum = 0;
      for (int i = 0; i < targets.length; i++) {
        double right = targets[i] == 1 ? outputs[i] : 1 - outputs[i];
        sum -= Math.log(Math.max(SMALLEST, right));
      }
      return sum / targets.length;
    }

    @Override
    public double right(float[] outputs, float[] targets, int columns, Loss loss) {
      int right = 0;
      for (int i = 0; i < targets.length; i++) {
        right += outputs[i] >= 0.5f == (targets[i] == 1) ? 1 : 0;
      }
      return (double) right / columns;
    }

    @Override
    public String text(double value) {
      return String.format(Locale.ROOT, "accuracy %.1f %%", 100 * value);
    }
  },

  /**
   * The share of the training numbers' variance that the answers explain: 1 at best, 0 for their
   * mean, below for worse.
   */
  R2 {
    @Override
    public double guessing(int outputs) {
      return 1;
    }

    @Override
    public double loss(float[] outputs, float[] targets, int columns, Loss loss) {
      double sum = 0;
      for (int i = 0; i < targets.length; i++) {
        double deviation =
            loss.objective() instanceof Loss.OfNumbers numbers && !numbers.deviations().isEmpty()
                ? numbers.deviations().get(i % columns)
                : 1;
        double error = (outputs[i] - targets[i]) / deviation;
        sum += error * error;
      }
      return sum / targets.length;
    }

    @Override
    public double right(float[] outputs, float[] targets, int columns, Loss loss) {
      return (1 - loss(outputs, targets, columns, loss)) * targets.length / columns;
    }

    @Override
    public String text(double value) {
      return String.format(Locale.ROOT, "R2 %.3f", value);
    }
  };

  /** Keras clips probabilities here before it takes their logarithm. */
  private static final double SMALLEST = 1e-7;

  /** Returns how the answers of a network are measured. */
  public static Measure of(Activation last) {
    return switch (last) {
      case SOFTMAX -> ACCURACY;
      case SIGMOID -> TAG_ACCURACY;
      default -> R2;
    };
  }

  /** Returns the loss of who knows nothing about the samples. */
  public abstract double guessing(int outputs);

  /**
   * Returns the mean loss of some samples, without smoothing, weights and penalties.
   *
   * @param outputs what the network says, one row per sample
   * @param targets what is right, one row per sample
   * @param columns values in a row
   * @param loss knows the deviations of numbers
   */
  public abstract double loss(float[] outputs, float[] targets, int columns, Loss loss);

  /** Returns the sum of this measure over some samples. */
  public abstract double right(float[] outputs, float[] targets, int columns, Loss loss);

  /** Returns a value as people read it, for example {@code accuracy 95.0 %}. */
  public abstract String text(double value);
}
