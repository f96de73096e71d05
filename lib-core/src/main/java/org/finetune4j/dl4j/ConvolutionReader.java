package org.finetune4j.dl4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Window;
import org.finetune4j.weights.Tensor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Turns Deeplearning4j's two-dimensional convolutions into ours. */
final class ConvolutionReader {
  private final Sketch sketch;
  private final WindowReader windows;
  private final ActivationReader activations;

  ConvolutionReader(Sketch sketch) {
    this.sketch = sketch;
    this.windows = new WindowReader(sketch);
    this.activations = new ActivationReader(sketch);
  }

  void add(Part part, ConvolutionLayer layer) {
    part.requireFormat(layer.getCnn2dDataFormat());
    if (layer instanceof Deconvolution2D) {
      throw part.refused("transposed convolutions have no counterpart");
    } else if (layer instanceof SeparableConvolution2D separable) {
      separable(part, separable);
    } else if (layer instanceof DepthwiseConvolution2D depthwise) {
      depthwise(part, depthwise);
    } else {
      convolution(part, layer);
    }
  }

  private void convolution(Part part, ConvolutionLayer layer) {
    Conv conv = conv(part, layer);
    Optional<Activation> activation = ActivationReader.plain(layer.getActivationFn());
    String name = activation.isPresent() ? part.name() : part.named("linear");
    activation.ifPresent(
        function -> activations.requireVectorForSoftmax(part, conv.input, function));
    full(part, name, conv, layer.hasBias(), "W", activation.orElse(Activation.LINEAR));
    if (activation.isEmpty()) {
      activations.add(part, name, layer.getActivationFn());
    }
  }

  /** What a convolution reads, with its padding already added if it is not one of the window's. */
  private record Conv(String input, Window window, int filters) {}

  private Conv conv(Part part, ConvolutionLayer layer) {
    Window window =
        WindowReader.window(part, layer.getKernelSize(), layer.getStride(), layer.getDilation());
    ConvolutionMode mode = layer.getConvolutionMode();
    WindowReader.Placed placed =
        windows
            .own(part, window, mode, layer.getPadding())
            .orElseGet(() -> windows.overZeros(part, window, mode, layer.getPadding()));
    return new Conv(placed.input(), placed.window(), Math.toIntExact(layer.getNOut()));
  }

  private void full(
      Part part, String name, Conv conv, boolean bias, String key, Activation activation) {
    sketch.add(new Convolution(name, conv.input, conv.filters, conv.window, bias, activation));
    int channels = Math.toIntExact(part.parameter(key).size(1));
    sketch.put(
        name,
        "kernel",
        part.tensor(key, conv.filters, channels, conv.window.height(), conv.window.width()));
    if (bias) {
      sketch.put(name, "bias", part.tensor("b", conv.filters));
    }
  }

  private void depthwise(Part part, DepthwiseConvolution2D layer) {
    INDArray kernel = part.parameter("W").permute(2, 3, 0, 1);
    String name = linearName(part, layer.getActivationFn());
    channelwise(name, conv(part, layer), kernel, layer.hasBias());
    if (layer.hasBias()) {
      sketch.put(name, "bias", part.tensor("b", Math.toIntExact(layer.getNOut())));
    }
    activate(part, name, layer.getActivationFn());
  }

  private void channelwise(String name, Conv conv, INDArray kernel, boolean bias) {
    int channels = Math.toIntExact(kernel.size(0));
    int multiplier = Math.toIntExact(kernel.size(1));
    sketch.add(new DepthwiseConvolution(name, conv.input, multiplier, conv.window, bias));
    Tensor tensor =
        Part.tensor(kernel, channels * multiplier, 1, conv.window.height(), conv.window.width());
    sketch.put(name, "depthwise_kernel", tensor);
  }

  private void separable(Part part, SeparableConvolution2D layer) {
    String depthwise = part.named("depthwise");
    String name = linearName(part, layer.getActivationFn());
    INDArray kernel = part.parameter("W").permute(1, 0, 2, 3);
    Conv conv = conv(part, layer);
    channelwise(depthwise, conv, kernel, false);
    full(
        part,
        name,
        new Conv(depthwise, Window.of(1), conv.filters),
        layer.hasBias(),
        "pW",
        Activation.LINEAR);
    activate(part, name, layer.getActivationFn());
  }

  private static String linearName(Part part, IActivation function) {
    boolean linear = ActivationReader.plain(function).equals(Optional.of(Activation.LINEAR));
    return linear ? part.name() : part.named("linear");
  }

  private void activate(Part part, String name, IActivation function) {
    if (!name.equals(part.name())) {
      activations.add(part, name, function);
    }
  }
}
