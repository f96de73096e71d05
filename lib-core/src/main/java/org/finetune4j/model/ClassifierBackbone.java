package org.finetune4j.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/** The backbone in a classifier: its network without the layers of pixels and without the head. */
final class ClassifierBackbone {
  private static final String HEAD = "head_";
  private static final String INPUT = "input_1";
  private static final Set<String> PIXELS =
      Set.of(PixelInput.NAME, PixelInput.NAME + "_bgr", PixelInput.NAME + "_scaled");

  private ClassifierBackbone() {}

  static PretrainedBackbone of(ClassifierDefinition definition, Weights weights) {
    Network network = withoutHead(definition.network());
    String first =
        network.layerNames().stream()
            .filter(name -> !PIXELS.contains(name) && !(network.layer(name) instanceof Input))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("The classifier has no backbone."));
    return PretrainedBackbone.of(
        definition.provenance().facts().getOrDefault("backbone", "classifier") + ", trained",
        withUsualInput(network.cut(first).tail()),
        weights,
        definition.preprocessing());
  }

  /** As published networks have it, so that features are found again that those left in a cache. */
  private static Network withUsualInput(Network backbone) {
    if (backbone.inputs().size() != 1 || backbone.contains(INPUT)) {
      return backbone;
    }
    Input input = backbone.inputs().get(0);
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : backbone.layers()) {
      layers.add(
          layer instanceof Input
              ? new Input(INPUT, input.shape())
              : layer.reading(
                  layer.inputs().stream()
                      .map(it -> it.equals(input.name()) ? INPUT : it)
                      .toList()));
    }
    return new Network(layers, backbone.outputs());
  }

  /** A head of this library begins behind the features; other classifiers behind their last map. */
  private static Network withoutHead(Network network) {
    List<String> names = network.layerNames();
    return names.stream()
        .filter(name -> name.startsWith(HEAD))
        .findFirst()
        .map(head -> network.upTo(network.layer(head).inputs()))
        .orElseGet(
            () ->
                network.upTo(
                    names.stream()
                        .filter(name -> !network.shape(name).isVector())
                        .reduce((before, last) -> last)
                        .orElseThrow()));
  }
}
