package org.finetune4j.finetune;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.finetune4j.backbone.Precision;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.PictureHashes;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.finetune.FineTuneStage.Unfrozen;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Targets;
import org.finetune4j.train.PictureTrainer;
import org.finetune4j.train.PictureTrainingBuilder;
import org.finetune4j.train.checkpoint.RunSettings;
import org.finetune4j.train.input.ImageSource;
import org.finetune4j.train.input.ImageViews;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.input.Teacher;
import org.finetune4j.train.input.TrainingChecks;
import org.finetune4j.train.log.FreezeReport;
import org.finetune4j.train.log.LearningRateSweep;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.train.loop.RateFinder;
import org.finetune4j.train.loop.StagedRun;
import org.finetune4j.train.loop.TrainingRun;
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
public final class FineTuner extends PictureTrainer<FineTuneResult> {
  private final FeatureExtractor extractor;
  private final TrainedHead head;
  private final Network network;
  private final List<StagePlan> stages;
  private final int cachedViews;

  private FineTuner(Builder builder, Network network, List<StagePlan> stages) {
    super(builder, builder.head.task());
    this.extractor = builder.extractor;
    this.head = builder.head;
    this.network = network;
    this.stages = stages;
    this.cachedViews = builder.cachedViews;
  }

  /** Starts a fine-tuning of an extractor's backbone behind a trained head. */
  public static Builder builder(FeatureExtractor extractor, TrainedHead head) {
    return new Builder(Objects.requireNonNull(extractor, "extractor"), head);
  }

  @Override
  protected FineTuneResult fit(ImageDataset train, Optional<ImageDataset> validation)
      throws IOException {
    Optional<Integer> validationSamples = validation.map(ImageDataset::size);
    for (StagePlan stage : stages) {
      checked(stage, train.targets(), validationSamples);
    }
    List<String> aboutData = run().aboutData(train, validation);
    PictureHashes hashes = new PictureHashes(extractor.decoder());
    Provenance provenance = recorded(train, hashes);
    Optional<Teacher> teacher = teacher(train, extractor.decoder());
    Weights start = only(network, extractor.backbone().weights().with(head.weights()));
    Weights learned = start;
    Set<String> mayMove = new HashSet<>();
    try (StagedRun staged =
        run()
            .start(
                stages.size(),
                run().keepsCheckpoints()
                    ? allThatDecides(train, validation, hashes).with("teacher", teacher.toString())
                    : RunSettings.none())) {
      for (int stage = 1; stage <= stages.size(); stage++) {
        mayMove.addAll(stages.get(stage - 1).mayMove());
        if (staged.needs(stage)) {
          learned = learned.with(train(staged, stage, learned, train, teacher, validation, hashes));
          staged.proved(FreezeReport.check(network, start, learned, mayMove));
        }
      }
      staged.finish();
      return new FineTuneResult(
          new ClassifierDefinition(
              network,
              extractor.backbone().preprocessing(),
              head.task(),
              staged.history().recorded(provenance)),
          learned,
          staged.history(),
          together(aboutData, staged.warnings()),
          staged.proofs());
    }
  }

  private Weights train(
      StagedRun staged,
      int number,
      Weights start,
      ImageDataset train,
      Optional<Teacher> teacher,
      Optional<ImageDataset> validation,
      PictureHashes hashes)
      throws IOException {
    StagePlan stage = stages.get(number - 1);
    Network tail = stage.cut().tail();
    BoundaryRows boundary =
        new BoundaryRows(
            extractor, stage.cut().trunk(), run().listener(), run().cancellation(), hashes);
    Optional<SampleSource> validationSamples = Optional.empty();
    SampleSource samples;
    try {
      if (validation.isPresent()) {
        validationSamples = Optional.of(boundary.of(validation.get(), tail));
      }
      samples = taught(samples(number, train, boundary), teacher);
    } catch (CancellationException e) {
      return staged.found(number);
    }
    // Features were extracted before: the whole network would lie in memory beside what trains.
    boolean runs = changes(stage) && cachedViews == 0;
    extractor.backbone().keepReady(runs ? Set.of(stage.cut().trunk()) : Set.of());
    return staged.train(
        number,
        stage.name(),
        checked(stage, train.targets(), validation.map(ImageDataset::size)),
        tail,
        only(tail, start),
        stage.trains(),
        samples,
        validationSamples);
  }

  private static TrainingOptions checked(
      StagePlan stage, Targets targets, Optional<Integer> validationSamples) {
    return TrainingChecks.require(stage.options(), stage.cut().tail(), targets, validationSamples);
  }

  private SampleSource samples(int number, ImageDataset train, BoundaryRows boundary)
      throws IOException {
    StagePlan stage = stages.get(number - 1);
    return changes(stage)
        ? pictures(train, number, boundary)
        : boundary.of(train, stage.cut().tail());
  }

  /** Returns whether pictures look different in every epoch. */
  private boolean changes(StagePlan stage) {
    return augmentation().isPresent() || !(stage.options().mixing() instanceof Mixing.None);
  }

  @Override
  protected ImageDecoder decoder() {
    return extractor.decoder();
  }

  @Override
  protected LearningRateSweep sweep(ImageDataset train, RateFinder finder) throws IOException {
    StagePlan stage = stages.get(0);
    Network tail = stage.cut().tail();
    TrainingOptions options =
        TrainingChecks.requireForSweep(stage.options(), tail, train.targets());
    BoundaryRows boundary =
        new BoundaryRows(
            extractor,
            stage.cut().trunk(),
            run().listener(),
            run().cancellation(),
            new PictureHashes(extractor.decoder()));
    Weights start = extractor.backbone().weights().with(head.weights());
    return finder.sweep(
        options, tail, only(tail, start), stage.trains(), samples(1, train, boundary));
  }

  private RunSettings allThatDecides(
      ImageDataset train, Optional<ImageDataset> validation, PictureHashes hashes)
      throws IOException {
    RunSettings settings =
        settings(train, validation, hashes)
            .with("cachedViews", Integer.toString(cachedViews))
            .withHash("network", TrainingRun.described(network))
            .withHash("extractor", extractor.fingerprint())
            .withHash("weights of the head", head.weights().sha256());
    for (int i = 0; i < stages.size(); i++) {
      String stage = stages.size() == 1 ? "" : "stage " + (i + 1) + ": ";
      settings =
          settings
              .with(stage + "trains", stages.get(i).name())
              .withAll(stage, stages.get(i).options());
    }
    return settings;
  }

  private SampleSource pictures(ImageDataset train, int stage, BoundaryRows boundary)
      throws IOException {
    long seed = run().options().seed();
    Network.Cut cut = stages.get(stage - 1).cut();
    ImageViews views =
        new ImageViews(
            train,
            extractor.decoder(),
            augmentation(),
            // Epochs of later stages see views of their own.
            stage == 1 ? seed : CounterRandom.of(seed, stage).nextLong(),
            extractor::fit,
            pictureMemory());
    if (cachedViews > 0) {
      return boundary.of(views, cachedViews, cut.tail());
    }
    return new ImageSource(
        views,
        new PixelBatches(extractor.backbone().preprocessing(), extractor.network()),
        (samples, pixels) -> extractor.backbone().run(cut.trunk(), samples, pixels));
  }

  List<StagePlan> stages() {
    return stages;
  }

  private static Weights only(Network network, Weights weights) {
    Set<String> needed =
        network.tensors().stream().map(TensorSpec::name).collect(Collectors.toSet());
    return weights.filter(needed::contains);
  }

  private Provenance recorded(ImageDataset train, PictureHashes hashes) throws IOException {
    return provenance(head.provenance(extractor), train, hashes)
        .with("fine_tuned_from", stages.get(stages.size() - 1).first())
        .with("fine_tuning", stages.stream().map(StagePlan::options).toList().toString())
        .with("cached_views", cachedViews == 0 ? "none" : Integer.toString(cachedViews));
  }

  /** Options of a fine-tuning; not thread-safe. */
  public static final class Builder extends PictureTrainingBuilder<Builder> {
    private final FeatureExtractor extractor;
    private final TrainedHead head;
    private final UnfreezePoints points;
    private Unfreezing unfreezing = Unfreezing.undecided();
    private int cachedViews;
    private boolean untrainedHeadAllowed;

    private Builder(FeatureExtractor extractor, TrainedHead head) {
      super(Optimizer.rmsProp(1e-5), BatchNormPolicy.FROZEN_STATISTICS, 10);
      this.extractor = extractor;
      this.head = head;
      this.points = new UnfreezePoints(extractor, head.network());
      unreadable(extractor.unreadable());
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Trains every layer at or after this one, in the order of {@code backbone.layers()}, up to the
     * extractor's layer.
     *
     * @throws IllegalArgumentException if there is no such layer, or it comes after the extractor's
     */
    public Builder unfreezeFrom(String layer) {
      return unfreeze(new Unfrozen.From(Objects.requireNonNull(layer, "layer")));
    }

    private Builder unfreeze(Unfrozen unfrozen) {
      this.unfreezing = unfreezing.from(points.of(unfrozen));
      return this;
    }

    /**
     * Trains in several stages, one behind the other, each with its own layers, epochs, optimizer
     * and schedule: the head, then block 5, then block 4. Each stage starts from the weights of the
     * one before, its best epoch's where those are kept; the optimizer starts anew.
     *
     * @param plan at least one stage; each trains at least what the one before it did
     * @throws IllegalArgumentException if there is none
     */
    public Builder stages(FineTuneStage... plan) {
      if (plan.length == 0) {
        throw new IllegalArgumentException("A staged fine-tuning has at least one stage.");
      }
      this.unfreezing = unfreezing.stages(List.of(plan));
      return this;
    }

    /**
     * Trains in two stages as fastai's {@code fine_tune}, with a base rate of 2e-3; see {@link
     * #fineTune(int, double)}.
     */
    public Builder fineTune(int epochs) {
      return fineTune(epochs, FineTunePreset.BASE_RATE);
    }

    /**
     * Trains in two stages, after fastai's {@code fine_tune}: one epoch of the head alone behind
     * the frozen backbone, its rate up to the base rate; then these epochs of head and unfrozen
     * layers along one cycle (30 % up from a fifth, then down), its peak a twentieth of the base
     * rate at the head, falling layer by layer to a hundredth of that at the first unfrozen one.
     * Both with AdamW and a weight decay of 0.01. Unfrozen is what {@link #unfreezeFrom} and its
     * kin say, else the whole backbone. Optimizer, schedule, epochs and layer decay of this builder
     * are refused beside it, everything else counts. An untrained head is taken, since it trains
     * first.
     *
     * @param epochs of the second stage
     * @param baseRate the highest learning rate of the first
     * @throws IllegalArgumentException if epochs are below 1 or the rate is not above 0
     */
    public Builder fineTune(int epochs, double baseRate) {
      this.unfreezing = unfreezing.preset(new FineTunePreset(epochs, baseRate));
      return this;
    }

    /**
     * Trains the last layers of the backbone.
     *
     * @param layers how many of the layers that have weights, at least 1
     * @throws IllegalArgumentException if the backbone has fewer
     */
    public Builder unfreezeLast(int layers) {
      return unfreeze(new Unfrozen.Last(layers));
    }

    /** Trains the whole backbone. */
    public Builder unfreezeAll() {
      return unfreeze(new Unfrozen.All());
    }

    /**
     * Makes a fixed number of augmented views of each training picture instead of new ones in every
     * epoch: epoch e reads view e modulo this number. The frozen layers run once per view, and what
     * leaves them is kept in the extractor's cache folder; later epochs cost only the trained
     * layers. The size is announced before anything runs ({@link
     * TrainingListener#boundaryCacheStarted}), a disk without the room refused; an interrupted
     * computation goes on where it stopped.
     *
     * @param views how many, at least 1; fewer views than epochs means more overfitting
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder cachedViews(int views) {
      if (views < 1) {
        throw new IllegalArgumentException("There is at least 1 view, not " + views + ".");
      }
      this.cachedViews = views;
      return this;
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
     * @throws IllegalArgumentException if the head was trained on another extractor's features, or
     *     a stage names a layer that cannot be trained or freezes what an earlier one has trained
     * @throws IllegalStateException if cached views cannot be made, or no layer was named, or both
     *     layers and stages, or an option was set that no stage looks at, or the head has not
     *     learned yet, is not trained alone first, and that was not allowed, or the backbone
     *     computes in eight bits
     */
    public FineTuner build() {
      if (!head.isTrained() && !unfreezing.startsWithTheHead() && !untrainedHeadAllowed) {
        throw new IllegalStateException(
            "The head has not been trained: its random weights would send large gradients through"
                + " the unfrozen layers and spoil what they know. Fit it to extracted features"
                + " first, start with FineTuneStage.head(), or say allowUntrainedHead().");
      }
      head.requireSameExtractor(
          Optional.of(extractor.fingerprint()), "The backbone's features come");
      if (NearestNeighbors.in(head.network()).isPresent()) {
        throw new IllegalArgumentException(
            "A head of nearest neighbours has no gradient for the backbone to learn from. Fit"
                + " logisticRegression() or ridgeRegression() to the same features and fine-tune"
                + " that.");
      }
      if (extractor.backbone().precision() instanceof Precision.Int8) {
        throw new IllegalStateException(
            "Layers of a backbone in eight bits cannot learn. Fine-tune the backbone in float32,"
                + " then round the classifier with Quantizer.");
      }
      Network network = extractor.network().then(head.network());
      List<StagePlan> stages = unfreezing.plans(network, points, options());
      unfreezing.requireNothingLost(said());
      if (cachedViews > 0) {
        requireViewsPossible(stages);
      }
      return new FineTuner(this, network, stages);
    }

    private void requireViewsPossible(List<StagePlan> stages) {
      String asked = "cachedViews(" + cachedViews + ")";
      if (augmentation().isEmpty()) {
        throw new IllegalStateException(
            asked
                + " without augmentation would keep the same picture again and again. Leave it out:"
                + " one view is kept anyway. Or set augmentation(...).");
      }
      boolean mixes =
          stages.stream().anyMatch(it -> !(it.options().mixing() instanceof Mixing.None));
      if (mixes) {
        throw new IllegalStateException(
            "Mixing makes new pictures in every step, which cannot be kept: use mixing(...) or"
                + " cachedViews(...), not both.");
      }
      if (extractor.cache().isEmpty()) {
        throw new IllegalStateException(
            asked
                + " needs a folder to keep the views in:"
                + " FeatureExtractor.builder(backbone).cache(folder).");
      }
    }
  }
}
