package org.finetune4j.dl4j;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.finetune4j.dl4j.array.INDArrays;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.weights.Tensor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Turns single layers of Deeplearning4j into ours. */
final class LayerReader {
  private static final String SUPPORTED =
      "supported are ConvolutionLayer, DepthwiseConvolution2D, SeparableConvolution2D,"
          + " BatchNormalization, SubsamplingLayer, GlobalPoolingLayer, ZeroPaddingLayer,"
          + " Cropping2D, ActivationLayer, DropoutLayer, DenseLayer, OutputLayer,"
          + " ElementWiseMultiplicationLayer,"
          + " CenterLossOutputLayer, LossLayer and CnnLossLayer";

  /** Cells of the kernel that stands for a cropping. */
  private static final int LARGEST_CROP = 1 << 24;

  private final Sketch sketch;
  private final ActivationReader activations;
  private final ConvolutionReader convolutions;
  private final PoolingReader poolings;

  LayerReader(Sketch sketch) {
    this.sketch = sketch;
    this.activations = new ActivationReader(sketch);
    this.convolutions = new ConvolutionReader(sketch);
    this.poolings = new PoolingReader(sketch);
  }

  void add(Part part) {
    Layer layer = part.layer();
    if (layer instanceof Convolution1DLayer
        || layer instanceof Convolution3D
        || layer instanceof Subsampling1DLayer) {
      throw part.refused("it has no counterpart; " + SUPPORTED);
    } else if (layer instanceof ConvolutionLayer convolution) {
      convolutions.add(part, convolution);
    } else if (layer instanceof SubsamplingLayer pooling) {
      poolings.add(part, pooling);
    } else if (layer instanceof GlobalPoolingLayer pooling) {
      poolings.addGlobal(part, pooling);
    } else if (layer instanceof BatchNormalization norm) {
      batchNormalization(part, norm);
    } else if (layer instanceof ElementWiseMultiplicationLayer elementWise) {
      elementWise(part, elementWise);
    } else if (layer instanceof DenseLayer dense) {
      if (dense.isHasLayerNorm()) {
        throw part.refused("layer normalisation has no counterpart");
      }
      dense(part, dense, dense.isHasBias());
    } else if (layer instanceof OutputLayer || layer instanceof CenterLossOutputLayer) {
      BaseOutputLayer output = (BaseOutputLayer) layer;
      dense(part, output, output.hasBias());
    } else {
      withoutParameters(part, layer);
    }
  }

  private void elementWise(Part part, ElementWiseMultiplicationLayer layer) {
    String name = part.named("linear");
    sketch.add(
        new Rescale(
            name, part.input(), doubles(part.parameter("W")), doubles(part.parameter("b"))));
    activations.add(part, name, layer.getActivationFn());
  }

  private static List<Double> doubles(INDArray values) {
    return DoubleStream.of(values.dup('c').data().asDouble()).boxed().toList();
  }

  private void withoutParameters(Part part, Layer layer) {
    if (layer instanceof ActivationLayer activation) {
      activations.add(part, part.input(), activation.getActivationFn());
    } else if (layer instanceof LossLayer loss) {
      activations.add(part, part.input(), loss.getActivationFn());
    } else if (layer instanceof CnnLossLayer loss) {
      part.requireFormat(loss.getFormat());
      perPixel(part, loss.getActivationFn());
    } else if (layer instanceof DropoutLayer dropout) {
      double kept = dropout.getIDropout() instanceof Dropout plain ? plain.getP() : 1;
      sketch.add(
          new org.finetune4j.network.Dropout(
              part.name(), part.input(), kept > 0 ? 1 - kept : 0, false));
    } else if (layer instanceof ZeroPaddingLayer pad) {
      part.requireFormat(pad.getDataFormat());
      int[] sides = pad.getPadding();
      sketch.add(
          new ZeroPadding(part.name(), part.input(), sides[0], sides[1], sides[2], sides[3]));
    } else if (layer instanceof Cropping2D crop) {
      part.requireFormat(crop.getDataFormat());
      crop(part, crop.getCropping());
    } else {
      throw part.refused("it has no counterpart; " + SUPPORTED);
    }
  }

  /** Deeplearning4j computes this loss with each pixel as a sample: softmax is over channels. */
  private void perPixel(Part part, IActivation function) {
    if (ActivationReader.plain(function).filter(Activation.SOFTMAX::equals).isPresent()) {
      sketch.add(
          new org.finetune4j.network.ActivationLayer(
              part.name(), part.input(), Activation.SOFTMAX));
    } else {
      activations.add(part, part.input(), function);
    }
  }

  private void dense(Part part, FeedForwardLayer layer, boolean bias) {
    int inputs = Math.toIntExact(layer.getNIn());
    int units = Math.toIntExact(layer.getNOut());
    var plain = ActivationReader.plain(layer.getActivationFn());
    String name = plain.isPresent() ? part.name() : part.named("linear");
    sketch.add(new Dense(name, part.input(), units, bias, plain.orElse(Activation.LINEAR)));
    INDArray kernel = part.parameter("W");
    INDArray ordered =
        sketch.rowsFirst(part.input()).map(map -> channelsFirst(kernel, map, units)).orElse(kernel);
    sketch.put(name, "kernel", Part.tensor(ordered, inputs, units));
    if (bias) {
      sketch.put(name, "bias", part.tensor("b", units));
    }
    if (plain.isEmpty()) {
      activations.add(part, name, layer.getActivationFn());
    }
  }

  private static INDArray channelsFirst(INDArray kernel, Shape map, int units) {
    return kernel
        .dup('c')
        .reshape('c', map.height(), map.width(), map.channels(), units)
        .permute(2, 0, 1, 3);
  }

  /** Its activation function is ignored, as Deeplearning4j ignores it. */
  private void batchNormalization(Part part, BatchNormalization layer) {
    if (!sketch.shape(part.input()).isVector()) {
      part.requireFormat(layer.getCnn2DFormat());
    }
    int size = Math.toIntExact(layer.getNOut());
    String name = part.name();
    sketch.add(
        new org.finetune4j.network.BatchNormalization(
            name, part.input(), layer.getEps(), layer.getDecay(), true, true));
    if (layer.isLockGammaBeta()) {
      // Deeplearning4j applies the constants only where both do something.
      boolean applied = layer.getGamma() != 1 && layer.getBeta() != 0;
      sketch.put(name, "gamma", constant(size, applied ? layer.getGamma() : 1));
      sketch.put(name, "beta", constant(size, applied ? layer.getBeta() : 0));
    } else {
      sketch.put(name, "gamma", part.tensor("gamma", size));
      sketch.put(name, "beta", part.tensor("beta", size));
    }
    sketch.put(name, "moving_mean", part.tensor("mean", size));
    sketch.put(
        name,
        "moving_variance",
        layer.isUseLogStd()
            ? squaredPowersOfTen(part.parameter("log10stdev"), size)
            : part.tensor("var", size));
  }

  private static Tensor constant(int size, double value) {
    float[] values = new float[size];
    Arrays.fill(values, (float) value);
    return Tensor.of(values, size);
  }

  private static Tensor squaredPowersOfTen(INDArray logarithms, int size) {
    float[] values = INDArrays.toFloats(logarithms);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.pow(10, 2.0 * values[i]);
    }
    return Tensor.of(values, size);
  }

  /** A depthwise convolution whose window lets one cell through. */
  private void crop(Part part, int[] sides) {
    int channels = sketch.shape(part.input()).channels();
    Window window = Window.of(sides[0] + sides[1] + 1, sides[2] + sides[3] + 1);
    int cells = window.height() * window.width();
    sketch.add(new DepthwiseConvolution(part.name(), part.input(), 1, window, false));
    if ((long) channels * cells > LARGEST_CROP) {
      throw part.refused("it cuts off too much: " + Arrays.toString(sides));
    }
    float[] kernel = new float[channels * cells];
    for (int channel = 0; channel < channels; channel++) {
      kernel[channel * cells + sides[0] * window.width() + sides[2]] = 1;
    }
    sketch.put(
        part.name(),
        "depthwise_kernel",
        Tensor.of(kernel, channels, 1, window.height(), window.width()));
  }
}
