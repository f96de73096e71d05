package org.finetune4j.head;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.data.Labels;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.image.Image;
import org.finetune4j.model.ClassifierDefinition;
import org.finetune4j.model.EightBits;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Provenance;
import org.finetune4j.network.Network;
import org.finetune4j.train.log.TrainingHistory;
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
  private final List<String> warnings;
  private final boolean trained;

  TrainedHead(
      Network network,
      Weights weights,
      Labels labels,
      Optional<String> fingerprint,
      TrainingHistory history,
      Optional<String> selection,
      Provenance training,
      List<String> warnings,
      boolean trained) {
    this.network = network;
    this.weights = weights;
    this.labels = labels;
    this.fingerprint = fingerprint;
    this.history = history;
    this.selection = selection;
    this.training = training;
    this.warnings = List.copyOf(warnings);
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
   * Returns what is odd about the samples it learned from: classes of very different sizes,
   * validation samples that are training samples; empty if nothing is. Logged as well.
   */
  public List<String> warnings() {
    return warnings;
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
   * @throws IllegalArgumentException if the features come from another extractor or have another
   *     shape
   */
  public float[][] probabilities(FeatureSet features) {
    if (features.fingerprint().isPresent()) {
      requireSameExtractor(features.fingerprint(), "The features come");
    }
    float[][] rows = new float[features.size()][];
    try (OnnxSession session = OnnxSession.open(network, weights, RuntimeOptions.standard())) {
      for (int i = 0; i < rows.length; i++) {
        rows[i] = probabilities(session, features.features(i));
      }
    }
    return rows;
  }

  /**
   * Returns the probability of every label for the features of one sample, for example what {@code
   * extractor.extract(image)} returns.
   *
   * @param features as many values as the head reads; where they come from, nobody can check
   * @throws IllegalArgumentException if they are more or fewer
   */
  public float[] probabilities(float[] features) {
    try (OnnxSession session = OnnxSession.open(network, weights, RuntimeOptions.standard())) {
      return probabilities(session, features);
    }
  }

  /**
   * Returns the probability of every label for one picture. For many, {@link #classifier} is
   * quicker.
   *
   * @param extractor the one whose features the head was trained on
   * @throws IllegalArgumentException if it is another
   */
  public float[] probabilities(FeatureExtractor extractor, Image image) {
    requireSameExtractor(Optional.of(extractor.fingerprint()), "The features come");
    return probabilities(extractor.extract(image));
  }

  private float[] probabilities(OnnxSession session, float[] features) {
    int read = network.inputs().get(0).shape().elements();
    if (features.length != read) {
      throw new IllegalArgumentException(
          "The head reads "
              + read
              + " features of a sample, not "
              + features.length
              + ". They come from the extractor whose features it was trained on.");
    }
    float[] row = session.run(1, FloatBuffer.wrap(features))[0];
    return row.length == 1 ? new float[] {1 - row[0], row[0]} : row;
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

  /** Returns for example {@code TrainedHead[2048 -> 2, cats, dogs]}, and the warnings. */
  @Override
  public String toString() {
    return "TrainedHead["
        + network.inputs().get(0).shape()
        + " -> "
        + network.outputShape()
        + ", "
        + labels
        + selection.map(how -> ", " + how).orElse("")
        + "]"
        + (warnings.isEmpty() ? "" : "; warning: " + String.join("; ", warnings));
  }
}
