package org.finetune4j.head;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.evaluate.TagEvaluation;
import org.finetune4j.evaluate.Thresholds;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.linear.LinearLoss;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Network;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Task;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.uncertainty.ConformalIntervals;
import org.finetune4j.uncertainty.ConformalSets;
import org.finetune4j.uncertainty.ConformalTags;
import org.finetune4j.uncertainty.NoveltyDetector;
import org.finetune4j.uncertainty.Uncertainty;
import org.finetune4j.weights.Weights;

/**
 * A head that has learned (but see {@link #isTrained}): a small network behind the features of one
 * extractor. Immutable, without native memory, thread-safe.
 */
public final class TrainedHead {
  /** The penalties of a linear head among the facts of its training. */
  static final String PENALTY = "head_penalty";

  /** The loss of a linear head among the facts of its training. */
  static final String LOSS = "head_loss";

  private final Network network;
  private final Weights weights;
  private final Task task;
  private final Optional<String> fingerprint;
  private final TrainingHistory history;
  private final Optional<String> selection;
  private final Provenance training;
  private final List<String> warnings;
  private final boolean trained;
  private final Uncertainty uncertainty;

  TrainedHead(
      Network network,
      Weights weights,
      Task task,
      Optional<String> fingerprint,
      TrainingHistory history,
      Optional<String> selection,
      Provenance training,
      List<String> warnings,
      boolean trained) {
    this(
        network,
        weights,
        task,
        fingerprint,
        history,
        selection,
        training,
        warnings,
        trained,
        Uncertainty.none());
  }

  private TrainedHead(
      Network network,
      Weights weights,
      Task task,
      Optional<String> fingerprint,
      TrainingHistory history,
      Optional<String> selection,
      Provenance training,
      List<String> warnings,
      boolean trained,
      Uncertainty uncertainty) {
    this.network = network;
    this.weights = weights;
    this.task = task;
    this.fingerprint = fingerprint;
    this.history = history;
    this.selection = selection;
    this.training = training;
    this.warnings = List.copyOf(warnings);
    this.trained = trained;
    this.uncertainty = uncertainty;
  }

  /**
   * Returns the head of a classifier that was saved, for example to go on from it.
   *
   * @param extractor of the classifier's own backbone, at the layer and with the pooling that the
   *     head reads
   * @throws IllegalArgumentException if the classifier has another backbone, prepares pictures in
   *     another way, or has no head behind these features
   * @throws IllegalStateException if the classifier is in eight bits
   */
  public static TrainedHead of(ImageClassifier classifier, FeatureExtractor extractor) {
    Map<String, String> facts = classifier.provenance().facts();
    Network head = SavedHead.network(classifier, extractor);
    return new TrainedHead(
        head,
        SavedHead.weights(classifier, head),
        classifier.definition().task(),
        Optional.of(extractor.fingerprint()),
        TrainingHistory.none(),
        Optional.ofNullable(facts.get("head_selection")),
        classifier.provenance(),
        List.of(),
        true,
        classifier.uncertainty());
  }

  /** Returns the penalty of a linear head, if it has a single one and its file tells. */
  private Optional<Double> penalty() {
    return Optional.ofNullable(training.facts().get(PENALTY))
        .filter(it -> !it.contains(","))
        .map(Double::valueOf);
  }

  /**
   * Starts a linear head of the same kind: with the same loss and, if it is known, the same
   * penalty.
   *
   * @throws IllegalArgumentException if this one is not linear
   */
  public LinearHead.Builder toBuilder() {
    boolean hinge = LinearLoss.SQUARED_HINGE.name().equals(training.facts().get(LOSS));
    LinearHead.Builder builder =
        hinge ? ClassifierHead.linearSvm() : ClassifierHead.logisticRegression();
    penalty().ifPresent(builder::penalties);
    return builder.warmStart(this);
  }

  private TrainedHead with(Uncertainty other) {
    return new TrainedHead(
        network,
        weights,
        task,
        fingerprint,
        history,
        selection,
        training,
        warnings,
        trained,
        other);
  }

  /** Returns what it was told about its own answers; models made of it know it too. */
  public Uncertainty uncertainty() {
    return uncertainty;
  }

  /**
   * Returns this head, calibrated: for labels, sets that hold the true one at the chosen rate
   * ({@link ConformalSets}); for tags, sets that hold on average this share of the true ones
   * ({@link ConformalTags}); for numbers, intervals ({@link ConformalIntervals}). The model made of
   * it says them ({@code assess}, {@code predict} for tags and numbers) and saves them.
   *
   * @param validation features that nothing was learned from or chosen on
   * @param coverage for example 0.9, which needs at least 9 samples
   * @throws IllegalArgumentException if the features come from another extractor or are for another
   *     task, or there are fewer than the coverage needs
   */
  public TrainedHead calibrated(FeatureSet validation, double coverage) {
    if (!validation.task().equals(task)) {
      throw new IllegalArgumentException(
          "A head is calibrated on features for what it knows, but it knows "
              + task
              + " and the features are for "
              + validation.task()
              + ".");
    }
    return with(uncertainty.calibrated(probabilities(validation), validation.answers(), coverage));
  }

  /**
   * Returns this head with a detector of pictures that are unlike anything it learned from. The
   * model made of it asks it ({@code assess}) and saves it.
   *
   * @param detector fitted on features of the same extractor
   * @throws IllegalArgumentException if they come from another one
   */
  public TrainedHead withNoveltyDetector(NoveltyDetector detector) {
    if (detector.fingerprint().isPresent()) {
      requireSameExtractor(detector.fingerprint(), "The detector's features come");
    }
    return with(uncertainty.with(detector));
  }

  /** Returns what the head computes, from features to probabilities or numbers. */
  public Network network() {
    return network;
  }

  /** Returns its parameters. */
  public Weights weights() {
    return weights;
  }

  /**
   * Returns the labels or tags that its outputs mean.
   *
   * @throws IllegalStateException if they are numbers
   */
  public Labels labels() {
    return task.labels();
  }

  /** Returns what its outputs mean: labels, tags or numbers. */
  public Task task() {
    return task;
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
   * Returns the probability of every label or tag for each sample, or one value per number.
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
   * Returns the probability of every label or tag, or every number, for the features of one sample,
   * for example what {@code extractor.extract(image)} returns.
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
   * Returns the probability of every label or tag, or every number, for one picture. For many,
   * {@link #classifier} is quicker.
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
    boolean second = row.length == 1 && task instanceof Task.OneLabel;
    return second ? new float[] {1 - row[0], row[0]} : row;
  }

  /**
   * Compares the head's answers with the labels of the samples.
   *
   * @throws IllegalArgumentException if the features come from another extractor or have other
   *     labels
   */
  public Evaluation evaluate(FeatureSet features) {
    if (features.task() instanceof Task.OneLabel
        && task instanceof Task.OneLabel
        && !features.labels().equals(labels())) {
      throw new IllegalArgumentException(
          "The features have the labels "
              + features.labels()
              + ", but the head knows "
              + labels()
              + ".");
    }
    requireTask(features, Task.OneLabel.class, "evaluateTags or evaluateNumbers");
    return Evaluation.of(labels(), features.targets(), probabilities(features));
  }

  /**
   * Compares the head's tags with those of the samples, at thresholds of 0.5.
   *
   * @throws IllegalArgumentException if the features come from another extractor, or the head or
   *     they have no tags, or others
   */
  public TagEvaluation evaluateTags(FeatureSet features) {
    requireTask(
        Objects.requireNonNull(features, "features"),
        Task.Tags.class,
        "evaluate or evaluateNumbers");
    return TagEvaluation.of(
        features.answers(), probabilities(features), Thresholds.standard(labels()));
  }

  /**
   * Compares the head's numbers with those of the samples.
   *
   * @throws IllegalArgumentException if the features come from another extractor, or the head or
   *     they have no numbers, or others
   */
  public RegressionEvaluation evaluateNumbers(FeatureSet features) {
    requireTask(
        Objects.requireNonNull(features, "features"),
        Task.Numbers.class,
        "evaluate or evaluateTags");
    return RegressionEvaluation.of(features.answers(), probabilities(features));
  }

  private void requireTask(FeatureSet features, Class<? extends Task> kind, String others) {
    if (!kind.isInstance(task)) {
      throw new IllegalArgumentException(
          "The head learned " + task + ", which " + others + " looks at.");
    }
    if (!features.task().equals(task)) {
      throw new IllegalArgumentException(
          "The features are for " + features.task() + ", but the head learned " + task + ".");
    }
  }

  /**
   * Returns a classifier of pictures: the extractor's backbone and this head behind it.
   *
   * @throws IllegalArgumentException if the head was trained on another extractor's features
   */
  public ImageClassifier classifier(FeatureExtractor extractor) {
    return model(extractor, ImageClassifier::of, ImageClassifier::rounded);
  }

  /**
   * Returns a tagger of pictures: the extractor's backbone and this head behind it.
   *
   * @throws IllegalArgumentException if the head was trained on another extractor's features, or
   *     does not know tags
   */
  public ImageTagger tagger(FeatureExtractor extractor) {
    return model(extractor, ImageTagger::of, ImageTagger::rounded);
  }

  /**
   * Returns an estimator of numbers from pictures: the extractor's backbone and this head behind
   * it.
   *
   * @throws IllegalArgumentException if the head was trained on another extractor's features, or
   *     does not know numbers
   */
  public ImageRegressor regressor(FeatureExtractor extractor) {
    return model(extractor, ImageRegressor::of, ImageRegressor::rounded);
  }

  /** Makes a model whose parameters are rounded. */
  @FunctionalInterface
  private interface Rounded<M> {
    M of(ClassifierDefinition definition, Weights weights, EightBits how);
  }

  private <M> M model(
      FeatureExtractor extractor,
      BiFunction<ClassifierDefinition, Weights, M> exact,
      Rounded<M> rounded) {
    requireSameExtractor(
        Optional.of(extractor.fingerprint()), "The classifier is to read features");
    ClassifierDefinition definition =
        new ClassifierDefinition(
                extractor.network().then(network),
                extractor.backbone().preprocessing(),
                task,
                provenance(extractor))
            .with(uncertainty);
    Weights known = uncertainty.novelty().map(it -> weights.with(it.weights())).orElse(weights);
    Weights all = extractor.backbone().weights().with(known);
    return extractor
        .backbone()
        .quantization(extractor.network())
        .map(how -> rounded.of(definition, all, new EightBits(how, Map.of())))
        .orElseGet(() -> exact.apply(definition, all));
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
    Objects.requireNonNull(what, "what");
    if (fingerprint.isPresent() && !fingerprint.equals(Objects.requireNonNull(other, "other"))) {
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
        + (task instanceof Task.OneLabel ? labels() : task)
        + selection.map(how -> ", " + how).orElse("")
        + "]"
        + (warnings.isEmpty() ? "" : "; warning: " + String.join("; ", warnings));
  }
}
