package org.finetune4j.backbone;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.finetune4j.backbone.WeightFitting.Fitted;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** A backbone whose network is none of {@link Architecture}. */
final class OwnNetwork {
  private OwnNetwork() {}

  static PretrainedBackbone backbone(
      String name, Network network, Weights weights, Preprocessing preprocessing) {
    requirePicture(name, network);
    Weights.Builder fitted = Weights.builder();
    network.tensors().forEach(spec -> fitted.put(spec.name(), fitting(spec, weights)));
    Function<ImageSize, Network> resized =
        size -> network.withInput(Shape.map(3, size.height(), size.width()));
    return new PretrainedBackbone(
        name,
        new LayerDirectory(name, network, Map.of()),
        featureLayer(network),
        new Fitted(network, fitted.build(), resized, preprocessing),
        preprocessing,
        RuntimeOptions.standard());
  }

  private static void requirePicture(String name, Network network) {
    List<Shape> inputs = network.inputs().stream().map(Input::shape).toList();
    if (inputs.size() != 1 || !inputs.get(0).isMap() || inputs.get(0).channels() != 3) {
      throw new IllegalArgumentException(
          "A backbone reads one picture of three channels, but " + name + " reads " + inputs + ".");
    }
  }

  private static Tensor fitting(TensorSpec spec, Weights weights) {
    Tensor tensor = weights.get(spec.name());
    if (!tensor.shape().equals(spec.shape())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Tensor '%s' has shape %s, but the layer needs %s.",
              spec.name(),
              tensor.shape(),
              spec.shape()));
    }
    return tensor;
  }

  private static String featureLayer(Network network) {
    return network.layerNames().stream()
        .filter(layer -> !network.shape(layer).isVector())
        .reduce((before, last) -> last)
        .orElseThrow();
  }
}
