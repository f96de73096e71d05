package org.finetune4j.dl4j;

import java.util.Locale;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.finetune4j.dl4j.layer.HardSigmoid;
import org.finetune4j.dl4j.layer.HardSwish;
import org.finetune4j.dl4j.layer.OneDnnConvolutionLayer;
import org.finetune4j.dl4j.layer.OneDnnPoolingLayer;
import org.finetune4j.network.Activation;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Padding;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Window;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Deeplearning4j's configuration of single layers, all of them channels first. */
final class LayerWriter {
  private LayerWriter() {}

  static Layer convolution(Convolution layer, int channels) {
    ConvolutionLayer.Builder builder = new ConvolutionLayer.Builder();
    window(builder, layer.window())
        .nIn(channels)
        .nOut(layer.filters())
        .hasBias(layer.bias())
        .activation(activation(layer.activation()));
    // oneDNN refuses dilated kernels with Same padding.
    return layer.window().dilation() == 1 ? new OneDnnConvolutionLayer(builder) : builder.build();
  }

  static Layer depthwise(DepthwiseConvolution layer, int channels) {
    DepthwiseConvolution2D.Builder builder = new DepthwiseConvolution2D.Builder();
    return window(builder.depthMultiplier(layer.multiplier()), layer.window())
        .nIn(channels)
        .nOut((long) channels * layer.multiplier())
        .hasBias(layer.bias())
        .activation(activation(Activation.LINEAR))
        .build();
  }

  private static <B extends ConvolutionLayer.BaseConvBuilder<B>> B window(
      ConvolutionLayer.BaseConvBuilder<B> builder, Window window) {
    return builder
        .kernelSize(window.height(), window.width())
        .stride(window.stride(), window.stride())
        .dilation(window.dilation(), window.dilation())
        .convolutionMode(mode(window));
  }

  static Layer pooling(Pooling layer) {
    Window window = layer.window();
    SubsamplingLayer.Builder builder =
        new SubsamplingLayer.Builder(type(layer.pooling()))
            .kernelSize(window.height(), window.width())
            .stride(window.stride(), window.stride())
            .dilation(window.dilation(), window.dilation())
            .convolutionMode(mode(window))
            .avgPoolIncludePadInDivisor(false);
    return new OneDnnPoolingLayer(builder);
  }

  private static ConvolutionMode mode(Window window) {
    return window.padding() == Padding.SAME ? ConvolutionMode.Same : ConvolutionMode.Truncate;
  }

  static org.deeplearning4j.nn.conf.layers.PoolingType type(PoolingType pooling) {
    return switch (pooling) {
      case MAX -> org.deeplearning4j.nn.conf.layers.PoolingType.MAX;
      case AVERAGE -> org.deeplearning4j.nn.conf.layers.PoolingType.AVG;
    };
  }

  static Layer dense(Dense layer, int inputs) {
    return new DenseLayer.Builder()
        .nIn(inputs)
        .nOut(layer.units())
        .hasBias(layer.bias())
        .activation(activation(layer.activation()))
        .build();
  }

  /** A dense layer that ends the graph in probabilities, and so can say how wrong it is. */
  static Layer output(Dense layer, int inputs) {
    return new OutputLayer.Builder(loss(layer.activation()))
        .nIn(inputs)
        .nOut(layer.units())
        .hasBias(layer.bias())
        .activation(activation(layer.activation()))
        .build();
  }

  static LossFunction loss(Activation activation) {
    return activation == Activation.SOFTMAX ? LossFunction.MCXENT : LossFunction.XENT;
  }

  static Layer batchNormalization(BatchNormalization layer, int channels) {
    return new org.deeplearning4j.nn.conf.layers.BatchNormalization.Builder()
        .nIn(channels)
        .nOut(channels)
        .eps(layer.epsilon())
        .decay(layer.momentum())
        .useLogStd(false)
        .lockGammaBeta(!layer.scale() && !layer.center())
        .build();
  }

  static IActivation activation(Activation activation) {
    return switch (activation) {
      case LINEAR -> org.nd4j.linalg.activations.Activation.IDENTITY.getActivationFunction();
      case SWISH -> new ActivationSwish();
      case HARD_SIGMOID -> new HardSigmoid();
      case HARD_SWISH -> new HardSwish();
      case GELU, GELU_TANH, QUICK_GELU ->
          throw new IllegalArgumentException(
              "Activation " + activation + " has no counterpart in Deeplearning4j.");
      case RELU, RELU6, SIGMOID, TANH, ELU, SELU, SOFTPLUS, SOFTSIGN, SOFTMAX ->
          org.nd4j.linalg.activations.Activation.valueOf(activation.name().toUpperCase(Locale.ROOT))
              .getActivationFunction();
    };
  }
}
