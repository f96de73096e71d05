package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.Pooling;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.bundle.UncertaintyJson;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Bars;
import org.finetune4j.testing.Stripes;
import org.finetune4j.uncertainty.ConformalSets;
import org.finetune4j.uncertainty.ConformalTags;
import org.finetune4j.uncertainty.Novelty;
import org.finetune4j.uncertainty.NoveltyDetector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssessmentTest {
  private static final ImageDataset TRAIN = Stripes.of(40, 1);
  private static final ImageDataset VALIDATION = Stripes.of(40, 2);

  @TempDir private Path folder;

  private static Image picture(ImageDataset of, int index) throws IOException {
    return of.get(index).decode(ImageDecoder.standard());
  }

  @Test
  void whatItKnowsAboutItsAnswersIsSavedWithIt() throws IOException {
    Path file = folder.resolve("stripes.zip");
    List<Assessment<List<Prediction>>> before;
    List<Image> pictures = List.of(picture(VALIDATION, 0), picture(VALIDATION, 39));
    try (ImageClassifier plain = TinyClassifier.of(1);
        ImageClassifier careful =
            plain.calibrated(VALIDATION, 0.9).withNoveltyDetector(TRAIN, VALIDATION)) {
      careful.save(file);
      before = careful.assessAll(pictures);
      assertThat(careful.probabilities(pictures)).isEqualTo(plain.probabilities(pictures));
      assertThat(plain.assess(pictures.get(0)).set()).isEmpty();
      assertThat(plain.assess(pictures.get(0)).novelty()).isEmpty();
    }
    assertThat(manifest(file)).contains("\"format\" : 4");
    try (ImageClassifier served = ImageClassifier.load(file)) {
      assertThat(served.assessAll(pictures)).isEqualTo(before);
      assertThat(served.assess(pictures.get(0)).set().orElseThrow())
          .first()
          .isEqualTo(served.predict(pictures.get(0), 1).get(0));
      assertThat(served.uncertainty().sets().orElseThrow().coverage()).isEqualTo(0.9);
    }
  }

  private static String manifest(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      byte[] bytes = zip.getInputStream(zip.getEntry("manifest.json")).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  @Test
  void oneRunSaysTheDistanceThatTheDetectorSaysOfTheFeatures() throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      FeatureSet train = extractor.extract(TRAIN);
      FeatureSet validation = extractor.extract(VALIDATION);
      NoveltyDetector detector = NoveltyDetector.builder().fit(train, validation);
      Novelty[] expected = detector.of(validation);
      TrainedHead head =
          ClassifierHead.logisticRegression()
              .penalties(0.1)
              .build()
              .fit(train)
              .calibrated(validation, 0.8)
              .withNoveltyDetector(detector);
      assertThat(head.uncertainty().sets())
          .contains(
              ConformalSets.calibrate(head.probabilities(validation), validation.targets(), 0.8));
      try (ImageClassifier classifier = head.classifier(extractor)) {
        for (int i = 0; i < 5; i++) {
          Assessment<List<Prediction>> assessment = classifier.assess(picture(VALIDATION, i));
          assertThat(assessment.novelty().orElseThrow().distance())
              .isCloseTo(expected[i].distance(), within(1e-2));
          assertThat(assessment.set()).isPresent();
        }
      }
    }
  }

  /** What is calibrated stands in the answer of prediction itself, is saved and said the same. */
  @Test
  void tagsHaveSetsAndNumbersIntervals() throws IOException {
    Path tags = folder.resolve("tags.zip");
    Path numbers = folder.resolve("numbers.zip");
    ImageDataset tagged = Bars.tagged(40, 2);
    ImageDataset filled = Bars.filled(40, 2);
    Image image = picture(tagged, 1);
    TagPrediction found;
    NumberPrediction estimated;
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).pooling(Pooling.NONE).build();
      FeatureSet unseen = extractor.extract(filled);
      TrainedHead tagging =
          ClassifierHead.logisticRegression()
              .penalties(0.1)
              .build()
              .fit(extractor.extract(Bars.tagged(40, 1)));
      TrainedHead estimating =
          ClassifierHead.ridgeRegression()
              .penalties(0.1)
              .build()
              .fit(extractor.extract(Bars.filled(40, 1)));
      try (ImageTagger tagger = tagging.tagger(extractor).calibrated(tagged, 0.8);
          ImageRegressor regressor = estimating.calibrated(unseen, 0.9).regressor(extractor)) {
        assertThat(tagging.calibrated(extractor.extract(tagged), 0.8).uncertainty().tags())
            .map(ConformalTags::samples)
            .contains(40);
        found = tagger.predict(image);
        estimated = regressor.predict(image);
        assertThat(tagger.assess(image).set()).isEqualTo(found.set());
        assertThat(regressor.assess(image).intervals())
            .containsExactly(estimated.interval("level").orElseThrow());
        double threshold = tagger.uncertainty().tags().orElseThrow().threshold();
        assertThat(found.set().orElseThrow())
            .containsExactlyElementsOf(
                found.all().stream().filter(it -> it.probability() >= threshold).toList());
        tagger.save(tags);
        regressor.save(numbers);
        assertThatThrownBy(() -> tagger.calibrated(filled, 0.9))
            .hasMessageContaining("The pictures have numbers level (%)");
        assertThat(
                tagger
                    .withTestTimeAugmentation(TestTimeAugmentation.horizontalFlip())
                    .predict(image)
                    .set())
            .isEmpty();
      }
      try (ImageRegressor plain = estimating.regressor(extractor)) {
        assertThat(plain.predict(image).interval("level")).isEmpty();
      }
    }
    float value = estimated.value();
    double half = estimated.interval("level").orElseThrow().high() - value;
    assertThat(half).isPositive();
    assertThat(estimated.interval("level").orElseThrow().low()).isEqualTo(value - half);
    assertThat(estimated.toString()).matches("level -?[0-9.]+ % \\(-?[0-9.]+ to -?[0-9.]+\\)");
    assertThat(manifest(tags)).contains("\"format\" : 4");
    try (ImageTagger tagger = ImageTagger.load(tags);
        ImageRegressor regressor = ImageRegressor.load(numbers)) {
      assertThat(tagger.predict(image)).isEqualTo(found);
      assertThat(regressor.predict(image)).isEqualTo(estimated);
    }
  }

  @Test
  void refusesOtherExtractorsFeaturesAndTooFewPictures() throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1);
        ImageClassifier classifier = TinyClassifier.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      FeatureSet other =
          FeatureExtractor.builder(backbone).pooling(Pooling.MAX).build().extract(VALIDATION);
      FeatureSet train = extractor.extract(TRAIN);
      TrainedHead head = ClassifierHead.logisticRegression().penalties(0.1).build().fit(train);
      assertThatThrownBy(() -> head.calibrated(other, 0.9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from another extractor");
      NoveltyDetector elsewhere = NoveltyDetector.builder().fit(other, other);
      assertThatThrownBy(() -> head.withNoveltyDetector(elsewhere))
          .hasMessageContaining("The detector's features come from another extractor");
      assertThatThrownBy(() -> head.calibrated(train.subset(0, 1, 2), 0.9))
          .hasMessageContaining("needs at least 9 samples to calibrate on, but there are 3");
      assertThatThrownBy(
              () ->
                  classifier
                      .withTestTimeAugmentation(TestTimeAugmentation.horizontalFlip())
                      .calibrated(VALIDATION, 0.9))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Calibrate the model without test-time augmentation");
    }
  }

  @Test
  void whatIsCalibratedForOneViewIsNotSaidOfSeveral() throws IOException {
    try (ImageClassifier careful = TinyClassifier.of(1).calibrated(VALIDATION, 0.9)) {
      ImageClassifier views =
          careful.withTestTimeAugmentation(TestTimeAugmentation.horizontalFlip());
      assertThat(views.assess(picture(VALIDATION, 0)).set()).isEmpty();
    }
  }

  @Test
  void filesThatSayMoreThanACalibrationCanAreRefused() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    for (String hostile :
        List.of(
            "{\"sets\":{\"method\":\"ADAPTIVE\",\"coverage\":0.9,\"threshold\":0.5,\"samples\":3}}",
            "{\"sets\":{\"method\":\"MAGIC\",\"coverage\":0.9,\"threshold\":0.5,\"samples\":30}}",
            "{\"sets\":{\"method\":\"ADAPTIVE\",\"coverage\":0.9,\"threshold\":\"NaN\",\"samples\":30}}",
            "{\"tags\":{\"coverage\":0.9,\"threshold\":0.5,\"samples\":3}}",
            "{\"tags\":{\"coverage\":0.9,\"threshold\":1.5,\"samples\":30}}",
            "{\"tags\":{\"coverage\":0.9,\"samples\":30}}",
            "{\"novelty\":{\"cut\":-1,\"network\":{\"layers\":[],\"outputs\":[]}}}",
            "{\"novelty\":{\"cut\":1,\"network\":{\"layers\":[{\"type\":\"input\",\"name\":\"a\","
                + "\"shape\":[3]}],\"outputs\":[\"a\"]}}}")) {
      assertThatThrownBy(() -> UncertaintyJson.read(mapper.readTree(hostile)))
          .as(hostile)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
