package org.finetune4j.train.input;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.engine.train.WhatTrains;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Dense;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.Loss;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Sampling;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;

/** What every gradient training demands of network and data, before it does any work. */
public final class TrainingChecks {
  private TrainingChecks() {}

  /**
   * Returns options whose loss fits what is learned: that of numbers gets their deviations, and is
   * the squared error if nothing else was said.
   */
  private static TrainingOptions fitted(TrainingOptions options, Targets targets) {
    boolean numbers = targets.task() instanceof Task.Numbers;
    if (numbers && !(options.loss().objective() instanceof Loss.OfNumbers)) {
      if (!options.loss().equals(Loss.crossEntropy())) {
        throw new IllegalArgumentException(
            "Numbers are learned by Loss.meanSquaredError() or Loss.huber(delta), without label"
                + " smoothing and weights, not by "
                + options.loss()
                + ".");
      }
    }
    return numbers
        ? options.toBuilder()
            .loss(options.loss().ofNumbers(NumberUnits.deviations(targets)))
            .build()
        : options;
  }

  /**
   * Refuses what cannot be trained.
   *
   * @param said what the builder was told
   * @param targets the right answers of the training samples
   * @param validationSamples how many validation samples there are, if validation was given
   * @return the options with a loss that fits what is learned
   */
  public static TrainingOptions require(
      TrainingOptions said, Network network, Targets targets, Optional<Integer> validationSamples) {
    if (targets.size() == 0) {
      throw new IllegalArgumentException("Training needs at least one sample.");
    }
    requireFit(network, targets.task());
    requireBatches(said, network, targets.size());
    targets.requireLearnable();
    TrainingOptions options = fitted(said, targets);
    requireLoss(options, targets.task());
    requireTeachable(options, network, targets.task());
    if (validationSamples.isPresent() && validationSamples.get() == 0) {
      throw new IllegalArgumentException("There is at least one validation sample.");
    }
    if ((options.bestEpoch() || options.plateau().isPresent()) && validationSamples.isEmpty()) {
      throw new IllegalArgumentException(
          "Early stopping, reduceOnPlateau(...) and keepBestEpoch() look at the validation loss;"
              + " give fit(...) validation data too.");
    }
    return options;
  }

  /**
   * Refuses what cannot be trained where nothing is measured on validation samples.
   *
   * @param targets the right answers of the training samples
   * @return the options with a loss that fits what is learned
   */
  public static TrainingOptions requireForSweep(
      TrainingOptions options, Network network, Targets targets) {
    return require(options, network, targets, Optional.of(1));
  }

  private static void requireLoss(TrainingOptions options, Task task) {
    Loss loss = options.loss();
    boolean labels = task instanceof Task.OneLabel;
    requireWeights("class weight", loss.classWeights().size(), task);
    requireWeights("positive weight", loss.positiveWeights().size(), task);
    if (labels && (loss.objective() instanceof Loss.Focal || !loss.positiveWeights().isEmpty())) {
      throw new IllegalArgumentException(
          "The focal loss and positive weights are for tags; labels have classWeights(...).");
    }
    if (!labels && loss.classWeights().size() == 1) {
      throw new IllegalArgumentException(
          "The weight of a single tag weighs nothing; positiveWeights(...) weigh its pictures"
              + " against the others.");
    }
    if (!(task instanceof Task.Numbers) && loss.objective() instanceof Loss.OfNumbers) {
      throw new IllegalArgumentException(
          loss.objective() + " is a loss of numbers, but what is learned is " + task + ".");
    }
    if (task instanceof Task.Numbers && !(options.mixing() instanceof Mixing.None)) {
      throw new IllegalArgumentException(
          "Numbers have no mixtures: half of two pictures does not show half of both numbers. Leave"
              + " mixing(...) out.");
    }
    if (!labels && options.sampling() == Sampling.BALANCED) {
      throw new IllegalArgumentException(
          "Samples can be balanced by their label, but what is learned is "
              + task
              + ". Rare tags have positiveWeights(...) and Loss.focal(2).");
    }
  }

  private static void requireTeachable(TrainingOptions options, Network network, Task task) {
    boolean softmax = task instanceof Task.OneLabel && network.outputShape().elements() > 1;
    if (options.distillation().isPresent() && !softmax) {
      throw new IllegalArgumentException(
          "A teacher's probabilities are learned behind a softmax over labels, but the network ends"
              + " in "
              + network.outputShape()
              + " for "
              + task
              + ".");
    }
  }

  private static void requireWeights(String what, int weights, Task task) {
    if (weights != 0 && weights != task.outputs()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "There is one %s for each of the %d %s, not %d.",
              what,
              task.outputs(),
              task instanceof Task.Tags ? "tags" : "labels",
              weights));
    }
  }

  private static void requireBatches(TrainingOptions options, Network network, int samples) {
    int batch = Math.min(options.batchSize(), samples);
    if (batch == 1 && WhatTrains.all(options.batchNorm()).statisticsIn(network)) {
      throw new IllegalArgumentException(
          "A batch of one sample has no variance, by which batch normalisation divides while its"
              + " statistics train. Set a batchSize(...) of at least 2, or"
              + " batchNorm(BatchNormPolicy.FROZEN_STATISTICS).");
    }
    options
        .sampleWeights()
        .filter(weights -> weights.size() != samples)
        .ifPresent(
            weights -> {
              throw new IllegalArgumentException(
                  "There is one weight for each of the "
                      + samples
                      + " training samples, not "
                      + weights.size()
                      + ".");
            });
    String largest =
        network.layerNames().stream()
            .max(Comparator.comparing(name -> network.shape(name).elements()))
            .orElseThrow();
    int elements = network.shape(largest).elements();
    if ((long) batch * elements > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A batch of %d samples with %d activations each in layer '%s' is more than an array"
                  + " holds. Set a smaller batchSize(...).",
              batch,
              elements,
              largest));
    }
  }

  /** Refuses a network whose outputs do not fit the task. */
  public static void requireFit(Network network, Task task) {
    int outputs = network.outputShape().elements();
    if (!(task instanceof Task.OneLabel)) {
      boolean tags = task instanceof Task.Tags;
      Activation wanted = tags ? Activation.SIGMOID : Activation.LINEAR;
      if (outputs != task.outputs() || lastActivation(network) != wanted) {
        throw new IllegalArgumentException(
            "A network for "
                + task
                + (tags ? " ends in a sigmoid for each" : " ends in a linear output for each")
                + ", but it ends in "
                + network.outputShape()
                + " behind "
                + lastActivation(network)
                + ".");
      }
      return;
    }
    int labels = task.outputs();
    if (outputs != labels && !(outputs == 1 && labels == 2)) {
      throw new IllegalArgumentException(
          "A network for "
              + labels
              + " labels ends in as many outputs, or in one for two labels, but it ends in "
              + network.outputShape()
              + ".");
    }
    Activation unfit = outputs == 1 ? Activation.SOFTMAX : Activation.SIGMOID;
    if (lastActivation(network) == unfit) {
      throw new IllegalArgumentException(
          outputs == 1
              ? "A softmax over a single output is always 1: end the network in a sigmoid, or in"
                  + " two outputs."
              : "Sigmoids are no probabilities of "
                  + outputs
                  + " labels of which one is right: end the network in a softmax.");
    }
  }

  private static Activation lastActivation(Network network) {
    Layer last = network.layer(network.output());
    if (last instanceof ActivationLayer activation) {
      return activation.activation();
    }
    return last instanceof Dense dense ? dense.activation() : Activation.LINEAR;
  }
}
