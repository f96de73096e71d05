package org.finetune4j.train;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.data.Labels;
import org.finetune4j.engine.train.TrainableNetwork;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Dense;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.TrainingOptions;

/** What every gradient training demands of network and data, before it does any work. */
public final class TrainingChecks {
  private TrainingChecks() {}

  /**
   * Refuses what cannot be trained.
   *
   * @param targets the label of each training sample
   * @param validationSamples how many validation samples there are, if validation was given
   */
  public static void require(
      TrainingOptions options,
      Network network,
      Labels labels,
      int[] targets,
      Optional<Integer> validationSamples) {
    if (targets.length == 0) {
      throw new IllegalArgumentException("Training needs at least one sample.");
    }
    requireFit(network, labels);
    requireBatches(options, network, targets.length);
    if (Arrays.stream(targets).distinct().count() < 2) {
      throw new IllegalArgumentException(
          "A classifier learns from samples of at least two classes, but all "
              + targets.length
              + " samples are '"
              + labels.name(targets[0])
              + "'.");
    }
    int weights = options.loss().classWeights().size();
    if (weights != 0 && weights != labels.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "There is one class weight for each of the %d labels, not %d.",
              labels.size(),
              weights));
    }
    if (validationSamples.isPresent() && validationSamples.get() == 0) {
      throw new IllegalArgumentException("There is at least one validation sample.");
    }
    if ((options.bestEpoch() || options.plateau().isPresent()) && validationSamples.isEmpty()) {
      throw new IllegalArgumentException(
          "Early stopping, reduceOnPlateau(...) and keepBestEpoch() look at the validation loss;"
              + " give fit(...) validation data too.");
    }
  }

  /**
   * Refuses what cannot be trained where nothing is measured on validation samples.
   *
   * @param targets the label of each training sample
   */
  public static void requireForSweep(
      TrainingOptions options, Network network, Labels labels, int[] targets) {
    require(options, network, labels, targets, Optional.of(1));
  }

  private static void requireBatches(TrainingOptions options, Network network, int samples) {
    int batch = Math.min(options.batchSize(), samples);
    if (batch == 1 && TrainableNetwork.statisticsTrain(network, options.batchNorm())) {
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

  /** Refuses a network whose outputs do not fit the labels. */
  public static void requireFit(Network network, Labels labels) {
    int outputs = network.outputShape().elements();
    if (outputs != labels.size() && !(outputs == 1 && labels.size() == 2)) {
      throw new IllegalArgumentException(
          "A network for "
              + labels.size()
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
