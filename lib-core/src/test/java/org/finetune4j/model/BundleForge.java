package org.finetune4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.model.bundle.Manifest;
import org.finetune4j.model.bundle.Parameters;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;

/** Makes the models of hostile bundles, and bundles with other manifests. */
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

  /** Writes a bundle with another manifest, and returns the new file. */
  static Path edited(Path file, Path target, Consumer<ObjectNode> change) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode manifest = (ObjectNode) mapper.readTree(manifest(file));
    change.accept(manifest);
    return withManifest(file, target, mapper.writeValueAsString(manifest));
  }

  /** Returns the manifest of a bundle. */
  public static String manifest(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      byte[] bytes = zip.getInputStream(zip.getEntry("manifest.json")).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Writes a bundle with another manifest, and returns the new file. */
  public static Path withManifest(Path file, Path target, String manifest) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile());
        OutputStream out = Files.newOutputStream(target);
        ZipOutputStream edited = new ZipOutputStream(out)) {
      put(edited, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
      put(edited, "model.onnx", zip.getInputStream(zip.getEntry("model.onnx")).readAllBytes());
    }
    return target;
  }

  /** Adds an entry as bundles have it: stored as it is. */
  static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
  }
}
