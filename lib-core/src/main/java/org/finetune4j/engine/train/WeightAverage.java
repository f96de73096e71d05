package org.finetune4j.engine.train;

import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.engine.train.parameter.Parameter;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** A running average of what trains. */
final class WeightAverage {
  private static final String SLOT = "/average";

  private final List<Parameter> parameters;
  private final float[][] average;

  private WeightAverage(List<Parameter> parameters, float[][] average) {
    this.parameters = parameters;
    this.average = average;
  }

  private static List<Parameter> trainable(List<Parameter> parameters) {
    return parameters.stream().filter(p -> p.trainable).toList();
  }

  /** Begins with what the parameters are now. */
  static WeightAverage of(List<Parameter> parameters) {
    List<Parameter> moving = trainable(parameters);
    return new WeightAverage(
        moving, moving.stream().map(p -> p.values.clone()).toArray(float[][]::new));
  }

  /** Returns whether a state has an average. */
  static boolean isIn(Weights slots, List<Parameter> parameters) {
    return trainable(parameters).stream()
        .anyMatch(p -> slots.tensors().containsKey(p.spec.name() + SLOT));
  }

  /** Goes on with a stored average. */
  static WeightAverage of(List<Parameter> parameters, Weights slots) {
    List<Parameter> moving = trainable(parameters);
    return new WeightAverage(
        moving,
        moving.stream()
            .map(p -> slots.get(p.spec.name() + SLOT).toArray())
            .toArray(float[][]::new));
  }

  /** Moves towards what the parameters are now, keeping a share. */
  void add(double keep) {
    float kept = (float) keep;
    float taken = (float) (1 - keep);
    IntStream.range(0, average.length)
        .parallel()
        .forEach(
            i -> {
              float[] mean = average[i];
              float[] values = parameters.get(i).values;
              for (int k = 0; k < mean.length; k++) {
                mean[k] = kept * mean[k] + taken * values[k];
              }
            });
  }

  /** Puts the average in the place of the parameters, and these in its own. */
  void swap() {
    for (int i = 0; i < average.length; i++) {
      float[] values = parameters.get(i).values;
      float[] moving = values.clone();
      System.arraycopy(average[i], 0, values, 0, values.length);
      System.arraycopy(moving, 0, average[i], 0, values.length);
    }
  }

  void addTo(Weights.Builder slots) {
    for (int i = 0; i < average.length; i++) {
      Parameter p = parameters.get(i);
      slots.put(p.spec.name() + SLOT, Tensor.of(average[i], p.spec.shape()));
    }
  }
}
