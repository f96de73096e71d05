package org.finetune4j.train;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.Labels;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.PixelBatches;
import org.finetune4j.model.ClassifierDefinition;
import org.finetune4j.model.Provenance;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.weights.Weights;

/**
 * Trains the last layers of a backbone together with a head that has learned already. Everything
 * before the first trained layer stays frozen and runs only once per picture, unless augmentation
 * or mixing changes the pictures in every epoch.
 *
 * <pre>{@code
 * FineTuneResult tuned =
 *     FineTuner.builder(extractor, head)
 *         .unfreezeFrom("block5_conv1")
 *         .optimizer(Optimizer.rmsProp(1e-5))
 *         .build()
 *         .fit(split.train(), split.validation());
 * }</pre>
 */
public final class FineTuner {
  private final FeatureExtractor extractor;
  private final TrainedHead head;
  private final Network network;
  private final Network.Cut cut;
  private final String first;
  private final Optional<Augmentation> augmentation;
  private final TrainingRun run;

  private FineTuner(Builder builder) {
    this.extractor = builder.extractor;
    this.head = builder.head;
    this.first = builder.first.orElseThrow();
    this.network = extractor.network().then(head.network());
    this.cut = network.cut(first);
    this.augmentation = builder.augmentation;
    this.run = new TrainingRun(builder);
  }

  /** Starts a fine-tuning of an extractor's backbone behind a trained head. */
  public static Builder builder(FeatureExtractor extractor, TrainedHead head) {
    return new Builder(extractor, head);
  }

  /**
   * Trains without validation.
   *
   * @throws IOException if a picture cannot be read, or a cache or checkpoint cannot be written
   * @throws IllegalArgumentException if the pictures' labels are not the head's
   * @throws TrainingDivergedException if the loss becomes NaN or infinite
   */
  public FineTuneResult fit(ImageDataset train) throws IOException {
    return fit(train, Optional.empty());
  }

  /**
   * Trains, and measures loss and accuracy on validation pictures after every epoch.
   *
   * @param train what is learned
   * @param validation what is looked at; never augmented
   * @throws IOException if a picture cannot be read, or a cache or checkpoint cannot be written
   * @throws IllegalArgumentException if the pictures' labels are not the head's
   * @throws TrainingDivergedException if the loss becomes NaN or infinite
   */
  public FineTuneResult fit(ImageDataset train, ImageDataset validation) throws IOException {
    return fit(train, Optional.of(validation));
  }

  private FineTuneResult fit(ImageDataset train, Optional<ImageDataset> validation)
      throws IOException {
    requireLabels("Training", train.labels());
    validation.ifPresent(images -> requireLabels("Validation", images.labels()));
    Weights start = extractor.backbone().weights().with(head.weights());
    Weights tailStart = only(cut.tail(), start);
    BoundaryRows boundary = new BoundaryRows(extractor, cut.trunk());
    Optional<SampleSource> validationSamples = Optional.empty();
    if (validation.isPresent()) {
      validationSamples = Optional.of(boundary.of(validation.get(), cut.tail()));
    }
    boolean changing = augmentation.isPresent() || !(run.plan().mixing() instanceof Mixing.None);
    SampleSource samples = changing ? augmented(train) : boundary.of(train, cut.tail());
    TrainingRun.Outcome outcome =
        run.train(
            "from " + first + " on",
            cut.tail(),
            tailStart,
            head.labels(),
            samples,
            validationSamples,
            train.fingerprint() + augmentation);
    Weights learned = only(network, start.with(outcome.weights()));
    FreezeReport frozen = FreezeReport.check(network, start, learned, mayMove());
    return new FineTuneResult(
        new ClassifierDefinition(
            network, extractor.backbone().preprocessing(), head.labels(), provenance(train)),
        learned,
        outcome.history(),
        frozen);
  }

  private SampleSource augmented(ImageDataset train) {
    return new ImageSource(
        train,
        extractor.decoder(),
        augmentation,
        run.plan().seed(),
        new PixelBatches(extractor.backbone().preprocessing(), extractor.backbone().inputSize()),
        (samples, pixels) -> extractor.backbone().run(cut.trunk(), samples, pixels));
  }

  private void requireLabels(String what, Labels labels) {
    if (!labels.equals(head.labels())) {
      throw new IllegalArgumentException(
          what
              + " pictures have the labels "
              + labels
              + ", but the head was trained with "
              + head.labels()
              + ". Read them with ImageDataset.fromDirectory(path, head.labels()).");
    }
  }

  private static Weights only(Network network, Weights weights) {
    Set<String> needed =
        network.tensors().stream().map(TensorSpec::name).collect(Collectors.toSet());
    return weights.filter(needed::contains);
  }

  private Set<String> mayMove() {
    boolean statisticsMove = run.plan().settings().batchNorm() == BatchNormPolicy.BATCH_STATISTICS;
    return cut.tail().tensors().stream()
        .filter(spec -> spec.trainable() || (statisticsMove && spec.role().startsWith("moving_")))
        .map(TensorSpec::name)
        .collect(Collectors.toSet());
  }

  private Provenance provenance(ImageDataset train) throws IOException {
    return head.provenance(extractor)
        .with("training_data", train.fingerprint())
        .with("training_pictures", Integer.toString(train.size()))
        .with("fine_tuned_from", first)
        .with("fine_tuning", run.plan().toString())
        .with("augmentation", augmentation.map(Augmentation::toString).orElse("none"));
  }

  /** Options of a fine-tuning; not thread-safe. */
  public static final class Builder extends TrainingBuilder<Builder> {
    private final FeatureExtractor extractor;
    private final TrainedHead head;
    private Optional<String> first = Optional.empty();
    private Optional<Augmentation> augmentation = Optional.empty();
    private boolean untrainedHeadAllowed;

    private Builder(FeatureExtractor extractor, TrainedHead head) {
      super(Optimizer.rmsProp(1e-5), BatchNormPolicy.FROZEN_STATISTICS, 10);
      this.extractor = extractor;
      this.head = head;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Trains every layer at or after this one, in the order of {@code backbone.layers()}, up to the
     * extractor's layer.
     *
     * @throws IllegalArgumentException if there is no such layer, or it comes after the extractor's
     */
    public Builder unfreezeFrom(String layer) {
      String resolved = extractor.backbone().resolve(layer);
      if (!extractor.network().contains(resolved)) {
        throw new IllegalArgumentException(
            "Layer '"
                + layer
                + "' comes after '"
                + extractor.layer()
                + "', whose features the head reads, so it cannot be trained. Name an earlier one.");
      }
      this.first = Optional.of(resolved);
      return this;
    }

    /**
     * Trains the last layers of the backbone.
     *
     * @param layers how many of the layers that have weights, at least 1
     * @throws IllegalArgumentException if the backbone has fewer
     */
    public Builder unfreezeLast(int layers) {
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
      return unfreezeFrom(candidates.get(candidates.size() - layers));
    }

    /** Trains the whole backbone. */
    public Builder unfreezeAll() {
      return unfreezeFrom(layersWithWeights().get(0));
    }

    private List<String> layersWithWeights() {
      Network network = extractor.network();
      return network.layerNames().stream()
          .filter(name -> !(network.layer(name) instanceof Input))
          .filter(name -> network.tensors(name).stream().anyMatch(TensorSpec::trainable))
          .toList();
    }

    /** Changes the training pictures at random in every epoch; default is not to. */
    public Builder augmentation(Augmentation newAugmentation) {
      this.augmentation = Optional.of(newAugmentation);
      return this;
    }

    /**
     * Sets what batch normalisations in the trained layers do; default {@link
     * BatchNormPolicy#FROZEN_STATISTICS}, which suits small data.
     */
    public Builder batchNorm(BatchNormPolicy policy) {
      return batchNormPolicy(policy);
    }

    /** Multiplies the learning rate by this factor for every layer further from the head. */
    public Builder layerDecay(double factor) {
      return decay(factor);
    }

    /**
     * Takes a head that has not learned yet; refused otherwise. Its first gradients are large and
     * go through the unfrozen layers, so mostly it is better to fit the head first.
     */
    public Builder allowUntrainedHead() {
      this.untrainedHeadAllowed = true;
      return this;
    }

    /**
     * Returns the fine-tuner.
     *
     * @throws IllegalArgumentException if the head was trained on another extractor's features
     * @throws IllegalStateException if no layer was named, or the head has not learned yet and that
     *     was not allowed
     */
    public FineTuner build() {
      if (!head.isTrained() && !untrainedHeadAllowed) {
        throw new IllegalStateException(
            "The head has not been trained: its random weights would send large gradients through"
                + " the unfrozen layers and spoil what they know. Fit it to extracted features"
                + " first, or say allowUntrainedHead().");
      }
      head.requireSameExtractor(
          Optional.of(extractor.fingerprint()), "The backbone's features come");
      if (first.isEmpty()) {
        throw new IllegalStateException(
            "Say which layers are trained: unfreezeFrom(name), unfreezeLast(n) or unfreezeAll()."
                + " Layers where one activation crosses: "
                + extractor.backbone().freezePoints()
                + ".");
      }
      return new FineTuner(this);
    }
  }
}
