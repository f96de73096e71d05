package org.finetune4j.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;
import org.finetune4j.weights.format.WeightFile;
import org.finetune4j.weights.format.WeightLayout;

/** Writes weights the way Keras lays them out, for tests: the inverse of what loading does. */
public final class KerasFile {
  private KerasFile() {}

  /** Returns what a file of these weights would hold. */
  public static WeightFile of(Network network, Weights weights) {
    return new WeightFile(WeightLayout.KERAS, layers(network, weights), Optional.empty());
  }

  static List<StoredLayer> layers(Network network, Weights weights) {
    List<StoredLayer> layers = new ArrayList<>();
    for (Layer layer : network.layers()) {
      List<StoredTensor> tensors = new ArrayList<>();
      for (TensorSpec spec : network.tensors(layer.name())) {
        Tensor tensor = stored(network, layer, spec, weights.get(spec.name()));
        tensors.add(new StoredTensor(spec.name() + ":0", tensor));
      }
      if (!tensors.isEmpty()) {
        layers.add(new StoredLayer(layer.name(), tensors));
      }
    }
    return layers;
  }

  private static Tensor stored(Network network, Layer layer, TensorSpec spec, Tensor tensor) {
    if (spec.role().equals("count")) {
      return tensor.reshape(List.of());
    }
    if (tensor.shape().size() != 4) {
      return tensor;
    }
    boolean depthwise =
        layer instanceof DepthwiseConvolution
            || (layer instanceof SeparableConvolution && spec.role().equals("depthwise_kernel"));
    int filters = tensor.shape().get(0);
    int channels = tensor.shape().get(1);
    int window = tensor.shape().get(2) * tensor.shape().get(3);
    float[] from = tensor.toArray();
    float[] to = new float[from.length];
    for (int f = 0; f < filters; f++) {
      for (int c = 0; c < channels; c++) {
        for (int w = 0; w < window; w++) {
          to[(w * channels + c) * filters + f] = from[(f * channels + c) * window + w];
        }
      }
    }
    int read = network.shape(layer.inputs().get(0)).channels();
    return depthwise
        ? Tensor.of(to, tensor.shape().get(2), tensor.shape().get(3), read, filters / read)
        : Tensor.of(to, tensor.shape().get(2), tensor.shape().get(3), channels, filters);
  }
}
