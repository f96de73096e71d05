package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.network.Activation;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.Layer;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients equal what the loss itself says: for every tensor of every network of {@link
 * LayerGradientTest}, and of one with dropout, the derivative in a direction {@code d} of length 1
 * is compared with {@code (loss(w + h d) - loss(w - h d)) / 2h}. Independent of PyTorch, and blind
 * to nothing: mask and statistics of the batch are part of the loss.
 *
 * <p>The bound is one hundredth of the gradient's length, and 0.001 at least; a forgotten term, a
 * wrong sign or factor misses it by far, and {@link LayerGradientTest} looks at each value. Why not
 * less: losses come from float32 activations and are good to about 1e-6, so the quotient to 1e-6 /
 * 2h = 5e-4 for h = 1/1024, and a smaller h makes that worse; a larger one bends around more
 * corners of ReLU and max pooling. The worst case measured is 4.6e-3 of the gradient's length.
 */
class FiniteDifferenceTest {
  private static final StepKey KEY = new StepKey(1, 0, 0, 0);
  private static final int SAMPLES = LayerGradientTest.SAMPLES;
  private static final double H = 1.0 / 1024;

  static Stream<Arguments> cases() throws IOException {
    Network dropout =
        Network.builder(Shape.map(2, 4, 4))
            .convolution("c", 3, 3)
            .dropout("drop_map", 0.4)
            .flatten()
            .dense("d", 6, Activation.TANH)
            .dropout("drop_vector", 0.5)
            .dense("p", 3, Activation.SOFTMAX)
            .build();
    return Stream.concat(
        LayerGradientTest.cases()
            .map(
                arguments -> {
                  LayerGradientTest.Case it = (LayerGradientTest.Case) arguments.get()[1];
                  return Arguments.of(
                      arguments.get()[0], it.network(), it.settings(), it.array("targets"));
                }),
        Stream.of(
            Arguments.of(
                "dropout",
                dropout,
                TrainingOptions.builder(Optimizer.sgd(1)).build(),
                new float[] {0, 1, 0, 0.7f, 0.1f, 0.2f})));
  }

  @Test
  void everyKindOfLayerIsThere() throws IOException {
    Set<Class<?>> kinds =
        cases()
            .flatMap(arguments -> ((Network) arguments.get()[1]).layers().stream())
            .map(Layer::getClass)
            .collect(Collectors.toSet());
    assertThat(kinds)
        .containsExactlyInAnyOrderElementsOf(
            kindsBelow(Layer.class)
                .filter(
                    kind ->
                        kind != FrozenGraph.class && kind != NearestNeighbors.class) // never learn
                .collect(Collectors.toSet()));
  }

  private static Stream<Class<?>> kindsBelow(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(FiniteDifferenceTest::kindsBelow)
        : Stream.of(type);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void gradientsAreSlopesOfTheLoss(
      String name, Network network, TrainingOptions settings, float[] targets) {
    Weights start = LayerGradientTest.weights(network);
    try (TrainableNetwork trainable = TrainableNetwork.create(network, start, settings)) {
      TrainerState state = trainable.state();
      float[][] inputs = LayerGradientTest.inputs(network);
      trainable.step(inputs, SAMPLES, targets, 1, KEY);
      Weights after = trainable.weights();
      for (TensorSpec spec : network.tensors()) {
        if (spec.trainable()) {
          double[] gradient = difference(start.get(spec.name()), after.get(spec.name()));
          double length = Math.sqrt(dot(gradient, gradient));
          List<double[]> directions = new ArrayList<>();
          directions.add(signs(gradient.length, 1));
          directions.add(signs(gradient.length, 2));
          if (length > 0) {
            directions.add(scaled(gradient, 1 / length));
          }
          for (double[] direction : directions) {
            DoubleUnaryOperator loss =
                step -> {
                  trainable.restore(moved(start, spec, direction, step), state);
                  return trainable.step(inputs, SAMPLES, targets, 0, KEY).loss();
                };
            double slope = (loss.applyAsDouble(H) - loss.applyAsDouble(-H)) / (2 * H);
            assertThat(slope)
                .as("%s of %s", spec.name(), name)
                .isCloseTo(dot(gradient, direction), within(1e-2 * Math.max(0.1, length)));
          }
        }
      }
    }
  }

  private static Weights moved(
      Weights start, TensorSpec spec, double[] direction, double distance) {
    float[] values = start.get(spec.name()).toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (distance * direction[i]);
    }
    return start.with(Weights.builder().put(spec.name(), Tensor.of(values, spec.shape())).build());
  }

  private static double[] signs(int count, int salt) {
    CounterRandom random = CounterRandom.of(3, salt);
    double[] signs = new double[count];
    for (int i = 0; i < count; i++) {
      signs[i] = (random.nextBoolean(0.5) ? 1 : -1) / Math.sqrt(count);
    }
    return signs;
  }

  private static double[] difference(Tensor before, Tensor after) {
    float[] a = before.toArray();
    float[] b = after.toArray();
    double[] difference = new double[a.length];
    Arrays.setAll(difference, i -> (double) a[i] - b[i]);
    return difference;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] scaled(double[] values, double factor) {
    return Arrays.stream(values).map(value -> value * factor).toArray();
  }
}
