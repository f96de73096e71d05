package org.finetune4j.dl4j;

import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune4j.dl4j.array.INDArrays;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Carries weights into a graph's parameters, by layer name. */
final class GraphWeights {
  private final ComputationGraph graph;

  private GraphWeights(ComputationGraph graph) {
    this.graph = graph;
  }

  static void write(Network network, Weights weights, ComputationGraph graph) {
    GraphWeights writer = new GraphWeights(graph);
    network.layers().forEach(layer -> writer.layer(network, layer, weights));
  }

  private void layer(Network network, Layer layer, Weights weights) {
    String name = layer.name();
    int channels = network.shape(name).channels();
    if (layer instanceof Normalization) {
      normalization(network, layer, weights);
    } else if (layer instanceof ReverseChannels) {
      mixing(name, INDArrays.reversedIdentity(channels), new float[channels]);
    } else if (layer instanceof Rescale rescale
        && (rescale.scale().size() > 1 || rescale.offset().size() > 1)) {
      affine(network, layer, each(rescale.scale(), channels), each(rescale.offset(), channels));
    } else {
      if (layer instanceof BatchNormalization norm && norm.scale() != norm.center()) {
        parameter(name, "gamma").assign(1);
        parameter(name, "beta").assign(0);
      }
      network.tensors(name).forEach(spec -> tensor(network, spec, weights.get(spec.name())));
    }
  }

  private void tensor(Network network, TensorSpec spec, Tensor tensor) {
    if (!tensor.shape().equals(spec.shape())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Tensor '%s' has shape %s, but the layer needs %s.",
              spec.name(),
              tensor.shape(),
              spec.shape()));
    }
    boolean separable = network.layer(spec.layer()) instanceof SeparableConvolution;
    boolean first = separable && spec.role().equals("depthwise_kernel");
    String layer = first ? spec.layer() + GraphWriter.DEPTHWISE : spec.layer();
    INDArray target = parameter(layer, ParameterNames.dl4j(spec.role()));
    target.assign(ParameterNames.toDl4j(spec.role(), INDArrays.of(tensor), target.shape()));
  }

  private void normalization(Network network, Layer layer, Weights weights) {
    float[] mean = weights.get(layer.name() + "/mean").toArray();
    float[] variance = weights.get(layer.name() + "/variance").toArray();
    float[] scale = new float[mean.length];
    float[] offset = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      double deviation = Math.max(Math.sqrt(variance[i]), 1e-7);
      scale[i] = (float) (1 / deviation);
      offset[i] = (float) (-mean[i] / deviation);
    }
    affine(network, layer, scale, offset);
  }

  private void affine(Network network, Layer layer, float[] scale, float[] offset) {
    boolean vector = network.shape(layer.name()).isVector();
    INDArray kernel = vector ? Nd4j.createFromArray(scale) : INDArrays.diagonal(scale);
    mixing(layer.name(), kernel, offset);
  }

  private void mixing(String name, INDArray values, float[] offset) {
    INDArray kernel = parameter(name, "W");
    kernel.assign(values.reshape(kernel.shape()));
    parameter(name, "b").assign(Nd4j.createFromArray(offset).reshape(1, offset.length));
  }

  private static float[] each(List<Double> numbers, int channels) {
    float[] each = new float[channels];
    for (int i = 0; i < channels; i++) {
      each[i] = numbers.get(numbers.size() == 1 ? 0 : i).floatValue();
    }
    return each;
  }

  private INDArray parameter(String layer, String key) {
    return graph.getLayer(layer).getParam(key);
  }
}
