package org.finetune4j.hostile;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.ImageModel;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.testing.Bars;
import org.finetune4j.testing.Stripes;

/**
 * Saved models of the later kinds: taggers, regressors with intervals, classifiers with sets of
 * labels and a detector of new pictures, class means, operators of an ONNX file; and ONNX files.
 */
final class HostileModels {
  private static final String ONNX = "model.onnx";
  private static final Mutation MESSAGE =
      Mutation.oneOf(new ProtobufFields(), new ProtobufFields(), Fields.anyBytes()).repeated();

  private HostileModels() {}

  static Subject models(Path folder) throws IOException {
    List<Map<String, byte[]>> originals = new ArrayList<>();
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      ImageDataset stripes = Stripes.of(24, 1);
      TrainedHead labels =
          head(ClassifierHead.logisticRegression().penalties(0.1).build(), extractor, stripes);
      TrainedHead tags =
          head(
              ClassifierHead.logisticRegression().penalties(0.1).build(),
              extractor,
              Bars.tagged(24, 1));
      TrainedHead numbers =
          head(
              ClassifierHead.ridgeRegression().penalties(0.1).build(),
              extractor,
              Bars.filled(24, 1));
      try (ImageClassifier plain = labels.classifier(extractor);
          ImageClassifier careful =
              plain
                  .calibrated(Stripes.of(40, 2), 0.8)
                  .withNoveltyDetector(stripes, Stripes.of(40, 3));
          ImageClassifier means =
              ClassifierHead.nearestClassMean()
                  .fit(extractor.extract(stripes))
                  .classifier(extractor);
          ImageTagger tagger = tags.tagger(extractor);
          ImageRegressor regressor = numbers.regressor(extractor);
          ImageRegressor calibrated = regressor.calibrated(Bars.filled(40, 2), 0.8)) {
        for (ImageModel<?, ?> model : List.of(careful, means, tagger, calibrated)) {
          originals.add(saved(model, folder));
        }
      }
    }
    try (PretrainedBackbone backbone =
        PretrainedBackbone.fromOnnx(onnx("lrn"), Preprocessing.TF).inputSize(32, 32).build()) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      try (ImageClassifier frozen =
          head(
                  ClassifierHead.logisticRegression().penalties(0.1).build(),
                  extractor,
                  Stripes.of(24, 1))
              .classifier(extractor)) {
        originals.add(saved(frozen, folder));
      }
    }
    return new Subject(
        "models of all kinds",
        originals,
        Subject.Change.of(HostileBundles::mutated),
        HostileModels::use);
  }

  private static TrainedHead head(
      ClassifierHead head, FeatureExtractor extractor, ImageDataset images) throws IOException {
    return head.fit(extractor.extract(images));
  }

  private static Map<String, byte[]> saved(ImageModel<?, ?> model, Path folder) throws IOException {
    Path file = folder.resolve(HostileBundles.FILE);
    model.save(file);
    return Map.of(HostileBundles.FILE, Files.readAllBytes(file));
  }

  /** What loads answers, and what it saves loads. */
  static void use(Path folder) throws IOException {
    try (ImageModel<?, ?> model = load(folder.resolve(HostileBundles.FILE))) {
      answer(model);
      Path again = folder.resolve("again.zip");
      model.save(again);
      try (ImageModel<?, ?> second = load(again)) {
        answer(second);
      } catch (IOException e) {
        throw new IllegalStateException("load refuses what save wrote", e);
      }
    }
  }

  private static void answer(ImageModel<?, ?> model) throws IOException {
    try {
      model.predictAll(List.of(Image.of(4, 4, new byte[48])));
      model.assess(Image.of(4, 4, new byte[48]));
    } catch (IllegalStateException e) {
      if (String.valueOf(e.getMessage()).contains("numbers grow too large for float32")) {
        throw new IOException(e);
      }
      throw e;
    }
  }

  private static ImageModel<?, ?> load(Path file) throws IOException {
    try {
      return ImageClassifier.load(file);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      if (why.contains("ImageTagger.load")) {
        return ImageTagger.load(file);
      }
      if (why.contains("ImageRegressor.load")) {
        return ImageRegressor.load(file);
      }
      throw e;
    }
  }

  static Subject onnx() throws IOException {
    List<Map<String, byte[]>> originals = new ArrayList<>();
    try (Stream<Path> files = Files.list(Objects.requireNonNull(onnx("lrn").getParent()))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".onnx")).sorted().toList()) {
        originals.add(Map.of(ONNX, Files.readAllBytes(file)));
      }
    }
    return new Subject(
        "ONNX files",
        originals,
        Subject.Change.of(MESSAGE),
        folder -> CraftedOnnx.use(folder.resolve(ONNX)));
  }

  private static Path onnx(String name) {
    String resource = "/org/finetune4j/backbone/onnx/" + name + ".onnx";
    try {
      return Path.of(Objects.requireNonNull(HostileModels.class.getResource(resource)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
