package org.finetune4j.train;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.PictureHashes;
import org.finetune4j.engine.train.WhatTrains;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.feature.pixel.PixelRunner;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.ChannelOrder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Task;
import org.finetune4j.train.checkpoint.RunSettings;
import org.finetune4j.train.input.ImageSource;
import org.finetune4j.train.input.ImageViews;
import org.finetune4j.train.input.InitialWeights;
import org.finetune4j.train.input.NumberUnits;
import org.finetune4j.train.input.PictureMemory;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.input.Teacher;
import org.finetune4j.train.input.TrainingChecks;
import org.finetune4j.train.log.LearningRateSweep;
import org.finetune4j.train.loop.RateFinder;
import org.finetune4j.train.loop.TrainingRun;
import org.finetune4j.weights.Weights;

/**
 * Trains a small network of one's own from scratch, with the same loop and options as {@link
 * FineTuner}. The baseline that shows what pretrained weights are worth.
 */
public final class NetworkTrainer extends PictureTrainer<TrainedNetwork> {
  private static final String UNITS = "units";

  private final Network network;
  private final Task task;
  private final Preprocessing preprocessing;
  private final ImageDecoder decoder;
  private final Optional<Weights> startWeights;

  private NetworkTrainer(Builder builder) {
    super(builder, builder.task);
    this.network = builder.network;
    this.task = builder.task;
    this.preprocessing = builder.preprocessing;
    this.decoder = builder.decoder;
    this.startWeights = builder.startWeights;
  }

  /**
   * Starts a training.
   *
   * @param network reads RGB pictures, or gray ones with a single channel, and ends in one
   *     probability per label (softmax), or in one sigmoid unit for two labels
   * @param labels what the outputs mean
   */
  public static Builder builder(Network network, Labels labels) {
    return new Builder(
        Objects.requireNonNull(network, "network"),
        Task.oneLabel(Objects.requireNonNull(labels, "labels")));
  }

  /**
   * Starts a training of labels, tags or numbers.
   *
   * @param network reads RGB pictures, or gray ones with a single channel, and ends in a softmax
   *     over labels, in a sigmoid for each tag, or in a linear output for each number; a layer that
   *     gives numbers their units is put behind it
   * @param task what the outputs mean
   */
  public static Builder builder(Network network, Task task) {
    return new Builder(
        Objects.requireNonNull(network, "network"), Objects.requireNonNull(task, "task"));
  }

  @Override
  protected TrainedNetwork fit(ImageDataset train, Optional<ImageDataset> validation)
      throws IOException {
    Network whole = whole();
    Weights start = start(whole, train);
    PictureMemory memory = pictureMemory();
    List<String> aboutData = run().aboutData(train, validation);
    Optional<Teacher> teacher = teacher(train, decoder);
    PictureHashes hashes = new PictureHashes(decoder);
    TrainingRun.Outcome outcome =
        run()
            .train(
                "network",
                whole,
                start,
                taught(source(train, augmentation(), memory), teacher),
                validation.map(images -> source(images, Optional.empty(), memory)),
                run().keepsCheckpoints()
                    ? settings(train, validation, hashes)
                        .with("preprocessing", preprocessing.toString())
                        .with("teacher", teacher.toString())
                    : RunSettings.none());
    Provenance provenance =
        provenance(outcome.history().recorded(Provenance.unknown()), train, hashes)
            .with("training", run().options().toString());
    return new TrainedNetwork(
        new ClassifierDefinition(whole, preprocessing, task, provenance),
        start.with(outcome.weights()),
        outcome.history(),
        together(aboutData, outcome.warnings()));
  }

  @Override
  protected ImageDecoder decoder() {
    return decoder;
  }

  @Override
  protected LearningRateSweep sweep(ImageDataset train, RateFinder finder) throws IOException {
    Network whole = whole();
    return finder.sweep(
        TrainingChecks.requireForSweep(run().options(), whole, train.targets()),
        whole,
        start(whole, train),
        WhatTrains.all(run().options().batchNorm()),
        source(train, augmentation(), pictureMemory()));
  }

  private Weights start(Network whole, ImageDataset train) {
    Weights random = InitialWeights.of(whole, run().options().seed());
    return startWeights
        .map(random::with)
        .orElse(random)
        .with(NumberUnits.of(train.targets(), UNITS));
  }

  private Network whole() {
    Network whole = PixelInput.before(network, preprocessing);
    return task instanceof Task.Numbers
        ? whole.then(Network.builder("numbers", whole.outputShape()).normalization(UNITS).build())
        : whole;
  }

  private SampleSource source(
      ImageDataset images, Optional<Augmentation> changes, PictureMemory memory) {
    PixelBatches batches = new PixelBatches(preprocessing, network);
    ImageViews views =
        new ImageViews(
            images,
            batches.decoder(decoder),
            changes,
            run().options().seed(),
            batches::fit,
            memory);
    return new ImageSource(views, batches, PixelRunner.IDENTITY);
  }

  /** Options of a training; not thread-safe. */
  public static final class Builder extends PictureTrainingBuilder<Builder> {
    private final Network network;
    private final Task task;
    private Preprocessing preprocessing =
        Preprocessing.of(
            ChannelOrder.RGB, Collections.nCopies(3, 0f), Collections.nCopies(3, 1 / 255f));
    private ImageDecoder decoder = ImageDecoder.standard();
    private Optional<Weights> startWeights = Optional.empty();

    private Builder(Network network, Task task) {
      super(Optimizer.rmsProp(1e-4), BatchNormPolicy.BATCH_STATISTICS, 30);
      this.network = network;
      this.task = task;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** Sets how pictures are prepared; default RGB / 255, squashed to the input size. */
    public Builder preprocessing(Preprocessing newPreprocessing) {
      this.preprocessing = Objects.requireNonNull(newPreprocessing, "newPreprocessing");
      return this;
    }

    /** Sets how pictures are read; default {@link ImageDecoder#standard()}. */
    public Builder decoder(ImageDecoder newDecoder) {
      this.decoder = Objects.requireNonNull(newDecoder, "newDecoder");
      return this;
    }

    /**
     * Starts from these weights instead of random ones: those of an earlier training, of a file, or
     * of some layers only; the others start at random.
     *
     * @param weights tensors of the network, in its layout
     * @throws IllegalArgumentException if the network has no such tensor, or one of another shape;
     *     the message names it
     */
    public Builder startWeights(Weights weights) {
      StartWeights.require(network, weights);
      this.startWeights = Optional.of(weights);
      return this;
    }

    /** Returns the trainer. */
    public NetworkTrainer build() {
      return new NetworkTrainer(this);
    }
  }
}
