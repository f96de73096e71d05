package org.finetune4j.train.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune4j.engine.train.TrainableNetwork;
import org.finetune4j.engine.train.WhatTrains;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.train.checkpoint.Checkpoint;
import org.finetune4j.train.checkpoint.Checkpoints;
import org.finetune4j.train.checkpoint.RunSettings;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.log.FreezeReport;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.weights.Weights;

/**
 * One training of one or several stages: finds a checkpoint, passes over what it has behind it, and
 * gathers history and proofs.
 */
public final class StagedRun implements AutoCloseable {
  private final TrainingObservers observers;
  private final int stages;
  private final List<String> warnings = new ArrayList<>();
  private final Optional<Checkpoint> found;
  private final Optional<Checkpoints> checkpoints;
  private final List<FreezeReport> proofs = new ArrayList<>();
  private TrainingHistory history = TrainingHistory.none();

  /**
   * @param stages how many stages there are
   * @param settings all that decides the run: options, network, start, data
   */
  StagedRun(int stages, TrainingObservers observers, RunSettings settings) throws IOException {
    this.stages = stages;
    this.observers = observers;
    Optional<Path> folder = observers.checkpointFolder();
    this.checkpoints =
        folder.isPresent()
            ? Optional.of(new Checkpoints(folder.get(), settings))
            : Optional.empty();
    this.found = latest();
    checkpoints.ifPresent(it -> warnings.addAll(it.warnings()));
    warnings.forEach(observers.listener()::warned);
    found.ifPresent(
        checkpoint -> {
          history = checkpoint.history();
          proofs.addAll(checkpoint.proofs());
        });
  }

  private Optional<Checkpoint> latest() throws IOException {
    if (checkpoints.isEmpty()) {
      return Optional.empty();
    }
    try {
      return checkpoints.get().latest();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Returns whether a stage is to be trained: it was not over before the run was interrupted, and
   * nobody has ended the run. The stage that a checkpoint is from always is, since its weights are
   * there; training then ends at once.
   */
  public boolean needs(int stage) {
    int begun = found.map(Checkpoint::stage).orElse(1);
    return stage == begun || (stage > begun && !observers.cancellation().requested());
  }

  /**
   * Trains one stage.
   *
   * @param stage its number, from 1 on
   * @param name what is trained, for people
   * @param network ends in probabilities
   * @param start the weights to start from
   * @param trains which of them may move
   */
  public Weights train(
      int stage,
      String name,
      TrainingOptions options,
      Network network,
      Weights start,
      WhatTrains trains,
      SampleSource train,
      Optional<SampleSource> validation)
      throws IOException {
    TrainableNetwork.warnings(network).stream()
        .filter(warning -> !warnings.contains(warning))
        .forEach(
            warning -> {
              warnings.add(warning);
              observers.listener().warned(warning);
            });
    try (TrainableNetwork engine = TrainableNetwork.create(network, start, options, trains)) {
      TrainingLoop loop =
          new TrainingLoop(
              options,
              stage,
              stages,
              engine,
              train,
              validation,
              observers,
              checkpoints,
              history,
              List.copyOf(proofs));
      found.filter(checkpoint -> checkpoint.stage() == stage).ifPresent(loop::resume);
      Weights learned = loop.run(name);
      history = loop.history();
      warnings.addAll(loop.warnings());
      return learned;
    }
  }

  /** Returns what the checkpoint of a stage has learned; nothing if there is none. */
  public Weights found(int stage) {
    return found
        .filter(checkpoint -> checkpoint.stage() == stage)
        .map(checkpoint -> checkpoint.best().orElse(checkpoint.weights()))
        .orElse(Weights.empty());
  }

  /** Takes the proof of the stage that was just trained. */
  public void proved(FreezeReport proof) {
    proofs.add(proof);
    observers.listener().stageFinished(proofs.size(), proof);
  }

  /** Tells the listener that the run is over. */
  public void finish() {
    observers.listener().finished(history);
  }

  /** Returns what was odd about the stages that were trained, and what could not be written. */
  public List<String> warnings() {
    return Stream.concat(warnings.stream(), observers.listener().warnings().stream()).toList();
  }

  public TrainingHistory history() {
    return history;
  }

  public List<FreezeReport> proofs() {
    return List.copyOf(proofs);
  }

  /** Frees the folder of checkpoints. */
  @Override
  public void close() throws IOException {
    if (checkpoints.isPresent()) {
      checkpoints.get().close();
    }
  }
}
