package org.finetune4j.dl4j;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
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
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.Network;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.network.ZeroPadding;

/** Writes the layers of a network into the configuration of a graph, each under its own name. */
final class GraphWriter {
  /** Stands behind the name of a separable convolution for the first of its two layers. */
  static final String DEPTHWISE = "/depthwise";

  private final Network network;
  private final ComputationGraphConfiguration.GraphBuilder graph =
      new NeuralNetConfiguration.Builder().graphBuilder();

  private GraphWriter(Network network) {
    this.network = network;
  }

  static ComputationGraphConfiguration write(Network network) {
    GraphWriter writer = new GraphWriter(network);
    network.inputs().forEach(input -> writer.graph.addInputs(input.name()));
    network.layers().forEach(writer::layer);
    return writer.graph.setOutputs(network.outputs().toArray(String[]::new)).build();
  }

  private void layer(Layer layer) {
    if (layer instanceof Layer.Unary unary) {
      unary(unary, network.shape(unary.input()));
    } else if (layer instanceof Add) {
      vertex(layer, new ElementWiseVertex(ElementWiseVertex.Op.Add));
    } else if (layer instanceof Multiply) {
      vertex(layer, new ElementWiseVertex(ElementWiseVertex.Op.Product));
    } else if (layer instanceof Concatenate) {
      vertex(layer, new MergeVertex());
    } else if (!(layer instanceof Input)) {
      throw refused(layer, "Deeplearning4j has no layer of kind " + layer.kind());
    }
  }

  private void unary(Layer.Unary layer, Shape input) {
    int channels = input.channels();
    if (layer instanceof Convolution convolution) {
      put(layer, LayerWriter.convolution(convolution, channels));
    } else if (layer instanceof DepthwiseConvolution depthwise) {
      put(layer, LayerWriter.depthwise(depthwise, channels));
    } else if (layer instanceof SeparableConvolution separable) {
      separable(separable, channels);
    } else if (layer instanceof Dense dense) {
      put(
          layer,
          endsInProbabilities(layer, dense.activation())
              ? LayerWriter.output(dense, channels)
              : LayerWriter.dense(dense, channels));
    } else if (layer instanceof BatchNormalization normalization) {
      put(layer, LayerWriter.batchNormalization(normalization, channels));
    } else if (layer instanceof ActivationLayer activation) {
      activation(activation, input);
    } else if (layer instanceof Pooling pooling) {
      put(layer, LayerWriter.pooling(pooling));
    } else if (layer instanceof GlobalPooling pooling) {
      put(
          layer,
          new GlobalPoolingLayer.Builder(LayerWriter.type(pooling.pooling()))
              .collapseDimensions(!pooling.keepDimensions())
              .build());
    } else if (layer instanceof ZeroPadding pad) {
      put(
          layer,
          new ZeroPaddingLayer.Builder(pad.top(), pad.bottom(), pad.left(), pad.right()).build());
    } else if (layer instanceof Dropout dropout) {
      dropout(dropout);
    } else {
      rearranging(layer, input);
    }
  }

  /** Two layers, as Deeplearning4j's own separable layer cannot go backward on NCHW. */
  private void separable(SeparableConvolution layer, int channels) {
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
    graph.addLayer(layer.name(), LayerWriter.convolution(second, channels), depthwise);
  }

  private void rearranging(Layer.Unary layer, Shape input) {
    if (layer instanceof Flatten) {
      flatten(layer, input);
    } else if (layer instanceof Reshape reshape) {
      if (reshape.shape().isVector() == input.isVector()) {
        put(layer, identity());
      } else if (input.isVector()) {
        vertex(
            layer,
            new PreprocessorVertex(new FeedForwardToCnnPreProcessor(1, 1, input.channels())));
      } else {
        flatten(layer, input);
      }
    } else if (layer instanceof Rescale rescale
        && rescale.scale().size() == 1
        && rescale.offset().size() == 1) {
      String scaled = layer.name() + "/scaled";
      graph.addVertex(scaled, new ScaleVertex(rescale.scale().get(0)), layer.input());
      graph.addVertex(layer.name(), new ShiftVertex(rescale.offset().get(0)), scaled);
    } else if (layer instanceof Rescale
        || layer instanceof Normalization
        || layer instanceof ReverseChannels) {
      mixing(layer, input);
    } else {
      throw refused(layer, "Deeplearning4j has no layer of kind " + layer.kind());
    }
  }

  /** A frozen 1x1 convolution, which computes any constant mixing of channels. */
  private void mixing(Layer.Unary layer, Shape input) {
    if (input.isVector()) {
      each(layer, input.channels());
      return;
    }
    boolean trainableBefore =
        network.upTo(layer.input()).tensors().stream().anyMatch(spec -> spec.trainable());
    if (trainableBefore) {
      throw refused(layer, "no gradient would pass it to the layers before");
    }
    Convolution mixing =
        new Convolution(
            layer.name(), layer.input(), input.channels(), Window.of(1), true, Activation.LINEAR);
    put(layer, new FrozenLayer(LayerWriter.convolution(mixing, input.channels())));
  }

  /** On vectors a frozen factor and summand for each value, through which gradients pass. */
  private void each(Layer.Unary layer, int size) {
    if (layer instanceof ReverseChannels) {
      throw refused(layer, "only on feature maps has it a counterpart");
    }
    ElementWiseMultiplicationLayer affine =
        new ElementWiseMultiplicationLayer.Builder()
            .nIn(size)
            .nOut(size)
            .activation(LayerWriter.activation(Activation.LINEAR))
            .build();
    put(layer, new FrozenLayerWithBackprop(affine));
  }

  private void flatten(Layer.Unary layer, Shape input) {
    if (input.isVector()) {
      put(layer, identity());
    } else {
      vertex(
          layer,
          new PreprocessorVertex(
              new CnnToFeedForwardPreProcessor(input.height(), input.width(), input.channels())));
    }
  }

  private void activation(ActivationLayer layer, Shape input) {
    Activation activation = layer.activation();
    if (activation == Activation.SOFTMAX && !input.isVector()) {
      throw refused(layer, "softmax has a counterpart only on vectors");
    }
    if (endsInProbabilities(layer, activation) && input.isVector()) {
      put(
          layer,
          new LossLayer.Builder(LayerWriter.loss(activation))
              .activation(LayerWriter.activation(activation))
              .build());
    } else {
      put(
          layer,
          new org.deeplearning4j.nn.conf.layers.ActivationLayer(
              LayerWriter.activation(activation)));
    }
  }

  private boolean endsInProbabilities(Layer layer, Activation activation) {
    return network.outputs().contains(layer.name())
        && network.layers().stream().noneMatch(reader -> reader.inputs().contains(layer.name()))
        && (activation == Activation.SOFTMAX || activation == Activation.SIGMOID);
  }

  private void dropout(Dropout layer) {
    if (layer.rate() == 0) {
      put(layer, identity());
    } else if (layer.perSample()) {
      throw refused(layer, "Deeplearning4j drops single values, not whole samples");
    } else {
      put(layer, new DropoutLayer(1 - layer.rate()));
    }
  }

  private static org.deeplearning4j.nn.conf.layers.Layer identity() {
    return new org.deeplearning4j.nn.conf.layers.ActivationLayer(
        LayerWriter.activation(Activation.LINEAR));
  }

  private void put(Layer.Unary layer, org.deeplearning4j.nn.conf.layers.Layer written) {
    graph.addLayer(layer.name(), written, layer.input());
  }

  private void vertex(Layer layer, org.deeplearning4j.nn.conf.graph.GraphVertex vertex) {
    graph.addVertex(layer.name(), vertex, layer.inputs().toArray(String[]::new));
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
