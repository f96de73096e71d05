package org.finetune4j.finetune;

import java.util.List;
import java.util.Set;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;

/**
 * The layers from which on a backbone and its head can be trained.
 *
 * @param extractor gives the backbone up to the features
 * @param head what reads them
 */
record UnfreezePoints(FeatureExtractor extractor, Network head) {
  /** Returns the first layer that trains. */
  String of(FineTuneStage.Unfrozen unfrozen) {
    if (unfrozen instanceof FineTuneStage.Unfrozen.Head) {
      return firstOfHead();
    }
    FrozenGraph.in(extractor.network())
        .ifPresent(
            graph -> {
              throw new IllegalArgumentException(
                  extractor.backbone().name()
                      + " stays frozen: only the head behind it can learn. "
                      + graph.obstacle());
            });
    if (unfrozen instanceof FineTuneStage.Unfrozen.From from) {
      return named(from.layer());
    }
    if (unfrozen instanceof FineTuneStage.Unfrozen.Between between) {
      return named(between.first());
    }
    if (unfrozen instanceof FineTuneStage.Unfrozen.Last last) {
      return last(last.layers());
    }
    return layersWithWeights().get(0);
  }

  /** Returns the layers behind the last one that trains; none if all up to the end do. */
  Set<String> frozenBehind(FineTuneStage.Unfrozen unfrozen, Network whole) {
    if (!(unfrozen instanceof FineTuneStage.Unfrozen.Between between)) {
      return Set.of();
    }
    String last = extractor.backbone().lastLayer(between.last());
    List<String> layers = whole.layerNames();
    if (layers.indexOf(named(last)) < layers.indexOf(named(between.first()))) {
      throw new IllegalArgumentException(
          "A stage trains from one layer to another behind it, but '"
              + between.last()
              + "' comes before '"
              + between.first()
              + "'.");
    }
    return Set.copyOf(layers.subList(layers.indexOf(last) + 1, layers.size()));
  }

  String firstOfHead() {
    return head.layerNames().stream()
        .filter(name -> !(head.layer(name) instanceof Input))
        .findFirst()
        .orElseThrow();
  }

  private String named(String layer) {
    String resolved = extractor.backbone().firstLayer(layer);
    if (extractor.backbone().network().layer(resolved) instanceof Input) {
      throw new IllegalArgumentException(
          "Layer '"
              + layer
              + "' is the input, where nothing can be trained. unfreezeAll() trains from the first"
              + " layer with weights on, '"
              + layersWithWeights().get(0)
              + "'.");
    }
    if (!extractor.network().contains(resolved)) {
      throw new IllegalArgumentException(
          "Layer '"
              + layer
              + "' comes after '"
              + extractor.layer()
              + "', whose features the head reads, so it cannot be trained. Name an earlier one.");
    }
    return resolved;
  }

  private String last(int layers) {
    List<String> candidates = layersWithWeights();
    if (layers < 1 || layers > candidates.size()) {
      throw new IllegalArgumentException(
          "The backbone has "
              + candidates.size()
              + " layers with weights, so the last 1 to "
              + candidates.size()
              + " can be trained, not "
              + layers
              + ".");
    }
    return candidates.get(candidates.size() - layers);
  }

  private List<String> layersWithWeights() {
    Network network = extractor.network();
    return network.layerNames().stream()
        .filter(name -> !(network.layer(name) instanceof Input))
        .filter(name -> network.tensors(name).stream().anyMatch(TensorSpec::trainable))
        .toList();
  }
}
