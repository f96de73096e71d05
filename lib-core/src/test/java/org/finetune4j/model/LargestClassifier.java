package org.finetune4j.model;

import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.RandomWeights;

/** A classifier of the largest pictures that are accepted. */
final class LargestClassifier {
  private LargestClassifier() {}

  /** Returns a new one: 4096 x 4096 pixels, and hardly a weight. */
  static ImageClassifier of(long seed) {
    Network pooled =
        Network.builder(Shape.map(3, 4096, 4096))
            .averagePool(512)
            .flatten()
            .dense(2)
            .softmax()
            .build();
    Network network = PixelInput.before(pooled, Preprocessing.TF);
    return ImageClassifier.of(
        new ClassifierDefinition(
            network, Preprocessing.TF, Labels.of("a", "b"), Provenance.unknown()),
        RandomWeights.of(network, seed));
  }
}
