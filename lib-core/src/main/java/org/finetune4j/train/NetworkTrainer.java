package org.finetune4j.train;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.PixelInput;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.ImageDecoder;
import org.finetune4j.data.Labels;
import org.finetune4j.feature.PixelBatches;
import org.finetune4j.feature.PixelRunner;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.model.ClassifierDefinition;
import org.finetune4j.model.Provenance;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.preprocess.ChannelOrder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.train.input.ImageSource;
import org.finetune4j.train.input.ImageViews;
import org.finetune4j.train.input.PictureMemory;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.weights.Weights;

/**
 * Trains a small network of one's own from scratch, with the same loop and options as {@link
 * FineTuner}. The baseline that shows what pretrained weights are worth.
 */
public final class NetworkTrainer {
  private final Network network;
  private final Labels labels;
  private final Preprocessing preprocessing;
  private final Optional<Augmentation> augmentation;
  private final ImageDecoder decoder;
  private final long pictureMemory;
  private final TrainingRun run;

  private NetworkTrainer(Builder builder) {
    this.network = builder.network;
    this.labels = builder.labels;
    this.preprocessing = builder.preprocessing;
    this.augmentation = builder.augmentation;
    this.decoder = builder.decoder;
    this.pictureMemory = builder.pictureMemory;
    this.run = new TrainingRun(builder);
  }

  /**
   * Starts a training.
   *
   * @param network reads RGB pictures, or gray ones with a single channel, and ends in one
   *     probability per label (softmax), or in one sigmoid unit for two labels
   * @param labels what the outputs mean
   */
  public static Builder builder(Network network, Labels labels) {
    return new Builder(network, labels);
  }

  /**
   * Trains without validation.
   *
   * @throws IOException if a picture cannot be read or a checkpoint cannot be written
   * @throws IllegalArgumentException if the pictures have other labels
   * @throws TrainingDivergedException if the loss becomes NaN or infinite
   */
  public TrainedNetwork fit(ImageDataset train) throws IOException {
    return fit(train, Optional.empty());
  }

  /**
   * Trains, and measures loss and accuracy on validation pictures after every epoch.
   *
   * @throws IOException if a picture cannot be read or a checkpoint cannot be written
   * @throws IllegalArgumentException if the pictures have other labels
   * @throws TrainingDivergedException if the loss becomes NaN or infinite
   */
  public TrainedNetwork fit(ImageDataset train, ImageDataset validation) throws IOException {
    return fit(train, Optional.of(validation));
  }

  private TrainedNetwork fit(ImageDataset train, Optional<ImageDataset> validation)
      throws IOException {
    Network whole = PixelInput.before(network, preprocessing);
    Weights start = InitialWeights.of(whole, run.plan().seed());
    PictureMemory memory = new PictureMemory(pictureMemory);
    List<String> aboutData = run.aboutData(train, validation);
    TrainingRun.Outcome outcome =
        run.train(
            "network",
            whole,
            start,
            labels,
            source(train, augmentation, memory),
            validation.map(images -> source(images, Optional.empty(), memory)),
            run.keepsCheckpoints() ? identity(train, validation) : "");
    Provenance provenance =
        outcome
            .history()
            .recorded(Provenance.unknown())
            .with("training_data", train.fingerprint())
            .with("training_pictures", Integer.toString(train.size()))
            .with("training", run.plan().toString())
            .with("augmentation", augmentation.map(Augmentation::toString).orElse("none"));
    return new TrainedNetwork(
        new ClassifierDefinition(whole, preprocessing, labels, provenance),
        outcome.weights(),
        outcome.history(),
        Stream.concat(aboutData.stream(), outcome.warnings().stream()).toList());
  }

  private String identity(ImageDataset train, Optional<ImageDataset> validation)
      throws IOException {
    return train.fingerprint()
        + (validation.isPresent() ? validation.get().fingerprint() : "")
        + preprocessing.toJson()
        + augmentation;
  }

  private SampleSource source(
      ImageDataset images, Optional<Augmentation> changes, PictureMemory memory) {
    if (!images.labels().equals(labels)) {
      throw new IllegalArgumentException(
          "The pictures have the labels "
              + images.labels()
              + ", but the network is trained for "
              + labels
              + ". Read them with ImageDataset.fromDirectory(path, labels).");
    }
    PixelBatches batches = new PixelBatches(preprocessing, network);
    ImageViews views =
        new ImageViews(images, decoder, changes, run.plan().seed(), batches::fit, memory);
    return new ImageSource(views, batches, PixelRunner.IDENTITY);
  }

  /** Options of a training; not thread-safe. */
  public static final class Builder extends TrainingBuilder<Builder> {
    private final Network network;
    private final Labels labels;
    private Preprocessing preprocessing =
        Preprocessing.of(
            ChannelOrder.RGB, Collections.nCopies(3, 0f), Collections.nCopies(3, 1 / 255f));
    private Optional<Augmentation> augmentation = Optional.empty();
    private ImageDecoder decoder = ImageDecoder.standard();
    private long pictureMemory = PictureMemory.standard();

    private Builder(Network network, Labels labels) {
      super(Optimizer.rmsProp(1e-4), BatchNormPolicy.BATCH_STATISTICS, 30);
      this.network = network;
      this.labels = labels;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** Sets how pictures are prepared; default RGB / 255, squashed to the input size. */
    public Builder preprocessing(Preprocessing newPreprocessing) {
      this.preprocessing = newPreprocessing;
      return this;
    }

    /** Changes the training pictures at random in every epoch; default is not to. */
    public Builder augmentation(Augmentation newAugmentation) {
      this.augmentation = Optional.of(newAugmentation);
      return this;
    }

    /** Sets how pictures are read; default {@link ImageDecoder#standard()}. */
    public Builder decoder(ImageDecoder newDecoder) {
      this.decoder = newDecoder;
      return this;
    }

    /**
     * Sets how much memory decoded pictures may take; default an eighth of the largest heap.
     * Pictures beyond it are decoded in every epoch anew.
     *
     * @param bytes 0 keeps none
     * @throws IllegalArgumentException if it is negative
     */
    public Builder pictureMemory(long bytes) {
      this.pictureMemory = PictureMemory.checked(bytes);
      return this;
    }

    /** Returns the trainer. */
    public NetworkTrainer build() {
      return new NetworkTrainer(this);
    }
  }
}
