package org.finetune4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.model.bundle.Manifest;
import org.finetune4j.model.bundle.Parameters;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;

/** Makes the models of hostile bundles. */
public final class BundleForge {
  private static final double MOST_PARAMETERS = 1_000_000;

  private BundleForge() {}

  /** Returns a model with random weights that is what a manifest says, if there can be one. */
  public static Optional<byte[]> model(byte[] manifest) {
    try {
      JsonNode json = new ObjectMapper().readTree(manifest);
      ClassifierDefinition definition = Manifest.definition(json, Path.of("forged"));
      Network network = definition.running();
      if (network.tensors().stream().mapToDouble(TensorSpec::elements).sum() > MOST_PARAMETERS) {
        return Optional.empty();
      }
      Weights weights = RandomWeights.of(network, 1);
      Optional<EightBits> rounding = Manifest.rounding(json);
      Parameters parameters =
          rounding.isPresent()
              ? new Parameters.Integers(
                  rounding.get(), rounding.get().quantization().apply(network, weights))
              : new Parameters.Floats(weights);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      parameters.write(network, bytes);
      return Optional.of(bytes.toByteArray());
    } catch (IOException | RuntimeException impossible) {
      return Optional.empty();
    }
  }
}
