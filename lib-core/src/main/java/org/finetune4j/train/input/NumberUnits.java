package org.finetune4j.train.input;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * From standard deviations to units: a network learns numbers as their distance from the mean in
 * deviations, and one more layer with fixed statistics turns them into their units.
 */
public final class NumberUnits {
  /** Beyond these, float32 would lose digits or a layer would divide by nothing. */
  private static final double LEAST_DEVIATION = 1e-15;

  private static final double LARGEST_DEVIATION = 1e6;

  private NumberUnits() {}

  /**
   * What an output is divided by.
   *
   * @param mean which is subtracted before
   */
  public record Scale(double mean, double deviation) {
    /** Returns mean and population deviation of numbers; 0 and 1 for labels, tags and constants. */
    public static Scale of(Targets targets, int output) {
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

    /** Returns numbers in deviations from the mean. */
    public double[] apply(double[] values) {
      double[] scaled = values.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (scaled[i] - mean) / deviation;
      }
      return scaled;
    }
  }

  /** Returns the deviation of each number. */
  public static List<Double> deviations(Targets targets) {
    return IntStream.range(0, targets.task().outputs())
        .mapToObj(output -> Scale.of(targets, output).deviation())
        .toList();
  }

  /**
   * Returns the tensors of the layer that gives numbers their units; none for labels and tags.
   *
   * @param layer its name
   * @throws IllegalArgumentException if a number differs by too much or too little
   */
  public static Weights of(Targets targets, String layer) {
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
        .put(layer + "/mean", Tensor.of(mean, outputs))
        .put(layer + "/variance", Tensor.of(variance, outputs))
        .build();
  }
}
