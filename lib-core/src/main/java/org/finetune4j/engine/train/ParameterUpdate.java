package org.finetune4j.engine.train;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.finetune4j.engine.train.parameter.Parameter;
import org.finetune4j.optimize.GradientClipping;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.optimize.WeightDecay;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** From gradients to new weights: penalty, clipping, optimizer. */
final class ParameterUpdate {
  private final TrainingOptions options;
  private final List<Parameter> parameters;
  private final Map<String, Double> rateFactors = new HashMap<>();
  private final Map<String, float[][]> slots = new HashMap<>();
  private long steps;

  ParameterUpdate(TrainingOptions options, List<Parameter> parameters) {
    this.options = options;
    this.parameters = parameters.stream().filter(p -> p.trainable).toList();
    this.parameters.forEach(
        p -> {
          float[][] arrays = new float[options.optimizer().slots().size()][p.values.length];
          slots.put(p.spec.name(), arrays);
        });
    decayByLayer();
  }

  /** Counts layers with a kernel from the last one; a layer without one goes with that before. */
  private void decayByLayer() {
    double factor = 1;
    for (int i = parameters.size() - 1; i >= 0; i--) {
      Parameter parameter = parameters.get(i);
      rateFactors.put(parameter.spec.name(), factor);
      boolean firstKernelOfLayer =
          parameter.isKernel()
              && (i == 0 || !parameters.get(i - 1).spec.layer().equals(parameter.spec.layer()));
      if (firstKernelOfLayer) {
        factor *= options.layerDecay();
      }
    }
  }

  /** Returns what the penalty adds to the loss. */
  double penalty() {
    if (options.l2() == 0) {
      return 0;
    }
    double sum = 0;
    for (Parameter parameter : parameters) {
      if (parameter.isKernel()) {
        sum += sumOfSquares(parameter.values);
      }
    }
    return options.l2() * sum;
  }

  private static double sumOfSquares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  /** Makes one step from the gradients that the parameters hold. */
  void step(double learningRate, OptionalDouble momentum) {
    steps++;
    addPenaltyGradients();
    clip();
    Optimizer optimizer =
        momentum.isPresent()
            ? options.optimizer().momentum(momentum.getAsDouble())
            : options.optimizer();
    IntStream.range(0, parameters.size())
        .parallel()
        .forEach(
            i -> {
              Parameter p = parameters.get(i);
              String name = p.spec.name();
              optimizer.update(
                  p.values,
                  p.gradient,
                  Objects.requireNonNull(slots.get(name)),
                  steps,
                  learningRate * Objects.requireNonNull(rateFactors.get(name)),
                  p.isKernel() || options.weightDecay() == WeightDecay.ALL);
            });
  }

  private void addPenaltyGradients() {
    if (options.l2() == 0) {
      return;
    }
    float factor = (float) (2 * options.l2());
    for (Parameter parameter : parameters) {
      if (parameter.isKernel()) {
        for (int i = 0; i < parameter.values.length; i++) {
          parameter.gradient[i] += factor * parameter.values[i];
        }
      }
    }
  }

  private void clip() {
    if (options.clipping() instanceof GradientClipping.Value clipping) {
      float most = (float) clipping.value();
      for (Parameter parameter : parameters) {
        float[] gradient = parameter.gradient;
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = Math.max(-most, Math.min(most, gradient[i]));
        }
      }
    } else if (options.clipping() instanceof GradientClipping.GlobalNorm clipping) {
      double norm = Math.sqrt(parameters.stream().mapToDouble(p -> sumOfSquares(p.gradient)).sum());
      if (norm > clipping.norm()) {
        float factor = (float) (clipping.norm() / norm);
        for (Parameter parameter : parameters) {
          for (int i = 0; i < parameter.gradient.length; i++) {
            parameter.gradient[i] *= factor;
          }
        }
      }
    }
  }

  TrainerState state() {
    Weights.Builder arrays = Weights.builder();
    for (Parameter p : parameters) {
      float[][] kept = Objects.requireNonNull(slots.get(p.spec.name()));
      for (int i = 0; i < kept.length; i++) {
        arrays.put(slotName(p, i), Tensor.of(kept[i], p.spec.shape()));
      }
    }
    return new TrainerState(steps, arrays.build());
  }

  void restore(TrainerState state) {
    for (Parameter p : parameters) {
      float[][] kept = Objects.requireNonNull(slots.get(p.spec.name()));
      for (int i = 0; i < kept.length; i++) {
        Tensor tensor = state.slots().get(slotName(p, i));
        if (!tensor.shape().equals(p.spec.shape())) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "The optimizer's state '%s' has the shape %s, but the weights have %s.",
                  slotName(p, i),
                  tensor.shape(),
                  p.spec.shape()));
        }
        kept[i] = tensor.toArray();
      }
    }
    steps = state.steps();
  }

  private String slotName(Parameter parameter, int slot) {
    return parameter.spec.name() + "/" + options.optimizer().slots().get(slot);
  }
}
