package org.finetune4j.head;

import java.util.Locale;
import org.finetune4j.data.Quantity;
import org.finetune4j.data.Targets;
import org.finetune4j.data.Task;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * The end of a head: a softmax over labels, a sigmoid for each tag, or numbers. Numbers leave the
 * last dense layer in standard deviations from their mean, which are easily learned; one more layer
 * with fixed statistics turns them into their units.
 */
final class HeadOutputs {
  static final String UNITS = "head_units";

  /** Beyond these, float32 would lose digits or a layer would divide by nothing. */
  private static final double LEAST_DEVIATION = 1e-15;

  private static final double LARGEST_DEVIATION = 1e6;

  private HeadOutputs() {}

  /** Appends the last layers. */
  static Network end(NetworkBuilder network, Task task) {
    int outputs = task.outputs();
    if (task instanceof Task.OneLabel) {
      return network.dense("head_predictions", outputs, Activation.SOFTMAX).build();
    }
    if (task instanceof Task.Tags) {
      return network.dense("head_predictions", outputs, Activation.SIGMOID).build();
    }
    return network.dense("head_predictions", outputs).normalization(UNITS).build();
  }

  /**
   * Returns the tensors of the layer that gives numbers their units; none for labels and tags.
   *
   * @throws IllegalArgumentException if a number differs by too much or too little
   */
  static Weights units(Targets targets) {
    if (!(targets.task() instanceof Task.Numbers numbers)) {
      return Weights.empty();
    }
    int outputs = numbers.outputs();
    float[] mean = new float[outputs];
    float[] variance = new float[outputs];
    for (int output = 0; output < outputs; output++) {
      Scale scale = Scale.of(targets, output);
      Quantity quantity = numbers.quantities().get(output);
      if (!(scale.deviation >= LEAST_DEVIATION && scale.deviation <= LARGEST_DEVIATION)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "The standard deviation of a number is from %s to %s, but that of %s is %s. Give it in"
                    + " another unit.",
                LEAST_DEVIATION,
                LARGEST_DEVIATION,
                quantity,
                scale.deviation));
      }
      // (x - mean) / sqrt(variance), which is all the layer can do, here multiplies and adds.
      mean[output] = (float) (-scale.mean / scale.deviation);
      variance[output] = (float) (1 / (scale.deviation * scale.deviation));
    }
    return Weights.builder()
        .put(UNITS + "/mean", Tensor.of(mean, outputs))
        .put(UNITS + "/variance", Tensor.of(variance, outputs))
        .build();
  }

  /**
   * What an output is divided by.
   *
   * @param mean which is subtracted before
   */
  record Scale(double mean, double deviation) {
    /** Returns mean and population deviation of numbers; 0 and 1 for labels, tags and constants. */
    static Scale of(Targets targets, int output) {
      if (!(targets.task() instanceof Task.Numbers)) {
        return new Scale(0, 1);
      }
      double[] values = targets.column(output);
      double mean = 0;
      for (double value : values) {
        mean += value / values.length;
      }
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean) / values.length;
      }
      return new Scale(mean, squares == 0 ? 1 : Math.sqrt(squares));
    }

    double[] apply(double[] values) {
      double[] scaled = values.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (scaled[i] - mean) / deviation;
      }
      return scaled;
    }
  }
}
