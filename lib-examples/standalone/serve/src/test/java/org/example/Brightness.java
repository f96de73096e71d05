package org.example;

import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** The mean of a picture decides: nothing to be trained, nothing to be downloaded. */
final class Brightness {
  private Brightness() {}

  static ImageClassifier classifier() {
    Network network =
        Network.builder(Shape.map(3, 12, 12))
            .rescale("scaled", 1 / 255.0, -0.5)
            .globalAveragePool("mean")
            .dense("scores", 2)
            .softmax()
            .build();
    Weights weights =
        Weights.builder()
            .put("scores/kernel", Tensor.of(new float[] {-4, 4, -4, 4, -4, 4}, 3, 2))
            .put("scores/bias", Tensor.of(new float[] {0, 0}, 2))
            .build();
    return ImageClassifier.of(
        new ClassifierDefinition(
            network, Preprocessing.NONE, Labels.of("dark", "bright"), Provenance.unknown()),
        weights);
  }
}
