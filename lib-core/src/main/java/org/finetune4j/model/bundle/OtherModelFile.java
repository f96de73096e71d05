package org.finetune4j.model.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Tells by their content the model files that are none of this library's classifiers. */
final class OtherModelFile {
  private static final String KERAS =
      "; a whole Keras model becomes a classifier with ImageClassifier.of(KerasModel.read(file),"
          + " preprocessing, labels), weights alone go to PretrainedBackbone.builder(architecture)"
          + ".weights(file)";

  private OtherModelFile() {}

  /** Returns what a file is and what reads it, if that is known. */
  static Optional<String> hint(Path file) throws IOException {
    String start;
    try (InputStream in = Files.newInputStream(file)) {
      start = new String(in.readNBytes(16), StandardCharsets.ISO_8859_1);
    }
    if (start.startsWith("\u0089HDF\r\n\u001a\n")) {
      return Optional.of("it is an HDF5 file, as Keras saves models and weights (.h5)" + KERAS);
    }
    if (start.startsWith("PK\3\4")) {
      return archive(file);
    }
    if (start.length() > 8 && start.charAt(8) == '{') {
      return Optional.of(
          "it is a safetensors file; its weights go to"
              + " PretrainedBackbone.builder(architecture).weights(file)");
    }
    if (start.stripLeading().startsWith("{")) {
      return Optional.of("it is a JSON file, such as the model.json of TensorFlow.js" + KERAS);
    }
    return Optional.empty();
  }

  private static Optional<String> archive(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry("model.weights.h5") != null) {
        return Optional.of("it is a .keras archive" + KERAS);
      }
      if (zip.getEntry("coefficients.bin") != null) {
        return Optional.of(
            "it is a Deeplearning4j model; Dl4jGraphs.read(file, inputShape) reads its network and"
                + " weights");
      }
      return Optional.empty();
    } catch (ZipException damaged) {
      return Optional.empty();
    }
  }
}
