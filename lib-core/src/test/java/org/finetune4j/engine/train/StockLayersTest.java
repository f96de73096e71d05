package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.engine.train.convolution.ConvolverTest.numbers;
import static org.finetune4j.testing.Near.near;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.network.Activation;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Padding;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.Window;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The training engine's layers, forward and backward, against Deeplearning4j's own, which use no
 * oneDNN: within 1e-5 of the largest value.
 */
class StockLayersTest {
  private static final int CHANNELS = 6;
  private static final int FILTERS = 10;
  private static final boolean THOROUGH = Boolean.getBoolean("finetune4j.thorough");
  private static final List<Shape> MAPS =
      List.of(Shape.map(CHANNELS, 17, 14), Shape.map(CHANNELS, 15, 29));

  /** Kernels, strides, dilations and paddings; Deeplearning4j refuses some. */
  static Stream<Window> windows() {
    List<Window> windows = new ArrayList<>();
    for (int[] size : new int[][] {{1, 1}, {2, 2}, {3, 3}, {5, 5}, {7, 7}, {1, 7}, {4, 2}}) {
      for (int[] how : new int[][] {{1, 1}, {2, 1}, {3, 1}, {1, 2}}) {
        for (Padding padding : Padding.values()) {
          windows.add(new Window(size[0], size[1], how[0], how[1], padding));
        }
      }
    }
    return windows.stream().filter(StockLayersTest::isTakenByTheStockLayer);
  }

  /** It refuses strides beyond the kernel where the padding is chosen by itself. */
  private static boolean isTakenByTheStockLayer(Window window) {
    return window.padding() == Padding.VALID
        || window.stride() <= Math.min(window.height(), window.width());
  }

  @ParameterizedTest
  @MethodSource("windows")
  void convolution(Window window) {
    ConvolutionLayer stock =
        windowed(new ConvolutionLayer.Builder(), window)
            .nIn(CHANNELS)
            .nOut(FILTERS)
            .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
            .build();
    for (Shape map : MAPS) {
      Network ours = Network.builder(map).convolution("it", FILTERS, window).build();
      new Comparison(ours, stock).tie("kernel", "W").tie("bias", "b").run();
    }
  }

  @ParameterizedTest
  @MethodSource("windows")
  void depthwiseConvolution(Window window) {
    int multiplier = 2;
    DepthwiseConvolution2D stock =
        windowed(new DepthwiseConvolution2D.Builder().depthMultiplier(multiplier), window)
            .nIn(CHANNELS)
            .nOut(CHANNELS * multiplier)
            .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
            .build();
    for (Shape map : MAPS) {
      NetworkBuilder builder = Network.builder(map);
      Network ours =
          builder
              .layer(new DepthwiseConvolution("it", builder.last(), multiplier, window, true))
              .build();
      // [channels x multiplier, 1, height, width] here, [height, width, channels, multiplier] there
      new Comparison(ours, stock).tie("depthwise_kernel", "W", 2, 3, 0, 1).tie("bias", "b").run();
    }
  }

  @ParameterizedTest
  @MethodSource("windows")
  void separableConvolution(Window window) {
    // Left alone, its layout is not the one it is given, unlike the other layers'.
    SeparableConvolution2D stock =
        windowed(
                new SeparableConvolution2D.Builder()
                    .depthMultiplier(1)
                    .dataFormat(CNN2DFormat.NCHW),
                window)
            .nIn(CHANNELS)
            .nOut(FILTERS)
            .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
            .build();
    for (Shape map : MAPS) {
      Network ours = Network.builder(map).separableConvolution("it", FILTERS, window, true).build();
      new Comparison(ours, stock)
          .tie("depthwise_kernel", "W")
          .tie("pointwise_kernel", "pW")
          .tie("bias", "b")
          .run();
    }
  }

  /** Pooling windows have no holes. */
  static Stream<Window> poolingWindows() {
    return windows().filter(window -> window.dilation() == 1);
  }

  @ParameterizedTest
  @MethodSource("poolingWindows")
  void pooling(Window window) {
    for (PoolingType type : PoolingType.values()) {
      SubsamplingLayer stock =
          new SubsamplingLayer.Builder(stock(type))
              .kernelSize(window.height(), window.width())
              .stride(window.stride(), window.stride())
              .convolutionMode(mode(window))
              .build();
      for (Shape map : MAPS) {
        NetworkBuilder builder = Network.builder(map);
        Network ours =
            (type == PoolingType.MAX
                    ? builder.maxPool("it", window)
                    : builder.averagePool("it", window))
                .build();
        new Comparison(ours, stock).run();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void globalPooling(PoolingType type) {
    for (Shape map : MAPS) {
      NetworkBuilder builder = Network.builder(map);
      Network ours =
          (type == PoolingType.MAX ? builder.globalMaxPool("it") : builder.globalAveragePool("it"))
              .build();
      new Comparison(ours, new GlobalPoolingLayer.Builder(stock(type)).build()).run();
    }
  }

  /** With the statistics of the batch; with frozen ones Deeplearning4j has no way back. */
  @ParameterizedTest
  @MethodSource("maps")
  void batchNormalization(Shape map) {
    Network ours = Network.builder(map).batchNormalization("it", 1e-3).build();
    var stock =
        new org.deeplearning4j.nn.conf.layers.BatchNormalization.Builder()
            .nIn(CHANNELS)
            .nOut(CHANNELS)
            .eps(1e-3)
            .useLogStd(false)
            .build();
    new Comparison(ours, stock)
        .tie("gamma", "gamma")
        .tie("beta", "beta")
        .constant("moving_mean", "mean")
        .constant("moving_variance", "var")
        .run();
  }

  static List<Shape> maps() {
    return MAPS;
  }

  /** The hard ones and GELU have other formulas in Deeplearning4j than in Keras. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "LINEAR",
        "SOFTMAX",
        "HARD_SIGMOID",
        "HARD_SWISH",
        "GELU",
        "GELU_TANH",
        "QUICK_GELU"
      })
  void activations(Activation activation) {
    ActivationLayer stock =
        new ActivationLayer.Builder()
            .activation(
                org.nd4j.linalg.activations.Activation.valueOf(
                    activation.name().toUpperCase(Locale.ROOT)))
            .build();
    for (Shape map : MAPS) {
      // What stands behind it keeps the loss from taking a sigmoid over.
      Network ours =
          Network.builder(map)
              .activation("it", activation)
              .activation("end", Activation.LINEAR)
              .build();
      new Comparison(ours, stock).run();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEAR", "RELU", "TANH"})
  void dense(Activation activation) {
    for (int inputs : new int[] {7, 1_500}) {
      DenseLayer stock =
          new DenseLayer.Builder()
              .nIn(inputs)
              .nOut(FILTERS)
              .activation(
                  activation == Activation.LINEAR
                      ? org.nd4j.linalg.activations.Activation.IDENTITY
                      : org.nd4j.linalg.activations.Activation.valueOf(activation.name()))
              .build();
      Network ours = Network.builder(Shape.vector(inputs)).dense("it", FILTERS, activation).build();
      new Comparison(ours, stock).tie("kernel", "W").tie("bias", "b").run();
    }
  }

  private static <B extends ConvolutionLayer.BaseConvBuilder<B>> B windowed(
      ConvolutionLayer.BaseConvBuilder<B> builder, Window window) {
    return builder
        .kernelSize(window.height(), window.width())
        .stride(window.stride(), window.stride())
        .dilation(window.dilation(), window.dilation())
        .convolutionMode(mode(window));
  }

  private static ConvolutionMode mode(Window window) {
    return window.padding() == Padding.SAME ? ConvolutionMode.Same : ConvolutionMode.Truncate;
  }

  private static org.deeplearning4j.nn.conf.layers.PoolingType stock(PoolingType type) {
    return type == PoolingType.MAX
        ? org.deeplearning4j.nn.conf.layers.PoolingType.MAX
        : org.deeplearning4j.nn.conf.layers.PoolingType.AVG;
  }

  /** A tensor of a layer here and there; theirs has our dimensions in another order. */
  private record Tie(String role, String key, boolean learns, List<Integer> order) {
    INDArray theirs(Tensor tensor, long[] shape) {
      INDArray array = Nd4j.create(tensor.toArray(), longs(tensor.shape()), 'c');
      if (order.isEmpty()) {
        return array.reshape(shape);
      }
      long[] unfolded = new long[shape.length];
      for (int i = 0; i < shape.length; i++) {
        unfolded[order.get(i)] = shape[i];
      }
      return array.reshape(unfolded).permute(Ints.toArray(order));
    }

    INDArray ours(INDArray theirs) {
      int[] back = new int[order.size()];
      for (int i = 0; i < back.length; i++) {
        back[order.get(i)] = i;
      }
      return order.isEmpty() ? theirs : theirs.permute(back);
    }

    private static long[] longs(List<Integer> shape) {
      return shape.stream().mapToLong(Integer::longValue).toArray();
    }
  }

  /** One layer here and there, with the same parameters. */
  private static final class Comparison {
    private final Network network;
    private final org.deeplearning4j.nn.conf.layers.Layer layer;
    private final List<Tie> ties = new ArrayList<>();

    Comparison(Network network, org.deeplearning4j.nn.conf.layers.Layer layer) {
      this.network = network;
      this.layer = layer;
    }

    Comparison tie(String role, String key, Integer... order) {
      ties.add(new Tie(role, key, true, List.of(order)));
      return this;
    }

    Comparison constant(String role, String key) {
      ties.add(new Tie(role, key, false, List.of()));
      return this;
    }

    /** One picture of one size and three of the other; {@code thorough}: both of both. */
    void run() {
      assertThat(network.tensors()).hasSameSizeAs(ties);
      boolean first = network.inputs().get(0).shape().equals(MAPS.get(0));
      if (THOROUGH || first) {
        compare(1);
      }
      if (THOROUGH || !first) {
        compare(3);
      }
    }

    private void compare(int n) {
      Weights weights = weights();
      Shape in = network.inputs().get(0).shape();
      float[] x = numbers(n * in.elements(), 1);
      Layer stock = start();
      for (Tie tie : ties) {
        long[] shape = stock.getParam(tie.key).shape();
        stock.setParam(tie.key, tie.theirs(weights.get("it/" + tie.role), shape));
      }
      INDArray input = Nd4j.create(x, shape(n, in), 'c');
      INDArray y = stock.activate(input, true, LayerWorkspaceMgr.noWorkspaces()).dup('c');
      float[] dy = numbers((int) y.length(), 4);
      Pair<Gradient, INDArray> back =
          stock.backpropGradient(Nd4j.create(dy, y.shape(), 'c'), LayerWorkspaceMgr.noWorkspaces());

      try (Scratch scratch = new Scratch()) {
        Program program =
            new Program(
                network, weights, WhatTrains.all(BatchNormPolicy.BATCH_STATISTICS), true, scratch);
        Blob read = program.inputs().get(0);
        read.hold(x);
        Pass pass = Pass.training(n, 0, new StepKey(1, 0, 0, 0));
        program.forward(pass);
        Blob out = program.logits();
        requireClose("forward", out.values(), y);
        System.arraycopy(dy, 0, out.firstGradient(n), 0, dy.length);
        program.backward(pass);
        requireClose("input gradient", read.gradient(), back.getSecond());
        for (Tie tie : ties) {
          if (tie.learns) {
            INDArray theirs = back.getFirst().getGradientFor(tie.key);
            requireClose(tie.role, gradient(program, "it/" + tie.role), tie.ours(theirs));
          }
        }
      }
    }

    private Weights weights() {
      Weights.Builder weights = Weights.builder();
      for (TensorSpec spec : network.tensors()) {
        float[] values = numbers((int) spec.elements(), 2 + spec.role().hashCode());
        if (spec.role().equals("moving_variance")) {
          Arrays.fill(values, 1);
        }
        weights.put(spec.name(), Tensor.of(values, spec.shape()));
      }
      return weights.build();
    }

    private Layer start() {
      MultiLayerNetwork started =
          new MultiLayerNetwork(new NeuralNetConfiguration.Builder().list().layer(layer).build());
      started.init();
      started.initGradientsView();
      return started.getLayer(0);
    }
  }

  private static long[] shape(int n, Shape shape) {
    return shape.isVector()
        ? new long[] {n, shape.elements()}
        : new long[] {n, shape.channels(), shape.height(), shape.width()};
  }

  private static float[] gradient(Program program, String name) {
    return program.parameters().stream()
        .filter(parameter -> parameter.spec.name().equals(name))
        .map(parameter -> parameter.gradient)
        .findFirst()
        .orElseThrow();
  }

  private static void requireClose(String what, float[] actual, INDArray expected) {
    float[] values = expected.dup('c').data().asFloat();
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    float tolerance = (float) (1e-5 * largest);
    float[] compared = Arrays.copyOf(actual, values.length);
    assertThat(compared).as(what).satisfies(near(values, tolerance));
  }
}
