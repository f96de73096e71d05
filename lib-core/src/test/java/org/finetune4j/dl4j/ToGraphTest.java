package org.finetune4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.dl4j.array.INDArrays;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Activation;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A graph computes what ONNX Runtime computes from the same network and weights. */
class ToGraphTest {
  private static final double TOLERANCE = 1e-4;
  private static final int SAMPLES = 3;

  static Stream<Network> networks() {
    return Stream.of(convnet(), residual(), channels(), squeezeAndExcite());
  }

  private static Network convnet() {
    return Network.builder(Shape.map(3, 15, 18))
        .convolution("same", 8, Window.of(3).stride(2).same(), Activation.RELU)
        .zeroPad("pad", 1, 2, 0, 3)
        .maxPool("max", Window.of(3).stride(2).same())
        .convolution("dilated", 6, Window.of(3).dilation(2).same(), false)
        .activation("swish", Activation.SWISH)
        .averagePool("average", Window.of(2, 3).stride(2).same())
        .separableConvolution("separable", 7, Window.of(3).same(), true)
        .activation("hard", Activation.HARD_SWISH)
        .convolution("valid", 5, Window.of(2, 1))
        .activation("sigmoid", Activation.HARD_SIGMOID)
        .dropout("dropout", 0.3)
        .flatten("flat")
        .dense("hidden", 9, Activation.TANH)
        .dense("probabilities", 4, Activation.SOFTMAX)
        .build();
  }

  private static Network residual() {
    return Network.builder(Shape.map(4, 9, 10))
        .convolution("stem", 6, Window.of(3).same(), false)
        .batchNormalization("norm", 1e-2)
        .relu("relu")
        .layer(new BatchNormalization("plain", "relu", 1e-3, 0.9, false, false))
        .layer(new BatchNormalization("centred", "plain", 1e-3, 0.9, false, true))
        .convolution("branch", 6, 1)
        .add("sum", "relu", "branch")
        .concatenate("joined", "sum", "stem")
        .globalAveragePool("pool")
        .dense("logits", 3)
        .build();
  }

  /** What stands before a backbone, and depthwise kernels with a multiplier. */
  private static Network channels() {
    return Network.builder(Shape.map(3, 7, 8))
        .layer(new ReverseChannels("bgr", "input_1"))
        .layer(new Rescale("each", "bgr", List.of(0.5, 2.0, 3.0), List.of(1.0, 0.0, -1.0)))
        .rescale("all", 0.25, -1)
        .normalization("normalised")
        .layer(
            new DepthwiseConvolution(
                "depthwise", "normalised", 2, Window.of(3, 2).stride(2).same(), true))
        .globalMaxPool("pool")
        .dense("logits", 2)
        .sigmoid()
        .build();
  }

  private static Network squeezeAndExcite() {
    Network whole = Architecture.MOBILENET_V3_SMALL.network(new ImageSize(32, 35), false);
    return whole.upTo("expanded_conv_squeeze_excite_mul");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void computesTheSame(Network network) {
    assertSame(network, 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"MOBILENET", "SQUEEZENET"})
  void backbones(Architecture architecture) {
    assertSame(architecture.network(new ImageSize(40, 43), false), 2);
  }

  @Test
  void tailOfSeveralInputs() {
    Network resnet = Architecture.RESNET50.network(new ImageSize(64, 64), false);
    Network tail = resnet.cut("conv5_block3_1_conv").tail();
    Network head =
        Network.builder("features", tail.outputShape())
            .globalAveragePool("pool")
            .dense("head", 3, Activation.SOFTMAX)
            .build();
    assertSame(tail.then(head), 3);
    Network middle = resnet.cut("conv5_block3_2_conv").tail();
    assertThat(middle.inputs()).hasSizeGreaterThan(1);
    assertSame(middle, 4);
  }

  @Test
  void learns() {
    // No dropout: what a graph draws for its masks differs from machine to machine.
    Network network =
        Network.builder(Shape.map(3, 15, 18))
            .convolution("same", 8, Window.of(3).stride(2).same(), Activation.RELU)
            .separableConvolution("separable", 7, Window.of(3).same(), true)
            .activation("swish", Activation.SWISH)
            .flatten("flat")
            .dense("hidden", 9, Activation.TANH)
            .dense("probabilities", 4, Activation.SOFTMAX)
            .build();
    ComputationGraph graph = Dl4jGraphs.toGraph(network, RandomWeights.of(network, 5));
    graph.setLearningRate(0.05);
    INDArray labels =
        Nd4j.createFromArray(new float[][] {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}});
    DataSet data = new DataSet(arrays(network, pixels(network, 5))[0], labels);
    double before = graph.score(data);
    for (int i = 0; i < 30; i++) {
      graph.fit(data);
    }
    assertThat(graph.score(data)).isLessThan(before / 2);
  }

  /** A head that standardises, as logistic regression has it, is passed by the gradient. */
  @Test
  void standardisedVectors() {
    Network network =
        Network.builder(Shape.map(3, 6, 5))
            .convolution("conv", 4, 3)
            .globalAveragePool("pool")
            .normalization("standardize")
            .layer(new Rescale("each", "standardize", List.of(2.0, 3.0, 4.0, 5.0), List.of(0.5)))
            .dense("out", 2, Activation.SOFTMAX)
            .build();
    assertSame(network, 6);
    ComputationGraph graph = Dl4jGraphs.toGraph(network, RandomWeights.of(network, 6));
    INDArray kernel = graph.getLayer("conv").getParam("W").dup();
    INDArray scale = graph.getLayer("standardize").getParam("W").dup();
    graph.setLearningRate(0.1);
    INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {0, 1}});
    graph.fit(new DataSet(arrays(network, pixels(network, 6))[0], labels));
    assertThat(graph.getLayer("conv").getParam("W")).isNotEqualTo(kernel);
    assertThat(graph.getLayer("standardize").getParam("W")).isEqualTo(scale);
    ImportedNetwork back = Dl4jGraphs.fromGraph(graph, Shape.map(3, 6, 5));
    assertThat(back.network().contains("standardize")).isTrue();
  }

  @Test
  void refusesWhatHasNoCounterpart() {
    Network drop =
        Network.builder(Shape.map(2, 3, 3))
            .layer(new Dropout("stochastic_depth", "input_1", 0.2, true))
            .build();
    assertThatThrownBy(() -> Dl4jGraphs.toGraph(drop, Weights.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'stochastic_depth'");
  }

  @Test
  void refusesMissingWeights() {
    assertThatThrownBy(() -> Dl4jGraphs.toGraph(residual(), Weights.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stem/kernel");
  }

  private static void assertSame(Network network, long seed) {
    Weights weights = RandomWeights.of(network, seed);
    float[][] inputs = pixels(network, seed);
    ComputationGraph graph = Dl4jGraphs.toGraph(network, weights);
    float[] actual = INDArrays.toFloats(graph.output(arrays(network, inputs))[0]);
    assertThat(distance(actual, onnx(network, weights, inputs))).isLessThan(TOLERANCE);
  }

  private static float[] onnx(Network network, Weights weights, float[][] inputs) {
    FloatBuffer[] buffers = Stream.of(inputs).map(FloatBuffer::wrap).toArray(FloatBuffer[]::new);
    try (OnnxSession session = OnnxSession.open(network, weights, RuntimeOptions.standard())) {
      return session.run(SAMPLES, buffers)[0];
    }
  }

  private static float[][] pixels(Network network, long seed) {
    Random random = new Random(seed);
    return network.inputs().stream()
        .map(input -> gaussian(random, SAMPLES * input.shape().elements()))
        .toArray(float[][]::new);
  }

  private static float[] gaussian(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static INDArray[] arrays(Network network, float[][] inputs) {
    INDArray[] arrays = new INDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      Input input = network.inputs().get(i);
      long[] shape =
          Stream.concat(Stream.of(SAMPLES), input.shape().dimensions().stream())
              .mapToLong(d -> d)
              .toArray();
      arrays[i] = Nd4j.createFromArray(inputs[i]).reshape(shape);
    }
    return arrays;
  }

  private static double distance(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - (double) expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / size);
  }
}
