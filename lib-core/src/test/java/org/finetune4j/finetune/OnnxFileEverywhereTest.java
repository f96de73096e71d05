package org.finetune4j.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.explain.CamMethod;
import org.finetune4j.explain.ClassActivationMaps;
import org.finetune4j.explain.HeatMap;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.quantize.Quantized;
import org.finetune4j.quantize.Quantizer;
import org.finetune4j.select.BackboneTournament;
import org.finetune4j.select.CrossValidation;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backbone from an ONNX file where other backbones go. */
class OnnxFileEverywhereTest {
  private final ClassifierHead head = ClassifierHead.logisticRegression().penalties(0.01).build();
  private final ImageDataset pictures = OnnxFileTest.pictures(40, 1);

  @TempDir private Path folder;

  @Test
  void takesPartInTournamentsAndCrossValidation() throws IOException {
    try (PretrainedBackbone network = OnnxFileTest.file("conv_dynamo_18").build();
        PretrainedBackbone frozen = OnnxFileTest.file("lrn").inputSize(32, 32).build()) {
      FeatureExtractor first = FeatureExtractor.builder(network).build();
      FeatureExtractor second = FeatureExtractor.builder(frozen).build();
      BackboneTournament tournament =
          BackboneTournament.of(pictures, head, 4, 1).with(first).with(second);
      assertThat(tournament.ranking())
          .allSatisfy(
              it -> {
                assertThat(it.bytes()).isPositive();
                assertThat(it.timePerPicture()).isPositive();
              })
          .extracting(it -> it.validation().meanAccuracy())
          .containsExactlyInAnyOrder(
              CrossValidation.of(head, first.extract(pictures), 4, 1).meanAccuracy(),
              CrossValidation.of(head, second.extract(pictures), 4, 1).meanAccuracy());
      assertThat(tournament.toString()).contains("conv_dynamo_18.onnx", "lrn.onnx");
    }
  }

  @Test
  void isRoundedToEightBits() throws IOException {
    for (String name : List.of("conv_dynamo_18", "vit_dynamo_18", "like_tf2onnx")) {
      try (ImageClassifier classifier = classifier(name)) {
        Quantized<ImageClassifier> small =
            Quantizer.builder()
                .evenIfSlower()
                .maximumLoss(5)
                .build()
                .quantize(classifier, OnnxFileTest.pictures(48, 2));
        Path file = folder.resolve(name + ".zip");
        try (ImageClassifier rounded = small.model()) {
          rounded.save(file);
        }
        try (ImageClassifier loaded = ImageClassifier.load(file)) {
          assertThat(loaded.eightBits()).isPresent();
          assertThat(loaded.evaluate(OnnxFileTest.pictures(20, 3)).accuracy()).isGreaterThan(0.9);
        }
      }
    }
  }

  @Test
  void aFrozenGraphIsNotRoundedAndSaysWhy() throws IOException {
    try (ImageClassifier classifier = classifier("lrn")) {
      assertThatThrownBy(
              () -> Quantizer.standard().quantize(classifier, OnnxFileTest.pictures(48, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("runs in float32 only. The operator LRN");
    }
  }

  /** Grad-CAM needs the gradient of what is behind the map only: the head, for a frozen graph. */
  @Test
  void isExplained() throws IOException {
    for (String name : List.of("conv_dynamo_18", "lrn")) {
      try (ImageClassifier classifier = classifier(name);
          ClassActivationMaps maps =
              ClassActivationMaps.builder(classifier).method(CamMethod.GRAD_CAM).build()) {
        Image picture = pictures.get(0).decode(ImageDecoder.standard());
        HeatMap map = maps.of(picture, "red");
        assertThat(map.largest()).as(name).isPositive();
        Shape shape = classifier.network().shape(maps.layer());
        assertThat(map.values()).hasSize(shape.height() * shape.width());
        assertThat(maps.of(picture, "blue").values()).isNotEqualTo(map.values());
      }
    }
  }

  @Test
  void goesOnWhereItStopped() throws IOException {
    try (PretrainedBackbone backbone = OnnxFileTest.file("conv_dynamo_18").build()) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      TrainedHead trained = head.fit(extractor.extract(pictures));
      Weights whole = tuner(extractor, trained).build().fit(pictures).weights();
      Cancellation cancellation = new Cancellation();
      TrainingListener stopping =
          new TrainingListener() {
            @Override
            public void batchFinished(BatchResult batch) {
              cancellation.request();
            }
          };
      tuner(extractor, trained)
          .checkpoints(folder)
          .checkpointEverySteps(1)
          .listener(stopping)
          .cancellation(cancellation)
          .build()
          .fit(pictures);
      FineTuneResult resumed =
          tuner(extractor, trained)
              .checkpoints(folder)
              .checkpointEverySteps(1)
              .build()
              .fit(pictures);
      assertThat(resumed.weights()).isEqualTo(whole);
    }
  }

  private static FineTuner.Builder tuner(FeatureExtractor extractor, TrainedHead head) {
    return FineTuner.builder(extractor, head)
        .unfreezeAll()
        .optimizer(Optimizer.adam(1e-3))
        .batchSize(16)
        .epochs(2);
  }

  private ImageClassifier classifier(String name) throws IOException {
    var builder = OnnxFileTest.file(name);
    try (PretrainedBackbone backbone =
        (name.equals("lrn") ? builder.inputSize(32, 32) : builder).build()) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      return head.fit(extractor.extract(pictures)).classifier(extractor);
    }
  }
}
