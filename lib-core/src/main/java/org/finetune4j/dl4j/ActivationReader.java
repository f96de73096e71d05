package org.finetune4j.dl4j;

import java.util.List;
import java.util.Optional;
import org.finetune4j.dl4j.layer.HardSigmoid;
import org.finetune4j.dl4j.layer.HardSwish;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.Rescale;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Turns ND4J's activation functions into ours. */
final class ActivationReader {
  private final Sketch sketch;

  ActivationReader(Sketch sketch) {
    this.sketch = sketch;
  }

  /** Returns our activation that computes the same, if a single one does. */
  static Optional<Activation> plain(IActivation function) {
    if (function instanceof ActivationReLU relu) {
      return plain(relu);
    } else if (function instanceof ActivationIdentity) {
      return Optional.of(Activation.LINEAR);
    } else if (function instanceof ActivationReLU6) {
      return Optional.of(Activation.RELU6);
    } else if (function instanceof ActivationSigmoid) {
      return Optional.of(Activation.SIGMOID);
    } else if (function instanceof ActivationTanH) {
      return Optional.of(Activation.TANH);
    } else if (function instanceof ActivationSwish) {
      return Optional.of(Activation.SWISH);
    } else if (function instanceof ActivationSoftmax) {
      return Optional.of(Activation.SOFTMAX);
    } else if (function instanceof HardSigmoid) {
      return Optional.of(Activation.HARD_SIGMOID);
    } else if (function instanceof HardSwish) {
      return Optional.of(Activation.HARD_SWISH);
    }
    return Optional.empty();
  }

  private static Optional<Activation> plain(ActivationReLU relu) {
    if (orZero(relu.getThreshold()) != 0 || orZero(relu.getNegativeSlope()) != 0) {
      return Optional.empty();
    }
    double max = orZero(relu.getMax());
    return max == 0
        ? Optional.of(Activation.RELU)
        : max == 6 ? Optional.of(Activation.RELU6) : Optional.empty();
  }

  private static double orZero(Double number) {
    return Optional.ofNullable(number).orElse(0.0);
  }

  /** Adds the part's activation, under its name, behind a layer. */
  void add(Part part, String input, IActivation function) {
    Optional<Activation> plain = plain(function);
    if (plain.isPresent()) {
      requireVectorForSoftmax(part, input, plain.get());
      sketch.add(new ActivationLayer(part.name(), input, plain.get()));
    } else if (function instanceof ActivationLReLU leaky) {
      leaky(part, input, leaky.getAlpha());
    } else if (function instanceof ActivationHardSigmoid) {
      hardSigmoid(part, input);
    } else {
      throw refused(part, function);
    }
  }

  void requireVectorForSoftmax(Part part, String input, Activation activation) {
    if (activation == Activation.SOFTMAX && !sketch.shape(input).isVector()) {
      throw part.refused("softmax has a counterpart only on vectors");
    }
  }

  /** Adds a * x + (1 - a) * max(x, 0). */
  private void leaky(Part part, String input, double slope) {
    sketch.add(rescale(part.named("slope"), input, slope, 0));
    sketch.add(new ActivationLayer(part.named("positive"), input, Activation.RELU));
    sketch.add(rescale(part.named("rest"), part.named("positive"), 1 - slope, 0));
    sketch.add(new Add(part.name(), List.of(part.named("slope"), part.named("rest"))));
  }

  /** ND4J's has slope 0.2, ours 1/6. */
  private void hardSigmoid(Part part, String input) {
    sketch.add(rescale(part.named("slope"), input, 1.2, 0));
    sketch.add(new ActivationLayer(part.name(), part.named("slope"), Activation.HARD_SIGMOID));
  }

  static Rescale rescale(String name, String input, double scale, double offset) {
    return new Rescale(name, input, List.of(scale), List.of(offset));
  }

  private static IllegalArgumentException refused(Part part, IActivation function) {
    return part.refused(
        "its activation "
            + function
            + " has no counterpart; supported are identity, ReLU, ReLU6, leaky ReLU, sigmoid, hard"
            + " sigmoid, tanh, swish and softmax");
  }
}
