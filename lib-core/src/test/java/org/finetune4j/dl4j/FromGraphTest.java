package org.finetune4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.dl4j.ImportComparison.assertSame;
import static org.finetune4j.dl4j.ImportComparison.randomize;

import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Network;
import org.finetune4j.network.Padding;
import org.finetune4j.network.Shape;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What is imported computes what Deeplearning4j computes. */
class FromGraphTest {
  private static final Shape INPUT = Shape.map(3, 11, 14);

  private static ComputationGraph graph(
      CNN2DFormat format, UnaryOperator<GraphBuilder> layers, String... outputs) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .activation(Activation.IDENTITY)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(11, 14, 3, format));
    ComputationGraph graph =
        new ComputationGraph(layers.apply(builder).setOutputs(outputs).build());
    graph.init();
    randomize(graph, 3);
    return graph;
  }

  private static ImportedNetwork assertLayer(Layer layer) {
    ComputationGraph nchw = graph(CNN2DFormat.NCHW, g -> g.addLayer("layer", layer, "in"), "layer");
    ImportedNetwork imported = assertSame(nchw, false, INPUT);
    assertThat(imported.network().output()).isEqualTo("layer");
    return imported;
  }

  @ParameterizedTest
  @EnumSource
  void wholeGraphInBothFormats(CNN2DFormat format) {
    ComputationGraph graph =
        graph(
            format,
            g ->
                g.addLayer(
                        "conv",
                        new ConvolutionLayer.Builder(3, 3)
                            .nOut(8)
                            .convolutionMode(ConvolutionMode.Same)
                            .activation(Activation.RELU)
                            .build(),
                        "in")
                    .addLayer("norm", new BatchNormalization.Builder().build(), "conv")
                    .addLayer(
                        "max",
                        new SubsamplingLayer.Builder(PoolingType.MAX)
                            .kernelSize(2, 2)
                            .stride(2, 2)
                            .build(),
                        "norm")
                    .addLayer(
                        "separable",
                        new SeparableConvolution2D.Builder(3, 3)
                            .nOut(6)
                            .convolutionMode(ConvolutionMode.Same)
                            .build(),
                        "max")
                    .addLayer("pad", new ZeroPaddingLayer.Builder(1, 2, 0, 1).build(), "max")
                    .addLayer("crop", new Cropping2D(1, 2, 0, 1), "pad")
                    .addVertex("merged", new MergeVertex(), "separable", "crop")
                    .addLayer("hidden", new DenseLayer.Builder().nOut(9).build(), "merged")
                    .addLayer("gone", new DropoutLayer(0.7), "hidden")
                    .addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .nOut(4)
                            .build(),
                        "gone"),
            "out");
    Network network = assertSame(graph, format == CNN2DFormat.NHWC, INPUT).network();
    assertThat(network.layerNames())
        .containsSubsequence("in", "conv", "max", "separable", "hidden", "out");
    assertThat(network.shape("merged")).isEqualTo(Shape.map(14, 5, 7));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 2, 1, 0, Same", "4, 3, 1, 0, Same", "3, 1, 2, 0, Same", "3, 2, 1, 0, Truncate",
    "3, 2, 1, 1, Truncate", "5, 1, 1, 2, Truncate", "3, 1, 2, 1, Truncate", "4, 2, 1, 1, Truncate"
  })
  void convolutionWindows(int kernel, int stride, int dilation, int pad, ConvolutionMode mode) {
    assertLayer(
        new ConvolutionLayer.Builder(kernel, kernel - 1)
            .stride(stride, stride)
            .dilation(dilation, dilation)
            .padding(pad, pad)
            .convolutionMode(mode)
            .nOut(5)
            .build());
  }

  @ParameterizedTest
  @CsvSource({"MAX, false", "AVG, false", "AVG, true"})
  void poolings(PoolingType type, boolean paddedCells) {
    for (ConvolutionMode mode :
        new ConvolutionMode[] {ConvolutionMode.Same, ConvolutionMode.Truncate}) {
      assertLayer(
          new SubsamplingLayer.Builder(type)
              .kernelSize(3, 2)
              .stride(2, 2)
              .convolutionMode(mode)
              .avgPoolIncludePadInDivisor(paddedCells)
              .build());
    }
  }

  @Test
  void paddedPooling() {
    ComputationGraph graph =
        graph(
            CNN2DFormat.NCHW,
            g ->
                g.addLayer("relu", new ActivationLayer(Activation.RELU), "in")
                    .addLayer("pool", padded(PoolingType.MAX, 2), "relu"),
            "pool");
    assertSame(graph, false, INPUT);
    assertLayer(
        new SubsamplingLayer.Builder(PoolingType.AVG)
            .kernelSize(3, 3)
            .stride(2, 2)
            .padding(1, 1)
            .avgPoolIncludePadInDivisor(true)
            .build());
    assertThatThrownBy(() -> assertLayer(padded(PoolingType.MAX, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'layer' (org.deeplearning4j.nn.conf.layers.SubsamplingLayer)");
    assertLayer(padded(PoolingType.MAX, 1));
    assertLayer(padded(PoolingType.AVG, 1));
  }

  private static Layer padded(PoolingType type, int stride) {
    return new SubsamplingLayer.Builder(type)
        .kernelSize(3, 3)
        .stride(stride, stride)
        .padding(1, 1)
        .convolutionMode(ConvolutionMode.Truncate)
        .avgPoolIncludePadInDivisor(false)
        .build();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"IDENTITY", "RELU", "RELU6", "LEAKYRELU", "SIGMOID", "HARDSIGMOID", "TANH", "SWISH"})
  void activations(Activation activation) {
    assertLayer(new ActivationLayer(activation));
    assertLayer(new ConvolutionLayer.Builder(2, 2).nOut(4).activation(activation).build());
    assertLayer(
        new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).activation(activation).build());
    assertLayer(
        new SeparableConvolution2D.Builder(3, 3)
            .depthMultiplier(2)
            .nOut(5)
            .hasBias(false)
            .activation(activation)
            .build());
  }

  @Test
  void normalisations() {
    assertLayer(new BatchNormalization.Builder().eps(0.1).useLogStd(true).build());
    assertLayer(new BatchNormalization.Builder().eps(0.1).useLogStd(false).build());
    assertLayer(new BatchNormalization.Builder().useLogStd(false).lockGammaBeta(true).build());
    assertLayer(new BatchNormalization.Builder().gamma(2).beta(3).lockGammaBeta(true).build());
    assertLayer(new BatchNormalization.Builder().gamma(2).beta(0).lockGammaBeta(true).build());
  }

  @ParameterizedTest
  @EnumSource(names = {"MAX", "AVG", "SUM"})
  void globalPoolings(PoolingType type) {
    assertLayer(new GlobalPoolingLayer(type));
    assertLayer(new GlobalPoolingLayer.Builder(type).collapseDimensions(false).build());
  }

  @Test
  void losses() {
    assertLayer(
        new CnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build());
    ComputationGraph graph =
        graph(
            CNN2DFormat.NCHW,
            g ->
                g.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "in")
                    .addLayer(
                        "loss",
                        new LossLayer.Builder(LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .build(),
                        "pool"),
            "loss");
    assertSame(graph, false, INPUT);
  }

  @ParameterizedTest
  @EnumSource(names = {"Add", "Subtract", "Average", "Product"})
  void elementWise(ElementWiseVertex.Op op) {
    ComputationGraph graph =
        graph(
            CNN2DFormat.NCHW,
            g -> {
              g.addVertex("scaled", new ScaleVertex(0.5), "in")
                  .addVertex("shifted", new ShiftVertex(-0.7), "scaled");
              return op == ElementWiseVertex.Op.Subtract
                  ? g.addVertex("result", new ElementWiseVertex(op), "in", "shifted")
                  : g.addVertex("result", new ElementWiseVertex(op), "in", "scaled", "shifted");
            },
            "result");
    assertSame(graph, false, INPUT);
  }

  @Test
  void severalInputsAndOutputsFrozenLayersAndPreprocessors() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .activation(Activation.TANH)
                .graphBuilder()
                .addInputs("map", "vector")
                .addVertex(
                    "flat",
                    new PreprocessorVertex(new CnnToFeedForwardPreProcessor(2, 3, 4)),
                    "map")
                .addLayer(
                    "dense",
                    new FrozenLayer(new DenseLayer.Builder().nIn(24).nOut(5).build()),
                    "flat")
                .addVertex("both", new MergeVertex(), "dense", "vector")
                .addLayer(
                    "score", new DenseLayer.Builder().nIn(8).nOut(2).hasBias(false).build(), "both")
                .setOutputs("score", "dense")
                .build());
    graph.init();
    randomize(graph, 5);
    ImportedNetwork imported = assertSame(graph, false, Shape.map(4, 2, 3), Shape.vector(3));
    assertThat(imported.network().outputs()).containsExactly("score", "dense");
    assertThatThrownBy(() -> Dl4jGraphs.fromGraph(graph, Shape.map(4, 2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[map, vector]");
  }

  @Test
  void layersInARow() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .activation(Activation.RELU)
                .list(
                    new ConvolutionLayer.Builder(3, 3).name("stem").nOut(4).build(),
                    new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(2, 2).build(),
                    new DenseLayer.Builder().nOut(6).activation(Activation.TANH).build(),
                    new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(3)
                        .build())
                .setInputType(InputType.convolutional(11, 14, 3))
                .build());
    network.init();
    ImportedNetwork imported = assertSame(network, INPUT);
    assertThat(imported.network().layerNames())
        .containsExactly("input", "stem", "layer1", "layer2/reshaped", "layer2", "layer3");
  }

  @Test
  void thereAndBack() {
    Network network =
        Network.builder(INPUT)
            .convolution("conv", 5, org.finetune4j.network.Window.of(3).stride(2).same())
            .batchNormalization("norm", 1e-3)
            .relu("relu")
            .globalAveragePool("pool")
            .dense("out", 3, org.finetune4j.network.Activation.SOFTMAX)
            .build();
    Weights weights = RandomWeights.of(network, 1);
    ImportedNetwork back = Dl4jGraphs.fromGraph(Dl4jGraphs.toGraph(network, weights), INPUT);
    assertThat(back.network()).isEqualTo(network);
    assertThat(back.weights()).isEqualTo(weights);
  }

  @Test
  void symmetricPaddingIsOursWhereItCan() {
    ImportedNetwork imported =
        assertLayer(new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(2).build());
    Convolution convolution = (Convolution) imported.network().layer("layer");
    assertThat(convolution.window().padding()).isEqualTo(Padding.SAME);
  }

  @Test
  void refusesWhatHasNoCounterpart() {
    refuses(new LocalResponseNormalization.Builder().build(), "LocalResponseNormalization");
    refuses(new Upsampling2D.Builder(2).build(), "Upsampling2D");
    refuses(new ConvolutionLayer.Builder(3, 3).nOut(2).stride(1, 2).build(), "stride is 1");
    refuses(new ConvolutionLayer.Builder(3, 3).nOut(2).activation(Activation.ELU).build(), "elu");
    refuses(new ActivationLayer(Activation.SOFTMAX), "softmax");
    refuses(new SubsamplingLayer.Builder(PoolingType.PNORM).pnorm(2).build(), "largest");
    ComputationGraph graph =
        graph(CNN2DFormat.NCHW, g -> g.addVertex("unit", new L2NormalizeVertex(), "in"), "unit");
    assertThatThrownBy(() -> Dl4jGraphs.fromGraph(graph, INPUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'unit' (org.deeplearning4j.nn.conf.graph.L2NormalizeVertex)")
        .hasMessageContaining("supported are MergeVertex");
  }

  private static void refuses(Layer layer, String reason) {
    ComputationGraph graph = graph(CNN2DFormat.NCHW, g -> g.addLayer("odd", layer, "in"), "odd");
    assertThatThrownBy(() -> Dl4jGraphs.fromGraph(graph, INPUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Layer 'odd' (org.deeplearning4j")
        .hasMessageContaining(reason);
  }
}
