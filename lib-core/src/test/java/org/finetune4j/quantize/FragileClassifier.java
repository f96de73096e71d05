package org.finetune4j.quantize;

import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** Tells horizontal from vertical stripes by differences that hide beside a very wide channel. */
final class FragileClassifier {
  private FragileClassifier() {}

  static ImageClassifier of() {
    Network network =
        Network.builder("pixels", Shape.map(3, 18, 20))
            .convolution("edges", 3, Window.of(4), Activation.RELU)
            .convolution("pick", 2, Window.of(1), Activation.RELU)
            .convolution("same", 2, Window.of(1), Activation.RELU)
            .maxPool("pool", Window.of(2).stride(2))
            .convolution("same_again", 2, Window.of(1), Activation.RELU)
            .globalAveragePool("mean")
            .dense("head", 2, Activation.SOFTMAX)
            .build();
    float[] edges = new float[3 * 3 * 16];
    for (int i = 0; i < 48; i++) {
      int row = i % 16 / 4;
      int column = i % 4;
      edges[i] = row < 2 ? 0.01f : -0.01f; // horizontal stripes
      edges[48 + i] = column < 2 ? 0.01f : -0.01f; // vertical ones
      edges[96 + i] = 100; // how bright the picture is
    }
    Weights weights =
        Weights.builder()
            .put("edges/kernel", Tensor.of(edges, 3, 3, 4, 4))
            .put("edges/bias", Tensor.of(new float[3], 3))
            .put("pick/kernel", Tensor.of(new float[] {1, 0, 0, 0, 1, 0}, 2, 3, 1, 1))
            .put("pick/bias", Tensor.of(new float[2], 2))
            .put("same/kernel", Tensor.of(new float[] {1, 0, 0, 1}, 2, 2, 1, 1))
            .put("same/bias", Tensor.of(new float[2], 2))
            .put("same_again/kernel", Tensor.of(new float[] {1, 0, 0, 1}, 2, 2, 1, 1))
            .put("same_again/bias", Tensor.of(new float[2], 2))
            .put("head/kernel", Tensor.of(new float[] {1, -1, -1, 1}, 2, 2))
            .put("head/bias", Tensor.of(new float[2], 2))
            .build();
    Labels labels = Stripes.LABELS;
    return ImageClassifier.of(
        new ClassifierDefinition(network, Preprocessing.NONE, labels, Provenance.unknown()),
        weights);
  }
}
