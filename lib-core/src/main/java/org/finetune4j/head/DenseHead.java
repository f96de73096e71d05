package org.finetune4j.head;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.engine.train.WhatTrains;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.row.Rows;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.train.TrainingBuilder;
import org.finetune4j.train.checkpoint.RunSettings;
import org.finetune4j.train.input.InitialWeights;
import org.finetune4j.train.input.RowSource;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.input.TrainingChecks;
import org.finetune4j.train.log.LearningRateSweep;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.train.loop.RateFinder;
import org.finetune4j.train.loop.TrainingRun;
import org.finetune4j.weights.Weights;

/**
 * Dense layers on features, trained by gradient descent: the head of the book's section 5.3 with
 * {@code hidden(256).dropout(0.5).sigmoid()}. Hidden layers have a ReLU; the last one a softmax,
 * one sigmoid unit for two labels or for each tag, or none for numbers.
 */
public final class DenseHead implements ClassifierHead {
  private final int[] hidden;
  private final double dropout;
  private final boolean sigmoid;
  private final boolean batchNormalization;
  private final TrainingRun run;

  private final Optional<Network> own;

  private DenseHead(Builder builder, TrainingRun run) {
    this.hidden = builder.hidden.clone();
    this.dropout = builder.dropout;
    this.sigmoid = builder.sigmoid;
    this.batchNormalization = builder.batchNormalization;
    this.own = builder.own;
    this.run = run;
  }

  @Override
  public TrainedHead fit(FeatureSet train) {
    HeadInput.check(train);
    return fit(train, Optional.empty());
  }

  @Override
  public TrainedHead fit(FeatureSet train, FeatureSet validation) {
    HeadInput.check(train, validation);
    return fit(train, Optional.of(validation));
  }

  private TrainedHead fit(FeatureSet train, Optional<FeatureSet> validation) {
    Network network = network(train.shape(), train.task());
    Weights start = start(network, train.answers());
    try {
      TrainingRun.Outcome outcome =
          run.train(
              "head",
              network,
              start,
              source(train, network),
              validation.map(it -> source(it, network)),
              run.keepsCheckpoints() ? settings(train, validation) : RunSettings.none());
      return new TrainedHead(
          network,
          start.with(outcome.weights()),
          train.task(),
          train.fingerprint(),
          outcome.history(),
          run.options().bestEpoch()
              ? Optional.of("epoch with the smallest validation loss (validation, selected on)")
              : Optional.empty(),
          outcome
              .history()
              .recorded(Provenance.unknown())
              .with("head_training", run.options().toString())
              .with("head_training_data", train.toString()),
          Stream.concat(
                  HeadInput.warnings(
                      train, validation, !run.options().loss().classWeights().isEmpty())
                      .stream(),
                  outcome.warnings().stream())
              .toList(),
          !outcome.history().epochs().isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException("A checkpoint could not be read or written.", e);
    }
  }

  private static RunSettings settings(FeatureSet train, Optional<FeatureSet> validation) {
    RunSettings settings =
        RunSettings.none().with("training samples", HeadInput.fingerprint(train));
    return validation
        .map(it -> settings.with("validation samples", HeadInput.fingerprint(it)))
        .orElse(settings);
  }

  /**
   * Trains a copy with a learning rate that grows from 1e-7 to 10 within 100 steps, or until the
   * loss explodes, and returns how the loss answers. Nothing that was learned is kept.
   *
   * @param train what would be learned
   */
  public LearningRateSweep findLearningRate(FeatureSet train) {
    return findLearningRate(train, 1e-7, 10, 100);
  }

  /**
   * Trains a copy with a learning rate that grows exponentially, as {@link
   * #findLearningRate(FeatureSet)}.
   *
   * @param train what would be learned
   * @param from the first rate, above 0
   * @param to the rate towards which it grows
   * @param steps how many steps at most; as many as 100 give a smooth curve
   * @throws IllegalArgumentException if the rates do not grow, or there is no step
   */
  public LearningRateSweep findLearningRate(FeatureSet train, double from, double to, int steps) {
    HeadInput.check(train);
    Network network = network(train.shape(), train.task());
    Weights start = start(network, train.answers());
    try {
      return new RateFinder(from, to, steps)
          .sweep(
              TrainingChecks.requireForSweep(run.options(), network, train.answers()),
              network,
              start,
              WhatTrains.all(run.options().batchNorm()),
              source(train, network));
    } catch (IOException e) {
      throw new AssertionError("Features in memory need no reading.", e);
    }
  }

  private Weights start(Network network, Targets targets) {
    return InitialWeights.of(network, run.options().seed()).with(HeadOutputs.units(targets));
  }

  public boolean keepsCheckpoints() {
    return run.keepsCheckpoints();
  }

  private static SampleSource source(FeatureSet features, Network network) {
    Rows rows =
        new Rows() {
          @Override
          public int columns() {
            return features.dimension();
          }

          @Override
          public void read(int row, float[] target, int offset) {
            features.copyFeatures(row, target, offset);
          }
        };
    int[] all = IntStream.range(0, features.size()).toArray();
    return new RowSource(rows, new int[][] {all}, features.answers(), network);
  }

  /**
   * Returns this head with its initial weights, for those who train head and backbone at once: a
   * {@link FineTuner} takes it only when told so, since the large first gradients of such a head
   * spoil what the backbone knows (Chollet, Deep Learning with Python, section 5.3.2).
   *
   * @param extractor whose features the head is to read
   * @param labels what its outputs mean
   * @throws IllegalArgumentException if one sigmoid unit is to tell more than two labels apart
   */
  public TrainedHead untrained(FeatureExtractor extractor, Labels labels) {
    return untrained(extractor, Targets.ofLabels(labels));
  }

  /**
   * Returns this head with its initial weights for labels, tags or numbers, as {@link
   * #untrained(FeatureExtractor, Labels)}.
   *
   * @param extractor whose features the head is to read
   * @param training the answers that will be trained on: of numbers, mean and deviation count
   * @throws IllegalArgumentException if one sigmoid unit is to tell more than two labels apart
   */
  public TrainedHead untrained(FeatureExtractor extractor, Targets training) {
    Network network = network(extractor.shape(), training.task());
    TrainingChecks.requireFit(network, training.task());
    return new TrainedHead(
        network,
        start(network, training),
        training.task(),
        Optional.of(extractor.fingerprint()),
        TrainingHistory.none(),
        Optional.empty(),
        Provenance.unknown(),
        List.of(),
        false);
  }

  private Network network(Shape features, Task task) {
    if (own.isPresent()) {
      return OwnHead.fitting(own.get(), features, task);
    }
    NetworkBuilder network = Network.builder("features", features);
    if (!features.isVector()) {
      network.flatten("head_flatten");
    }
    for (int i = 0; i < hidden.length; i++) {
      String suffix = hidden.length == 1 ? "" : "_" + (i + 1);
      if (batchNormalization) {
        network.dense("head_dense" + suffix, hidden[i]);
        network.batchNormalization("head_bn" + suffix, 1e-3).relu("head_relu" + suffix);
      } else {
        network.dense("head_dense" + suffix, hidden[i], Activation.RELU);
      }
      if (dropout > 0) {
        network.dropout("head_dropout" + suffix, dropout);
      }
    }
    return sigmoid && task instanceof Task.OneLabel
        ? network.dense("head_predictions", 1, Activation.SIGMOID).build()
        : HeadOutputs.end(network, task);
  }

  /** Options of a dense head; not thread-safe. */
  public static final class Builder extends TrainingBuilder<Builder> {
    private int[] hidden = {256};
    private double dropout;
    private boolean sigmoid;
    private boolean batchNormalization;
    private Optional<Network> own = Optional.empty();

    Builder() {
      super(Optimizer.adam(1e-3), BatchNormPolicy.BATCH_STATISTICS, 30);
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Sets the sizes of the hidden layers, the first one next to the features; none for a single
     * layer. Default: one of 256.
     *
     * @throws IllegalArgumentException if a size is below 1
     */
    public Builder hidden(int... sizes) {
      if (Arrays.stream(sizes).anyMatch(size -> size < 1)) {
        throw new IllegalArgumentException(
            "A hidden layer has at least 1 unit, but they are " + Arrays.toString(sizes) + ".");
      }
      this.hidden = sizes.clone();
      return this;
    }

    /**
     * Sets the share of values that is dropped behind each hidden layer; default 0.
     *
     * @throws IllegalArgumentException if it is not from 0 to below 1
     */
    public Builder dropout(double rate) {
      if (!(rate >= 0 && rate < 1)) {
        throw new IllegalArgumentException(
            "A dropout rate is from 0 to below 1, not " + rate + ".");
      }
      this.dropout = rate;
      return this;
    }

    /** Puts a batch normalisation behind each hidden layer; default none. */
    public Builder batchNormalization() {
      this.batchNormalization = true;
      return this;
    }

    /**
     * Ends in one sigmoid unit for two labels instead of a softmax; predictions stay the same. Tags
     * have a sigmoid each anyway, and numbers none.
     */
    public Builder sigmoid() {
      this.sigmoid = true;
      return this;
    }

    /**
     * Sets layers of one's own for the whole head, in the place of those that {@link #hidden} and
     * its kin describe. It is fine-tuned and saved like every head.
     *
     * @param head reads the features and ends in one probability per label (softmax), in one
     *     sigmoid unit for two labels or for each tag, or in numbers, in standard deviations from
     *     their mean; its layers are named {@code head_...}, so that they are told from the
     *     backbone's
     * @throws IllegalArgumentException if it has several inputs or outputs, or a layer is named
     *     otherwise
     */
    public Builder network(Network head) {
      OwnHead.require(head);
      this.own = Optional.of(head);
      return this;
    }

    /**
     * Returns the head.
     *
     * @throws IllegalArgumentException if features are to be mixed by CutMix
     */
    public DenseHead build() {
      if (options().mixing() instanceof Mixing.CutMix) {
        throw new IllegalArgumentException(
            "CutMix pastes boxes of pictures, but a head learns from features, which have none."
                + " Choose Mixing.mixUp(...), or CutMix in a FineTuner.");
      }
      return new DenseHead(this, run());
    }
  }
}
