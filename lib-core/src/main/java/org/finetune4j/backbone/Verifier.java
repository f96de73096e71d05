package org.finetune4j.backbone;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.finetune4j.backbone.Verification.Basis;
import org.finetune4j.backbone.verify.Deviation;
import org.finetune4j.backbone.verify.ReferenceActivations;
import org.finetune4j.backbone.verify.VerificationPicture;
import org.finetune4j.engine.TrainingEngine;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.weights.Weights;

/**
 * Compares a network's activations on one picture with what they should be.
 *
 * @param pixels the network from pixels on
 * @param weights its weights
 * @param options of the sessions
 */
record Verifier(Network pixels, Weights weights, RuntimeOptions options) {
  /** The other engine computes from the start for each layer, so a few of them must do. */
  private static final int LAYERS_OF_OTHER_ENGINE = 6;

  /** The worst of what has been compared so far. */
  private static final class Worst {
    private int layers;
    private double deviation;
    private String layer = "";

    void add(String name, double found) {
      layers++;
      see(name, found);
    }

    void see(String name, double found) {
      if (found >= deviation) {
        deviation = found;
        layer = name;
      }
    }

    Verification of(Basis basis) {
      return new Verification(basis, layers, deviation, layer);
    }
  }

  /** Compares every layer that the reference knows. */
  Verification with(ReferenceActivations reference) {
    List<String> known =
        pixels.layers().stream().map(Layer::name).filter(reference.layers()::containsKey).toList();
    Worst worst = new Worst();
    float[][] activations = run(pixels.upTo(known));
    for (int i = 0; i < known.size(); i++) {
      worst.add(known.get(i), reference.deviation(known.get(i), activations[i]));
    }
    // Layers whose activation nobody asks for are fused: that is what usually runs.
    worst.see(pixels.output(), reference.deviation(pixels.output(), run(pixels)[0]));
    return worst.of(Basis.REFERENCE);
  }

  /** Compares a few layers, the last one among them, with what the engine for training computes. */
  Verification withOtherEngine() {
    TrainingEngine other =
        TrainingEngine.find("Comparing weights for which the library has no activations of Keras");
    Worst worst = new Worst();
    for (String layer : spread(pixels.freezePoints())) {
      Network piece = pixels.upTo(layer);
      float[] expected = other.forward(piece, weights, List.of(picture()));
      worst.add(layer, Deviation.of(run(piece)[0], expected));
    }
    return worst.of(Basis.OTHER_ENGINE);
  }

  private Collection<String> spread(List<String> points) {
    Set<String> chosen = new LinkedHashSet<>();
    for (int i = 1; i < LAYERS_OF_OTHER_ENGINE; i++) {
      chosen.add(points.get((points.size() - 1) * i / LAYERS_OF_OTHER_ENGINE));
    }
    chosen.add(pixels.output());
    return chosen;
  }

  private float[][] run(Network piece) {
    try (OnnxSession session = OnnxSession.open(piece, weights, options)) {
      return session.run(1, VerificationPicture.pixels(size()));
    }
  }

  private float[] picture() {
    return VerificationPicture.pixels(size()).array();
  }

  private ImageSize size() {
    Shape shape = pixels.inputs().get(0).shape();
    return new ImageSize(shape.width(), shape.height());
  }
}
