package org.finetune4j.train.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.SkippedFile;
import org.finetune4j.engine.train.WhatTrains;
import org.finetune4j.network.Network;
import org.finetune4j.network.json.NetworkJson;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.train.checkpoint.RunSettings;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.input.TrainingChecks;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Weights;

/** How a trainer runs: what its builder was told. */
public final class TrainingRun {
  private final TrainingOptions options;
  private final TrainingObservers observers;

  /** Runs nothing yet. */
  public TrainingRun(TrainingOptions options, TrainingObservers observers) {
    this.options = options;
    this.observers = observers;
  }

  /** Returns whether the state is written into a folder. */
  public boolean keepsCheckpoints() {
    return observers.checkpointFolder().isPresent();
  }

  /** Returns what decides the training. */
  public TrainingOptions options() {
    return options;
  }

  /** Returns what may end the run. */
  public Cancellation cancellation() {
    return observers.cancellation();
  }

  /** Returns who hears what happens. */
  public TrainingListener listener() {
    return observers.listener();
  }

  /** Returns all that a network computes, its weights aside; its name alone hides most of it. */
  public static String described(Network network) {
    return NetworkJson.write(network).toString();
  }

  /** Returns, and tells the listener, what is odd about the pictures: the same in both parts. */
  public List<String> aboutData(ImageDataset train, Optional<ImageDataset> validation) {
    ImageDataset none = ImageDataset.of(train.task(), List.of());
    List<String> warnings = new ArrayList<>();
    unreadable("training", train).ifPresent(warnings::add);
    validation.flatMap(it -> unreadable("validation", it)).ifPresent(warnings::add);
    warnings.addAll(new DatasetSplit(train, validation.orElse(none), none).warnings());
    warnings.forEach(listener()::warned);
    return warnings;
  }

  /** Says how many pictures were left out because they cannot be read. */
  private static Optional<String> unreadable(String what, ImageDataset images) {
    List<SkippedFile> left =
        images.skipped().stream()
            .filter(it -> it.reason() == SkippedFile.Reason.UNREADABLE)
            .toList();
    if (left.isEmpty()) {
      return Optional.empty();
    }
    int all = left.size() + images.size();
    String are = left.size() == 1 ? " cannot be read and is" : " cannot be read and are";
    String pictures = " of " + all + " " + what + " pictures" + are + " left out, first ";
    return Optional.of(left.size() + pictures + left.get(0).path());
  }

  /** What a run ends with. */
  public record Outcome(Weights weights, TrainingHistory history, List<String> warnings) {}

  /**
   * Starts a run, or goes on with one.
   *
   * @param stages how many stages it has
   * @param settings all that decides it; a checkpoint of another one is refused
   */
  public StagedRun start(int stages, RunSettings settings) throws IOException {
    return new StagedRun(stages, observers, settings);
  }

  /**
   * Trains in a single stage.
   *
   * @param name what is trained, for people
   * @param network ends in probabilities or numbers
   * @param start the weights to start from
   * @param data the training data, so that a checkpoint of other data is refused
   */
  public Outcome train(
      String name,
      Network network,
      Weights start,
      SampleSource train,
      Optional<SampleSource> validation,
      RunSettings data)
      throws IOException {
    TrainingOptions fitted =
        TrainingChecks.require(
            options, network, train.targets(), validation.map(SampleSource::size));
    RunSettings settings =
        data.withAll("", fitted)
            .withHash("network", described(network))
            .withHash("start weights", start.sha256());
    try (StagedRun run = start(1, settings)) {
      Weights learned =
          run.train(
              1,
              name,
              fitted,
              network,
              start,
              WhatTrains.all(fitted.batchNorm()),
              train,
              validation);
      run.finish();
      return new Outcome(learned, run.history(), run.warnings());
    }
  }
}
