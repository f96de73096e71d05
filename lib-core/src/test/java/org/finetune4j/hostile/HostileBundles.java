package org.finetune4j.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.finetune4j.image.Image;
import org.finetune4j.model.BundleForge;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.TinyClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.quantize.Quantizer;
import org.finetune4j.testing.Stripes;

/** Saved classifiers, in float32 and in eight bits, whose checksums are right whatever they say. */
final class HostileBundles {
  static final String FILE = "classifier.zip";
  static final String MANIFEST = "manifest.json";
  static final String MODEL = "model.onnx";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Mutation TEXT = new JsonFields().repeated();
  private static final Mutation MESSAGE =
      Mutation.oneOf(new ProtobufFields(), new ProtobufFields(), Fields.anyBytes()).repeated();
  private static final Mutation RAW = Fields.anyBytes().repeated();

  private HostileBundles() {}

  static Subject floats(Path folder) throws IOException {
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      return subject("bundles", classifier, folder);
    }
  }

  static Subject integers(Path folder) throws IOException {
    Quantizer quantizer = Quantizer.builder().unguarded().evenIfSlower().build();
    try (ImageClassifier classifier = TinyClassifier.of(1);
        ImageClassifier small = quantizer.quantize(classifier, Stripes.of(48, 5)).model()) {
      return subject("int8 bundles", small, folder);
    }
  }

  private static Subject subject(String name, ImageClassifier classifier, Path folder)
      throws IOException {
    Path file = folder.resolve(FILE);
    classifier.save(file);
    return new Subject(
        name,
        List.of(Map.of(FILE, Files.readAllBytes(file))),
        Subject.Change.of(HostileBundles::mutated),
        HostileBundles::use);
  }

  static byte[] mutated(byte[] zip, SplittableRandom random) {
    Map<String, byte[]> parts = ZipParts.read(zip);
    switch (random.nextInt(16)) {
      case 0 -> {
        return RAW.apply(zip, random);
      }
      case 1 -> {
        return ZipParts.of(TEXT, MESSAGE).apply(zip, random);
      }
      case 2, 3, 4 -> parts.computeIfPresent(MODEL, (name, model) -> MESSAGE.apply(model, random));
      default -> {
        byte[] manifest = TEXT.apply(Objects.requireNonNull(parts.get(MANIFEST)), random);
        parts.put(MANIFEST, manifest);
        if (random.nextInt(4) > 0) { // the model that such a manifest describes
          BundleForge.model(manifest).ifPresent(model -> parts.put(MODEL, model));
        }
      }
    }
    renew(parts, random);
    return ZipParts.write(parts, true);
  }

  /** The model's checksum is right, and no answers to synthetic pictures betray the change. */
  private static void renew(Map<String, byte[]> parts, SplittableRandom random) {
    try {
      JsonNode manifest = MAPPER.readTree(parts.get(MANIFEST));
      byte[] model = Objects.requireNonNull(parts.get(MODEL));
      if (manifest instanceof ObjectNode object && random.nextInt(10) > 0) {
        if (object.has("model_sha256")) {
          object.put("model_sha256", Hashing.sha256().hashBytes(model).toString());
        }
        object.remove(random.nextInt(4) > 0 ? "replay" : "");
        parts.put(MANIFEST, MAPPER.writeValueAsBytes(object));
      }
    } catch (IOException noJsonAnyMore) {
      parts.put(MANIFEST, RAW.apply(Objects.requireNonNull(parts.get(MANIFEST)), random));
    }
  }

  /** What loads answers with probabilities, and what it saves loads. */
  private static void use(Path folder) throws IOException {
    try (ImageClassifier classifier = ImageClassifier.load(folder.resolve(FILE))) {
      requireProbabilities(classifier);
      Path again = folder.resolve("again.zip");
      classifier.save(again);
      try (ImageClassifier second = ImageClassifier.load(again)) {
        if (!second.labels().equals(classifier.labels())) {
          throw new IllegalStateException("saved with other labels");
        }
      } catch (IOException e) {
        throw new IllegalStateException("load refuses what save wrote", e);
      }
    }
  }

  /** It answers with probabilities, or that it has no answer. */
  static void requireProbabilities(ImageClassifier classifier) throws IOException {
    float[] row;
    try {
      row = classifier.probabilities(List.of(Image.of(4, 4, new byte[48])))[0];
    } catch (IllegalStateException e) {
      if (String.valueOf(e.getMessage()).contains("numbers grow too large for float32")) {
        throw new IOException(e);
      }
      throw e;
    }
    double sum = 0;
    for (float value : row) {
      if (!(value >= 0 && value <= 1.001)) {
        throw new IllegalStateException("a probability of " + value);
      }
      sum += value;
    }
    Network network = classifier.network();
    boolean alone = network.layer(network.output()).toString().contains("SIGMOID");
    if (!alone && Math.abs(sum - 1) > 1e-3) {
      throw new IllegalStateException("probabilities that sum up to " + sum);
    }
  }
}
