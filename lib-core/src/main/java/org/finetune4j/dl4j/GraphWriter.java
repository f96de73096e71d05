package org.finetune4j.dl4j;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Cropping;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.GlobalResponseNormalization;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.LayerNormalization;
import org.finetune4j.network.LayerScale;
import org.finetune4j.network.LayerVisitor;
import org.finetune4j.network.LearnedTokens;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Network;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PositionEmbedding;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.Resizing;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.Window;
import org.finetune4j.network.ZeroPadding;

/** Writes the layers of a network into the configuration of a graph, each under its own name. */
final class GraphWriter implements LayerVisitor<GraphBuilder> {
  /** Stands behind the name of a separable convolution for the first of its two layers. */
  static final String DEPTHWISE = "/depthwise";

  private final Network network;
  private final GraphBuilder graph = new NeuralNetConfiguration.Builder().graphBuilder();

  private GraphWriter(Network network) {
    this.network = network;
  }

  static ComputationGraphConfiguration write(Network network) {
    GraphWriter writer = new GraphWriter(network);
    network.inputs().forEach(input -> writer.graph.addInputs(input.name()));
    network.layers().forEach(layer -> layer.accept(writer));
    return writer.graph.setOutputs(network.outputs().toArray(String[]::new)).build();
  }

  @Override
  public GraphBuilder visit(Input layer) {
    return graph;
  }

  @Override
  public GraphBuilder visit(Add layer) {
    return vertex(layer, new ElementWiseVertex(ElementWiseVertex.Op.Add));
  }

  @Override
  public GraphBuilder visit(Multiply layer) {
    return vertex(layer, new ElementWiseVertex(ElementWiseVertex.Op.Product));
  }

  @Override
  public GraphBuilder visit(Concatenate layer) {
    return vertex(layer, new MergeVertex());
  }

  @Override
  public GraphBuilder visit(Convolution layer) {
    if (layer.groups() > 1) {
      throw refused(layer, "Deeplearning4j convolves all channels, not groups of them");
    }
    return put(layer, LayerWriter.convolution(layer, channels(layer)));
  }

  @Override
  public GraphBuilder visit(DepthwiseConvolution layer) {
    return put(layer, LayerWriter.depthwise(layer, channels(layer)));
  }

  @Override
  public GraphBuilder visit(Dense layer) {
    if (network.shape(layer.name()).isTokens()) {
      throw unknown(layer);
    }
    return put(
        layer,
        endsInProbabilities(layer, layer.activation())
            ? LayerWriter.output(layer, channels(layer))
            : LayerWriter.dense(layer, channels(layer)));
  }

  @Override
  public GraphBuilder visit(BatchNormalization layer) {
    return put(layer, LayerWriter.batchNormalization(layer, channels(layer)));
  }

  @Override
  public GraphBuilder visit(Pooling layer) {
    return put(layer, LayerWriter.pooling(layer));
  }

  @Override
  public GraphBuilder visit(GlobalPooling layer) {
    return put(
        layer,
        new GlobalPoolingLayer.Builder(LayerWriter.type(layer.pooling()))
            .collapseDimensions(!layer.keepDimensions())
            .build());
  }

  @Override
  public GraphBuilder visit(PatchEmbedding layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(FrozenGraph layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(NearestNeighbors layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(LearnedTokens layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(PositionEmbedding layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(MultiHeadAttention layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(TokenPooling layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(ZeroPadding layer) {
    return put(
        layer,
        new ZeroPaddingLayer.Builder(layer.top(), layer.bottom(), layer.left(), layer.right())
            .build());
  }

  @Override
  public GraphBuilder visit(Cropping layer) {
    return put(
        layer,
        new Cropping2D.Builder(layer.top(), layer.bottom(), layer.left(), layer.right()).build());
  }

  @Override
  public GraphBuilder visit(Resizing layer) {
    throw unknown(layer);
  }

  /** Two layers, as Deeplearning4j's own separable layer cannot go backward on NCHW. */
  @Override
  public GraphBuilder visit(SeparableConvolution layer) {
    int channels = channels(layer);
    String depthwise = layer.name() + DEPTHWISE;
    DepthwiseConvolution first =
        new DepthwiseConvolution(depthwise, layer.input(), 1, layer.window(), false);
    Convolution second =
        new Convolution(
            layer.name(),
            depthwise,
            layer.filters(),
            Window.of(1),
            layer.bias(),
            Activation.LINEAR);
    graph.addLayer(depthwise, LayerWriter.depthwise(first, channels), layer.input());
    return graph.addLayer(layer.name(), LayerWriter.convolution(second, channels), depthwise);
  }

  @Override
  public GraphBuilder visit(Flatten layer) {
    return flatten(layer);
  }

  @Override
  public GraphBuilder visit(Reshape layer) {
    Shape input = network.shape(layer.input());
    if (layer.shape().isVector() == input.isVector()) {
      return put(layer, identity());
    }
    return input.isVector()
        ? vertex(
            layer, new PreprocessorVertex(new FeedForwardToCnnPreProcessor(1, 1, input.channels())))
        : flatten(layer);
  }

  @Override
  public GraphBuilder visit(Rescale layer) {
    if (layer.scale().size() > 1 || layer.offset().size() > 1) {
      return mixing(layer);
    }
    String scaled = layer.name() + "/scaled";
    graph.addVertex(scaled, new ScaleVertex(layer.scale().get(0)), layer.input());
    return graph.addVertex(layer.name(), new ShiftVertex(layer.offset().get(0)), scaled);
  }

  @Override
  public GraphBuilder visit(LayerNormalization layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(LayerScale layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(GlobalResponseNormalization layer) {
    throw unknown(layer);
  }

  @Override
  public GraphBuilder visit(Normalization layer) {
    return mixing(layer);
  }

  @Override
  public GraphBuilder visit(ReverseChannels layer) {
    return mixing(layer);
  }

  /** A frozen 1x1 convolution, which computes any constant mixing of channels. */
  private GraphBuilder mixing(Layer.Unary layer) {
    Shape input = network.shape(layer.input());
    if (input.isVector()) {
      return each(layer, input.channels());
    }
    boolean trainableBefore =
        network.upTo(layer.input()).tensors().stream().anyMatch(spec -> spec.trainable());
    if (trainableBefore) {
      throw refused(layer, "no gradient would pass it to the layers before");
    }
    Convolution mixing =
        new Convolution(
            layer.name(), layer.input(), input.channels(), Window.of(1), true, Activation.LINEAR);
    return put(layer, new FrozenLayer(LayerWriter.convolution(mixing, input.channels())));
  }

  /** On vectors a frozen factor and summand for each value, through which gradients pass. */
  private GraphBuilder each(Layer.Unary layer, int size) {
    if (layer instanceof ReverseChannels) {
      throw refused(layer, "only on feature maps has it a counterpart");
    }
    ElementWiseMultiplicationLayer affine =
        new ElementWiseMultiplicationLayer.Builder()
            .nIn(size)
            .nOut(size)
            .activation(LayerWriter.activation(Activation.LINEAR))
            .build();
    return put(layer, new FrozenLayerWithBackprop(affine));
  }

  private GraphBuilder flatten(Layer.Unary layer) {
    Shape input = network.shape(layer.input());
    return input.isVector()
        ? put(layer, identity())
        : vertex(
            layer,
            new PreprocessorVertex(
                new CnnToFeedForwardPreProcessor(input.height(), input.width(), input.channels())));
  }

  @Override
  public GraphBuilder visit(ActivationLayer layer) {
    Shape input = network.shape(layer.input());
    Activation activation = layer.activation();
    if (activation == Activation.SOFTMAX && !input.isVector()) {
      throw refused(layer, "softmax has a counterpart only on vectors");
    }
    boolean last = endsInProbabilities(layer, activation) && input.isVector();
    return put(
        layer,
        last
            ? new LossLayer.Builder(LayerWriter.loss(activation))
                .activation(LayerWriter.activation(activation))
                .build()
            : new org.deeplearning4j.nn.conf.layers.ActivationLayer(
                LayerWriter.activation(activation)));
  }

  private boolean endsInProbabilities(Layer layer, Activation activation) {
    return network.outputs().contains(layer.name())
        && network.layers().stream().noneMatch(reader -> reader.inputs().contains(layer.name()))
        && (activation == Activation.SOFTMAX || activation == Activation.SIGMOID);
  }

  @Override
  public GraphBuilder visit(Dropout layer) {
    if (layer.rate() > 0 && layer.perSample()) {
      throw refused(layer, "Deeplearning4j drops single values, not whole samples");
    }
    return put(layer, layer.rate() == 0 ? identity() : new DropoutLayer(1 - layer.rate()));
  }

  private int channels(Layer.Unary layer) {
    return network.shape(layer.input()).channels();
  }

  private static org.deeplearning4j.nn.conf.layers.Layer identity() {
    return new org.deeplearning4j.nn.conf.layers.ActivationLayer(
        LayerWriter.activation(Activation.LINEAR));
  }

  private GraphBuilder put(Layer.Unary layer, org.deeplearning4j.nn.conf.layers.Layer written) {
    return graph.addLayer(layer.name(), written, layer.input());
  }

  private GraphBuilder vertex(Layer layer, org.deeplearning4j.nn.conf.graph.GraphVertex vertex) {
    return graph.addVertex(layer.name(), vertex, layer.inputs().toArray(String[]::new));
  }

  private static IllegalArgumentException unknown(Layer layer) {
    return refused(layer, "Deeplearning4j has no layer of kind " + layer.kind());
  }

  private static IllegalArgumentException refused(Layer layer, String why) {
    return new IllegalArgumentException(
        "Layer '"
            + layer.name()
            + "' ("
            + layer.kind()
            + ") cannot become part of a ComputationGraph: "
            + why
            + ". Cut the network behind it with Network.cut.");
  }
}
