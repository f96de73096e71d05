package org.finetune4j.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.finetune4j.backbone.OnnxBackboneBuilder;
import org.finetune4j.backbone.Precision;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.BundleForge;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of a backbone from an ONNX file: features, heads, fine-tuning, saved classifiers.
 */
class OnnxFileTest {
  @TempDir private Path folder;

  static OnnxBackboneBuilder file(String name) {
    String resource = "/org/finetune4j/backbone/onnx/" + name + ".onnx";
    Path path = Path.of(Objects.requireNonNull(OnnxFileTest.class.getResource(resource)).getPath());
    return PretrainedBackbone.fromOnnx(path, Preprocessing.TF);
  }

  /** Reddish and bluish noise. */
  static ImageDataset pictures(int count, long seed) {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      CounterRandom random = CounterRandom.of(seed, i);
      byte[] rgb = new byte[32 * 32 * 3];
      for (int j = 0; j < rgb.length; j++) {
        int strong = i % 2 == 0 ? 0 : 2;
        rgb[j] = (byte) (random.nextInt(150) + (j % 3 == strong ? 100 : 0));
      }
      images.add(LabeledImage.of("picture " + i, Image.of(32, 32, rgb), i % 2));
    }
    return ImageDataset.of(Labels.of(List.of("red", "blue")), images);
  }

  @Test
  void aFileThatBecameANetworkIsFineTunedAndSaved() throws IOException {
    try (PretrainedBackbone backbone = file("vit_dynamo_18").build()) {
      assertThat(FrozenGraph.in(backbone.network())).isEmpty();
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      ImageDataset train = pictures(24, 1);
      TrainedHead head = ClassifierHead.logisticRegression().build().fit(extractor.extract(train));
      FineTuneResult tuned =
          FineTuner.builder(extractor, head)
              .unfreezeFrom("blocks.0")
              .optimizer(Optimizer.adam(1e-3))
              .epochs(2)
              .build()
              .fit(train);
      try (ImageClassifier classifier = tuned.classifier()) {
        Path saved = folder.resolve("tuned.zip");
        classifier.save(saved);
        try (ImageClassifier loaded = ImageClassifier.load(saved)) {
          assertThat(loaded.evaluate(pictures(20, 2)).accuracy()).isGreaterThan(0.9);
        }
      }
    }
  }

  @Test
  void aFrozenFileExtractsCachesTrainsHeadsAndIsSaved() throws IOException {
    Path saved = folder.resolve("frozen.zip");
    ImageDataset test = pictures(20, 2);
    float[][] before;
    try (PretrainedBackbone backbone = file("lrn").inputSize(32, 32).build()) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone).cache(folder.resolve("cache")).build();
      FeatureSet train = extractor.extract(pictures(24, 1));
      assertThat(extractor.extract(pictures(24, 1)).features(3)).isEqualTo(train.features(3));
      TrainedHead head = ClassifierHead.logisticRegression().build().fit(train);
      try (ImageClassifier classifier = head.classifier(extractor)) {
        before = classifier.probabilities(List.of(test.get(0).decode(extractor.decoder())));
        classifier.save(saved);
      }
      assertThatThrownBy(() -> FineTuner.builder(extractor, head).unfreezeFrom("graph"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lrn.onnx stays frozen: only the head behind it can learn")
          .hasMessageContaining("The operator LRN that makes 'l' has no counterpart");
      assertThatThrownBy(() -> FineTuner.builder(extractor, head).unfreezeAll())
          .hasMessageContaining("The operator LRN");
      assertThatThrownBy(() -> backbone.resolve("layer4"))
          .hasMessageContaining("runs as one frozen layer, 'graph'. The operator LRN");
    }
    try (ImageClassifier loaded = ImageClassifier.load(saved)) {
      assertThat(loaded.evaluate(test).accuracy()).isGreaterThan(0.9);
      assertThat(
              loaded.probabilities(
                  List.of(test.get(0).decode(org.finetune4j.picture.ImageDecoder.standard()))))
          .isDeepEqualTo(before);
      try (PretrainedBackbone again = loaded.backbone()) {
        assertThat(FrozenGraph.in(again.network())).isPresent();
      }
    }
  }

  @Test
  void aBundleWithAForeignGraphSaysSo() throws IOException {
    Path saved = folder.resolve("frozen.zip");
    try (PretrainedBackbone backbone = file("lrn").inputSize(32, 32).build()) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      TrainedHead head =
          ClassifierHead.logisticRegression().build().fit(extractor.extract(pictures(12, 1)));
      try (ImageClassifier classifier = head.classifier(extractor)) {
        classifier.save(saved);
      }
    }
    String manifest = BundleForge.manifest(saved);
    assertThat(manifest).contains("\"foreign_graph_sha256\"");

    assertThatThrownBy(() -> loadWith(saved, manifest, "foreign_graph_sha256", "other_field"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("names another foreign graph than its network holds");
    assertThatThrownBy(() -> loadWith(saved, manifest, "\"LRN\"", "\"NonZero\""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("this operator is not known here");
    assertThatThrownBy(() -> loadWith(saved, manifest, "\"Relu\"", "\"Tanh\""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Not the ONNX file of this network");
  }

  private void loadWith(Path saved, String manifest, String part, String other) throws IOException {
    assertThat(manifest).contains(part);
    Path changed =
        BundleForge.withManifest(
            saved, folder.resolve("changed.zip"), manifest.replace(part, other));
    ImageClassifier.load(changed).close();
  }

  @Test
  void aFrozenFileStaysInFloat32() throws IOException {
    try (PretrainedBackbone backbone = file("lrn").inputSize(32, 32).build();
        PretrainedBackbone rounded = backbone.withPrecision(Precision.int8(pictures(16, 1)))) {
      FeatureExtractor extractor = FeatureExtractor.builder(rounded).build();
      assertThatThrownBy(() -> extractor.extract(pictures(2, 1)))
          .hasMessageContaining("runs in float32 only. The operator LRN");
    }
  }
}
