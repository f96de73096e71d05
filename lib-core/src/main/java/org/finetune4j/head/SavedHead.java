package org.finetune4j.head;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Weights;

/** The head in a saved classifier: what stands behind the features of an extractor. */
final class SavedHead {
  private SavedHead() {}

  /**
   * Returns the layers behind the features.
   *
   * @throws IllegalArgumentException if the features before them are not the extractor's
   */
  static Network network(ImageClassifier classifier, FeatureExtractor extractor) {
    Network whole = classifier.network();
    List<Layer> features = extractor.network().layers();
    List<Layer> layers = whole.layers();
    if (!classifier.preprocessing().equals(extractor.backbone().preprocessing())) {
      throw new IllegalArgumentException(
          refused(
              "it prepares pictures by "
                  + classifier.preprocessing()
                  + ", the extractor by "
                  + extractor.backbone().preprocessing()));
    }
    if (layers.size() <= features.size() || !layers.subList(0, features.size()).equals(features)) {
      throw new IllegalArgumentException(
          refused("its layers do not begin with those of " + extractor));
    }
    String first = layers.get(features.size()).name();
    if (!whole.boundary(first).equals(extractor.network().outputs())) {
      throw new IllegalArgumentException(
          refused("it reads more of the backbone than the features of " + extractor));
    }
    requireSameNumbers(classifier.weights(), extractor);
    return whole.cut(first).tail();
  }

  private static void requireSameNumbers(Weights weights, FeatureExtractor extractor) {
    Weights others = extractor.backbone().weights();
    for (TensorSpec spec : extractor.network().tensors()) {
      boolean pixels = !others.contains(spec.name());
      if (!pixels && !weights.get(spec.name()).equals(others.get(spec.name()))) {
        throw new IllegalArgumentException(
            refused("its tensor '" + spec.name() + "' holds other numbers than the extractor's"));
      }
    }
  }

  /** Returns the tensors of a network alone. */
  static Weights weights(ImageClassifier classifier, Network head) {
    Set<String> own = head.tensors().stream().map(TensorSpec::name).collect(Collectors.toSet());
    return classifier.weights().filter(own::contains);
  }

  private static String refused(String why) {
    return "The head of a saved classifier goes on behind the features of its own backbone, but "
        + why
        + ". Make the extractor of classifier.backbone().";
  }
}
