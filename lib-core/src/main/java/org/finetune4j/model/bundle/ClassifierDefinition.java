package org.finetune4j.model.bundle;

import java.util.Arrays;
import java.util.Optional;
import org.finetune4j.evaluate.Thresholds;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Task;
import org.finetune4j.uncertainty.Uncertainty;

/**
 * What a classifier, tagger or regressor computes and what it means, all but the numbers.
 *
 * @param network from pixels (RGB planes, 0 to 255) to one probability per label, or to one for the
 *     second of two labels, or to one probability per tag, or to numbers in their units; channel
 *     order, mean and scale are layers of it
 * @param preprocessing how pictures are fitted to the input size; its channel order, mean and scale
 *     say what the network's first layers do
 * @param task what the outputs mean
 * @param thresholds from which probability on a picture has a tag; empty unless the task is tags
 * @param uncertainty what it knows about its own answers
 * @param provenance where it all comes from
 */
public record ClassifierDefinition(
    Network network,
    Preprocessing preprocessing,
    Task task,
    Optional<Thresholds> thresholds,
    Uncertainty uncertainty,
    Provenance provenance) {
  /**
   * Checks that the parts fit.
   *
   * @throws IllegalArgumentException if the network does not read RGB or gray pictures, or its
   *     outputs do not fit the task, or the thresholds belong to other tags
   */
  public ClassifierDefinition {
    Shape input = network.inputs().get(0).shape();
    boolean isPicture = input.isMap() && (input.channels() == 3 || input.channels() == 1);
    if (network.inputs().size() != 1 || !isPicture) {
      throw new IllegalArgumentException(
          "A classifier reads one RGB or gray picture, but its network reads "
              + network.inputs()
              + ".");
    }
    if (task instanceof Task.OneLabel one) {
      requireLabels(network, one.labels());
    } else if (network.outputShape().elements() != task.outputs()) {
      throw new IllegalArgumentException(
          "There is one output for each of "
              + task
              + ", but there are "
              + network.outputShape().elements()
              + " outputs.");
    }
    if (uncertainty.novelty().isPresent()) {
      FeatureLayer.withBranch(network, uncertainty.novelty().get().network());
    }
    requireUncertainty(task, uncertainty);
    if (task instanceof Task.Tags && thresholds.isEmpty()) {
      thresholds = Optional.of(Thresholds.standard(task.labels()));
    }
    if (thresholds.isPresent()
        && !(task instanceof Task.Tags tags && thresholds.get().tags().equals(tags.labels()))) {
      throw new IllegalArgumentException(
          "The thresholds belong to the tags "
              + thresholds.get().tags()
              + ", but the outputs mean "
              + task
              + ".");
    }
  }

  private static void requireUncertainty(Task task, Uncertainty uncertainty) {
    boolean sets = uncertainty.sets().isPresent() && !(task instanceof Task.OneLabel);
    boolean tags = uncertainty.tags().isPresent() && !(task instanceof Task.Tags);
    boolean intervals =
        uncertainty.intervals().isPresent()
            && uncertainty.intervals().get().halfWidths().size()
                != (task instanceof Task.Numbers ? task.outputs() : -1);
    if (sets || tags || intervals) {
      throw new IllegalArgumentException(
          "Sets of labels belong to classifiers, sets of tags to taggers and one interval per number"
              + " to regressors, but the outputs mean "
              + task
              + ".");
    }
  }

  private static void requireLabels(Network network, Labels labels) {
    if (labels.size() < 2) {
      throw new IllegalArgumentException(
          "A classifier tells at least two labels apart, but there is only " + labels + ".");
    }
    int outputs = network.outputShape().elements();
    if (outputs != labels.size() && !(outputs == 1 && labels.size() == 2)) {
      throw new IllegalArgumentException(
          "A classifier has one output per label, or a single one for two labels, but "
              + outputs
              + " outputs for "
              + labels
              + ".");
    }
  }

  /** Makes the definition of a classifier. */
  public ClassifierDefinition(
      Network network, Preprocessing preprocessing, Labels labels, Provenance provenance) {
    this(
        network,
        preprocessing,
        Task.oneLabel(labels),
        Optional.empty(),
        Uncertainty.none(),
        provenance);
  }

  /** Makes a definition; thresholds of tags are 0.5. */
  public ClassifierDefinition(
      Network network, Preprocessing preprocessing, Task task, Provenance provenance) {
    this(network, preprocessing, task, Optional.empty(), Uncertainty.none(), provenance);
  }

  /**
   * Returns the labels or tags.
   *
   * @throws IllegalStateException if the outputs are numbers
   */
  public Labels labels() {
    return task.labels();
  }

  /**
   * Returns the same with a softmax behind a network that ends in logits; with sigmoids, where the
   * task is tags.
   */
  public ClassifierDefinition withSoftmax() {
    Network probable = task instanceof Task.Tags ? network.withSigmoid() : network.withSoftmax();
    return new ClassifierDefinition(
        probable, preprocessing, task, thresholds, uncertainty, provenance);
  }

  /** Returns the same with other thresholds. */
  public ClassifierDefinition with(Thresholds others) {
    return new ClassifierDefinition(
        network, preprocessing, task, Optional.of(others), uncertainty, provenance);
  }

  /** Returns the same with pictures prepared in another way. */
  public ClassifierDefinition with(Preprocessing other) {
    return new ClassifierDefinition(network, other, task, thresholds, uncertainty, provenance);
  }

  /** Returns the same with another knowledge of its own answers. */
  public ClassifierDefinition with(Uncertainty other) {
    return new ClassifierDefinition(network, preprocessing, task, thresholds, other, provenance);
  }

  /**
   * Returns what runs: the network and, behind its features, what tells new pictures, as a second
   * output.
   */
  public Network running() {
    return uncertainty
        .novelty()
        .map(it -> FeatureLayer.withBranch(network, it.network()))
        .orElse(network);
  }

  /** Returns which class of this library it is a definition of. */
  public String kind() {
    if (task instanceof Task.OneLabel) {
      return "ImageClassifier";
    }
    return task instanceof Task.Tags ? "ImageTagger" : "ImageRegressor";
  }

  /** Refuses to make one kind of model of the definition of another. */
  public void require(Class<? extends Task> wanted, String kind) {
    if (!wanted.isInstance(task)) {
      throw new IllegalArgumentException(
          "The definition is for " + task + ", of which " + kind() + " is made, not " + kind + ".");
    }
  }

  /** Returns the pictures that the network reads: three channels, or one for gray ones. */
  public Shape input() {
    return network.inputs().get(0).shape();
  }

  /** Returns the size of the pictures that the network reads. */
  public ImageSize inputSize() {
    Shape input = input();
    return new ImageSize(input.width(), input.height());
  }

  /**
   * Checks one sample of a batch of outputs.
   *
   * @throws IllegalStateException if an output is NaN or infinite
   */
  public void requireFinite(float[] outputs, int sample) {
    int size = network.outputShape().elements();
    for (int i = sample * size; i < (sample + 1) * size; i++) {
      if (!Float.isFinite(outputs[i])) {
        throw new IllegalStateException(
            "The classifier computes "
                + outputs[i]
                + " from a picture: its numbers grow too large for float32. It gives no answer.");
      }
    }
  }

  /**
   * Returns one value per label, tag or number for one sample of a batch of outputs.
   *
   * @throws IllegalStateException if one is NaN or infinite
   */
  public float[] outputs(float[] outputs, int sample) {
    int size = network.outputShape().elements();
    requireFinite(outputs, sample);
    if (size == 1 && task instanceof Task.OneLabel) {
      return new float[] {1 - outputs[sample], outputs[sample]};
    }
    return Arrays.copyOfRange(outputs, sample * size, (sample + 1) * size);
  }
}
