package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Thresholds;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.Pooling;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Task;
import org.finetune4j.testing.Bars;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Taggers and regressors: what they say, save and refuse. */
class ImageModelTest {
  @TempDir Path folder;

  private final ImageDataset tagged = Bars.tagged(40, 1);
  private final ImageDataset filled = Bars.filled(60, 1);

  private static TrainedHead head(FeatureExtractor extractor, ImageDataset images)
      throws IOException {
    ClassifierHead head =
        images.task() instanceof Task.Tags
            ? ClassifierHead.logisticRegression().penalties(0.01).build()
            : ClassifierHead.ridgeRegression().penalties(0.01).build();
    return head.fit(extractor.extract(images));
  }

  private ImageTagger tagger() throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).pooling(Pooling.NONE).build();
      return head(extractor, tagged).tagger(extractor);
    }
  }

  private ImageRegressor regressor() throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).pooling(Pooling.NONE).build();
      return head(extractor, filled).regressor(extractor);
    }
  }

  private static List<Image> pictures(ImageDataset images) throws IOException {
    ImageDecoder decoder = ImageDecoder.standard();
    Image[] pictures = new Image[images.size()];
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = images.get(i).decode(decoder);
    }
    return List.of(pictures);
  }

  @Test
  void aTaggerFindsTagsAndKeepsItsThresholds() throws IOException {
    ImageDataset unseen = Bars.tagged(40, 2);
    Path file = folder.resolve("bars.zip");
    Thresholds best;
    List<TagPrediction> said;
    try (ImageTagger tagger = tagger()) {
      assertThat(tagger.evaluate(unseen).meanAveragePrecision()).isGreaterThan(0.9);
      best = Thresholds.bestF1(tagger.evaluate(tagged));
      ImageTagger chosen = tagger.withThresholds(best);
      said = chosen.predictAll(pictures(unseen));
      chosen.save(file);
      Path again = folder.resolve("again.zip");
      try (ImageTagger loaded = ImageTagger.load(file)) {
        assertThat(loaded.thresholds()).isEqualTo(best);
        assertThat(loaded.predictAll(pictures(unseen))).isEqualTo(said);
        loaded.save(again);
      }
      assertThat(again).hasSameBinaryContentAs(file);
    }
    for (TagPrediction one : said) {
      assertThat(one.all()).hasSize(2);
      assertThat(one.all().get(0).probability())
          .isGreaterThanOrEqualTo(one.all().get(1).probability());
      for (Prediction tag : one.all()) {
        assertThat(one.tags().contains(tag.label()))
            .isEqualTo(best.reached(tag.index(), tag.probability()));
        assertThat(one.probability(tag.label())).isEqualTo(tag.probability());
      }
    }
    assertThat(said).extracting(it -> it.tags().size()).contains(0, 1, 2);
    assertThatThrownBy(() -> said.get(0).probability("top"))
        .hasMessageContaining("Unknown tag 'top'");
  }

  @Test
  void aRegressorEstimatesNumbersInTheirUnit() throws IOException {
    ImageDataset unseen = Bars.filled(40, 2);
    Path file = folder.resolve("levels.zip");
    try (ImageRegressor regressor = regressor()) {
      assertThat(regressor.evaluate(unseen).metrics("level").meanAbsoluteError()).isLessThan(8);
      List<NumberPrediction> said = regressor.predictAll(pictures(unseen));
      regressor.save(file);
      try (ImageRegressor loaded = ImageRegressor.loader().threads(1).load(file)) {
        assertThat(loaded.predictAll(pictures(unseen))).isEqualTo(said);
        assertThat(loaded.quantities()).isEqualTo(((Task.Numbers) Bars.LEVEL).quantities());
        assertThat(loaded.backbone().network()).isNotNull();
      }
      assertThat(said.get(0).value()).isEqualTo(said.get(0).value("level"));
      assertThat(said.get(0).toString()).matches("level -?[0-9.]+ %");
      assertThatThrownBy(() -> said.get(0).value("height"))
          .hasMessageContaining("Unknown quantity 'height'");
    }
  }

  @Test
  void allWaysInGiveTheSameAnswer() throws IOException {
    Image image = pictures(tagged).get(0);
    Path file = folder.resolve("it.png");
    ImageEncoder.save(image, file);
    try (ImageTagger tagger = tagger();
        InputStream in = Files.newInputStream(file)) {
      TagPrediction expected = tagger.predict(image);
      assertThat(tagger.predict(file)).isEqualTo(expected);
      assertThat(tagger.predict(in)).isEqualTo(expected);
      assertThat(tagger.predict(Files.readAllBytes(file))).isEqualTo(expected);
      assertThat(tagger.predict(ImageEncoder.toBufferedImage(image))).isEqualTo(expected);
      try (Stream<TagPrediction> answers = tagger.predictAll(Stream.of(image, image))) {
        assertThat(answers).hasSize(2);
      }
    }
  }

  @Test
  void severalViewsAreAveraged() throws IOException {
    List<Image> one = pictures(tagged).subList(1, 2);
    try (ImageTagger tagger = tagger();
        ImageRegressor regressor = regressor()) {
      TestTimeAugmentation flip = TestTimeAugmentation.horizontalFlip();
      float[] plain = tagger.probabilities(one)[0];
      float[] both = tagger.withTestTimeAugmentation(flip).probabilities(one)[0];
      assertThat(both[0]).isNotEqualTo(plain[0]).isBetween(0f, 1f);
      assertThat(regressor.withTestTimeAugmentation(flip).values(one)).hasDimensions(1, 1);
    }
  }

  @Test
  void anotherKindSaysWhoReadsIt() throws IOException {
    Path tags = folder.resolve("tags.zip");
    Path numbers = folder.resolve("numbers.zip");
    Path labels = folder.resolve("labels.zip");
    try (ImageTagger tagger = tagger();
        ImageRegressor regressor = regressor();
        ImageClassifier classifier = TinyClassifier.of(1)) {
      tagger.save(tags);
      regressor.save(numbers);
      classifier.save(labels);
    }
    assertThatThrownBy(() -> ImageClassifier.load(tags))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(
            "holds an ImageTagger of 2 tags (left, right): read it with ImageTagger.load(file).");
    assertThatThrownBy(() -> ImageTagger.load(numbers))
        .hasMessageEndingWith(
            "holds an ImageRegressor of numbers level (%): read it with ImageRegressor.load(file).");
    assertThatThrownBy(() -> ImageRegressor.load(labels))
        .hasMessageEndingWith("read it with ImageClassifier.load(file).");
  }

  /** Written by the first version of the format, before there were tags and numbers. */
  @Test
  void bundlesOfFormatOneAreClassifiers() throws IOException, URISyntaxException {
    Path old = Path.of(Objects.requireNonNull(getClass().getResource("bundle-1.zip")).toURI());
    try (ImageClassifier classifier = ImageClassifier.load(old)) {
      assertThat(classifier.task()).isInstanceOf(Task.OneLabel.class);
      Path again = folder.resolve("again.zip");
      classifier.save(again);
      try (ImageClassifier reread = ImageClassifier.load(again)) {
        assertThat(reread.definition()).isEqualTo(classifier.definition());
      }
    }
    assertThatThrownBy(() -> ImageTagger.load(old))
        .hasMessageContaining("read it with ImageClassifier.load(file)");
  }

  @Test
  void definitionsAreChecked() throws IOException {
    try (ImageTagger tagger = tagger()) {
      ClassifierDefinition tags = tagger.definition();
      Weights weights = tagger.weights();
      assertThatThrownBy(() -> ImageClassifier.of(tags, weights))
          .hasMessage(
              "The definition is for 2 tags (left, right), of which ImageTagger is made, not"
                  + " ImageClassifier.");
      assertThatThrownBy(
              () ->
                  new ClassifierDefinition(
                      tags.network(), tags.preprocessing(), Task.tags("one"), tags.provenance()))
          .hasMessageContaining("There is one output for each of 1 tag (one), but there are 2");
      assertThatThrownBy(() -> tagger.withThresholds(Thresholds.standard(Labels.of("x"))))
          .hasMessageContaining("thresholds belong to the tags x");
      assertThatThrownBy(() -> tagger.evaluate(filled))
          .hasMessageContaining("The pictures have numbers level (%)");
    }
  }
}
