package org.finetune4j.model.bundle;

import java.util.Optional;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Layer;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Network;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.target.Task;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** What a classifier must keep to, so that it can only answer with probabilities. */
public final class ClassifierRules {
  private ClassifierRules() {}

  /**
   * Checks that a network ends in probabilities, and begins as its preprocessing says.
   *
   * @throws IllegalArgumentException if not; the message says the way out
   */
  public static void check(ClassifierDefinition definition) {
    Network network = definition.network();
    if (!(definition.task() instanceof Task.Numbers)) {
      requireProbabilities(network, definition.task() instanceof Task.Tags);
    }
    Optional<String> contradiction = PixelInput.contradiction(network, definition.preprocessing());
    if (contradiction.isPresent()) {
      throw new IllegalArgumentException(
          "The preprocessing contradicts the network's first layers: "
              + contradiction.get()
              + ". PixelInput.before(network, preprocessing) makes them fit.");
    }
  }

  /** One tag says nothing of another, so that a softmax over them would lie. */
  private static void requireProbabilities(Network network, boolean tags) {
    int outputs = network.outputShape().elements();
    Activation last = lastActivation(network);
    boolean softmax = last == Activation.SOFTMAX && outputs > 1 && !tags;
    boolean shares = network.layer(network.output()) instanceof NearestNeighbors;
    if (last != Activation.SIGMOID && !softmax && !shares) {
      throw new IllegalArgumentException(
          "A classifier ends in probabilities (softmax, or sigmoid), but '"
              + network.output()
              + "' ends in "
              + (last == Activation.SOFTMAX
                  ? "a softmax over " + (tags ? "tags" : "one output")
                  : "scores (" + last + ")")
              + ". Where they are logits, append a softmax: withSoftmax() of the definition or of the"
              + " Keras model, ImageClassifier.loader().softmax() for a saved one.");
    }
  }

  /**
   * Checks that stored answers are probabilities, where they are not numbers.
   *
   * @throws IllegalArgumentException if not
   */
  public static void checkAnswers(ClassifierDefinition definition, Weights weights) {
    Network network = definition.network();
    if (definition.task() instanceof Task.Numbers
        || !(network.layer(network.output()) instanceof NearestNeighbors layer)) {
      return;
    }
    float[] answers = weights.get(layer.name() + "/answers").toArray();
    boolean one = definition.task() instanceof Task.OneLabel;
    for (int row = 0; row < layer.stored(); row++) {
      double sum = 0;
      boolean probable = true;
      for (int i = row * layer.outputs(); i < (row + 1) * layer.outputs(); i++) {
        probable &= answers[i] >= 0 && answers[i] <= 1;
        sum += answers[i];
      }
      if (!probable || (one && layer.outputs() > 1 && Math.abs(sum - 1) > 1e-6)) {
        throw new IllegalArgumentException(
            "Stored answers are probabilities, but those of neighbour "
                + row
                + " of '"
                + layer.name()
                + "' are not.");
      }
    }
  }

  /** Returns what the outputs went through last, whatever has moved them since. */
  static Activation lastActivation(Network network) {
    String name = network.output();
    while (true) {
      Layer layer = network.layer(name);
      Activation activation =
          layer instanceof ActivationLayer it
              ? it.activation()
              : layer instanceof Dense it
                  ? it.activation()
                  : layer instanceof Convolution it ? it.activation() : Activation.LINEAR;
      boolean passing =
          layer instanceof Flatten
              || layer instanceof Reshape
              || layer instanceof Dropout
              || (layer instanceof GlobalPooling it && it.pooling() == PoolingType.AVERAGE)
              || (layer instanceof ActivationLayer it && it.activation() == Activation.LINEAR);
      if (!passing) {
        return activation;
      }
      name = layer.inputs().get(0);
    }
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is NaN or infinite, or a variance is negative
   */
  public static void check(Network network, Weights weights) {
    weights
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (tensor.hasNonFinite()) {
                throw new IllegalArgumentException(
                    "A classifier's weights are finite, but '"
                        + name
                        + "' holds NaN or infinite numbers.");
              }
            });
    for (TensorSpec spec : network.tensors()) {
      if (spec.role().endsWith("variance")) {
        check(network.layer(spec.layer()), spec, weights.get(spec.name()));
      }
    }
  }

  /** A root is drawn of the variance, and of batch normalisation's divided by. */
  private static void check(Layer layer, TensorSpec spec, Tensor variance) {
    double epsilon = layer instanceof BatchNormalization norm ? norm.epsilon() : Double.MIN_NORMAL;
    for (float value : variance.toArray()) {
      if (value < 0 || value + epsilon == 0) {
        throw new IllegalArgumentException(
            "A variance is not negative, and with epsilon above 0, but '"
                + spec.name()
                + "' holds "
                + value
                + ".");
      }
    }
  }
}
