package org.finetune4j.head;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.data.Labels;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.model.ClassifierDefinition;
import org.finetune4j.model.EightBits;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Provenance;
import org.finetune4j.network.Network;
import org.finetune4j.train.TrainingHistory;
import org.finetune4j.weights.Weights;

/**
 * A head that has learned (but see {@link #isTrained}): a small network behind the features of one
 * extractor. Immutable, without native memory, thread-safe.
 */
public final class TrainedHead {
  private final Network network;
  private final Weights weights;
  private final Labels labels;
  private final Optional<String> fingerprint;
  private final TrainingHistory history;
  private final Optional<String> selection;
  private final Provenance training;
  private final boolean trained;

  TrainedHead(
      Network network,
      Weights weights,
      Labels labels,
      Optional<String> fingerprint,
      TrainingHistory history,
      Optional<String> selection,
      Provenance training,
      boolean trained) {
    this.network = network;
    this.weights = weights;
    this.labels = labels;
    this.fingerprint = fingerprint;
    this.history = history;
    this.selection = selection;
    this.training = training;
    this.trained = trained;
  }

  /** Returns what the head computes, from features to probabilities. */
  public Network network() {
    return network;
  }

  /** Returns its parameters. */
  public Weights weights() {
    return weights;
  }

  /** Returns what its outputs mean. */
  public Labels labels() {
    return labels;
  }

  /** Returns what computed the features it was trained on, if anybody knows. */
  public Optional<String> fingerprint() {
    return fingerprint;
  }

  /** Returns the epochs of its training; none for linear heads, which are solved, not trained. */
  public TrainingHistory history() {
    return history;
  }

  /** Returns what was chosen on validation data and how, for example the penalty. */
  public Optional<String> selection() {
    return selection;
  }

  /**
   * Returns whether the head has learned: false for {@link DenseHead#untrained}, and for a training
   * that was cancelled before its first epoch ended.
   */
  public boolean isTrained() {
    return trained;
  }

  /**
   * Returns the probability of every label for each sample.
   *
   * @throws IllegalArgumentException if the features come from another extractor
   */
  public float[][] probabilities(FeatureSet features) {
    requireSameExtractor(features.fingerprint(), "The features come");
    int outputs = network.outputShape().elements();
    float[][] rows = new float[features.size()][];
    try (OnnxSession session = OnnxSession.open(network, weights, RuntimeOptions.standard())) {
      for (int i = 0; i < rows.length; i++) {
        float[] row = session.run(1, FloatBuffer.wrap(features.features(i)))[0];
        rows[i] = outputs == 1 ? new float[] {1 - row[0], row[0]} : row;
      }
    }
    return rows;
  }

  /**
   * Compares the head's answers with the labels of the samples.
   *
   * @throws IllegalArgumentException if the features come from another extractor or have other
   *     labels
   */
  public Evaluation evaluate(FeatureSet features) {
    if (!features.labels().equals(labels)) {
      throw new IllegalArgumentException(
          "The features have the labels "
              + features.labels()
              + ", but the head knows "
              + labels
              + ".");
    }
    return Evaluation.of(labels, features.targets(), probabilities(features));
  }

  /**
   * Returns a classifier of pictures: the extractor's backbone and this head behind it.
   *
   * @throws IllegalArgumentException if the head was trained on another extractor's features
   */
  public ImageClassifier classifier(FeatureExtractor extractor) {
    requireSameExtractor(
        Optional.of(extractor.fingerprint()), "The classifier is to read features");
    ClassifierDefinition definition =
        new ClassifierDefinition(
            extractor.network().then(network),
            extractor.backbone().preprocessing(),
            labels,
            provenance(extractor));
    Weights all = extractor.backbone().weights().with(weights);
    return extractor
        .backbone()
        .quantization(extractor.network())
        .map(how -> ImageClassifier.rounded(definition, all, new EightBits(how, Map.of())))
        .orElseGet(() -> ImageClassifier.of(definition, all));
  }

  public Provenance provenance(FeatureExtractor extractor) {
    Provenance facts =
        training
            .with("backbone", extractor.backbone().name())
            .with("backbone_weights_sha256", extractor.backbone().fingerprint())
            .with("features", extractor.toString());
    return selection.map(how -> facts.with("head_selection", how)).orElse(facts);
  }

  public void requireSameExtractor(Optional<String> other, String what) {
    if (fingerprint.isPresent() && !fingerprint.equals(other)) {
      throw new IllegalArgumentException(
          what
              + " from another extractor (other weights, layer, pooling, preprocessing or input size)"
              + " than the head was trained with. Extract the features again and train a new head.");
    }
  }

  /** Returns for example {@code TrainedHead[2048 -> 2, cats, dogs]}. */
  @Override
  public String toString() {
    return "TrainedHead["
        + network.inputs().get(0).shape()
        + " -> "
        + network.outputShape()
        + ", "
        + labels
        + "]";
  }
}
