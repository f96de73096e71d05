package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.explain.Activations;
import org.finetune4j.explain.CamMethod;
import org.finetune4j.explain.ClassActivationMaps;
import org.finetune4j.explain.HeatMap;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.SimilarityIndex;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.select.BackboneTournament;
import org.finetune4j.select.CrossValidation;
import org.finetune4j.testing.Bars;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.LearningCurves;
import org.finetune4j.train.log.Measure;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of what a model can be asked, by its kind: each cell works, or says why it cannot. */
class EveryKindTest {
  private static final PretrainedBackbone BACKBONE = TinyBackbone.of(1);
  private static final FeatureExtractor EXTRACTOR = FeatureExtractor.builder(BACKBONE).build();

  @TempDir Path folder;

  @AfterAll
  static void close() {
    BACKBONE.close();
  }

  enum Kind {
    LABELS("vertical", "ImageClassifier", Measure.ACCURACY) {
      @Override
      ImageDataset images() {
        return Stripes.of(24, 1);
      }

      @Override
      ImageModel<?, ?> model(TrainedHead head) {
        return head.classifier(EXTRACTOR);
      }

      @Override
      ImageModel<?, ?> load(Path file) throws IOException {
        return ImageClassifier.load(file);
      }
    },
    TAGS("right", "ImageTagger", Measure.TAG_ACCURACY) {
      @Override
      ImageDataset images() {
        return Bars.tagged(24, 1);
      }

      @Override
      ImageModel<?, ?> model(TrainedHead head) {
        return head.tagger(EXTRACTOR);
      }

      @Override
      ImageModel<?, ?> load(Path file) throws IOException {
        return ImageTagger.load(file);
      }
    },
    NUMBERS("level", "ImageRegressor", Measure.R2) {
      @Override
      ImageDataset images() {
        return Bars.filled(24, 1);
      }

      @Override
      ImageModel<?, ?> model(TrainedHead head) {
        return head.regressor(EXTRACTOR);
      }

      @Override
      ImageModel<?, ?> load(Path file) throws IOException {
        return ImageRegressor.load(file);
      }
    };

    final String answer;
    final String reader;
    final Measure measure;

    Kind(String answer, String reader, Measure measure) {
      this.answer = answer;
      this.reader = reader;
      this.measure = measure;
    }

    abstract ImageDataset images();

    abstract ImageModel<?, ?> load(Path file) throws IOException;

    abstract ImageModel<?, ?> model(TrainedHead head);

    ClassifierHead head() {
      return this == NUMBERS
          ? ClassifierHead.ridgeRegression().penalties(0.1).build()
          : ClassifierHead.logisticRegression().penalties(0.1).build();
    }

    FeatureSet features() throws IOException {
      return EXTRACTOR.extract(images());
    }

    ImageModel<?, ?> model() throws IOException {
      return model(head().fit(features()));
    }

    List<Image> pictures() throws IOException {
      List<Image> pictures = new ArrayList<>();
      for (LabeledImage image : images().images()) {
        pictures.add(image.decode(ImageDecoder.standard()));
      }
      return pictures;
    }
  }

  @ParameterizedTest
  @EnumSource
  void mapsShowWhatSpeaksForAnAnswer(Kind kind) throws IOException {
    Image picture = kind.pictures().get(1);
    try (ImageModel<?, ?> model = kind.model()) {
      for (CamMethod method : CamMethod.values()) {
        ClassActivationMaps.Builder maps = ClassActivationMaps.builder(model).method(method);
        if (kind == Kind.NUMBERS && method == CamMethod.SCORE_CAM) {
          assertThatThrownBy(maps::build)
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("Score-CAM weighs by probabilities, but numbers have none");
          continue;
        }
        try (ClassActivationMaps built = maps.build()) {
          HeatMap map = built.of(picture, kind.answer);
          assertThat(map.width()).isEqualTo(4);
          assertThat(map.values()).doesNotContain(Float.NaN).hasSize(16);
          assertThatThrownBy(() -> built.of(picture, "nobody"))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("nobody");
        }
      }
      assertThat(Activations.of(model, picture, "block3_out").values("block3_out")).hasSize(256);
    }
  }

  @ParameterizedTest
  @EnumSource
  void similarPicturesNeedNoAnswers(Kind kind) throws IOException {
    List<String> names = kind.images().stream().map(LabeledImage::name).toList();
    SimilarityIndex index = SimilarityIndex.of(names, kind.features());
    assertThat(index.nearestTo(names.get(3), 5))
        .hasSize(5)
        .extracting(SimilarityIndex.Match::name)
        .doesNotContain(names.get(3));
    assertThat(index.nearest(kind.features().features(3), 1).get(0).name()).isEqualTo(names.get(3));
  }

  @ParameterizedTest
  @EnumSource
  void aSavedModelIsTheSameAndIsReadByItsOwnClassOnly(Kind kind) throws IOException {
    Path file = folder.resolve("model.zip");
    List<Image> pictures = kind.pictures();
    try (ImageModel<?, ?> model = kind.model()) {
      model.save(file);
      try (ImageModel<?, ?> loaded = kind.load(file)) {
        assertThat(loaded.predictAll(pictures)).isEqualTo(model.predictAll(pictures));
        assertThat(loaded.predictAll(pictures.stream())).isEqualTo(model.predictAll(pictures));
        assertThat(loaded.network().summary())
            .isEqualTo(model.network().summary())
            .contains("block3_conv", "head_predictions");
      }
    }
    for (Kind other : Kind.values()) {
      if (other != kind) {
        assertThatThrownBy(() -> other.load(file))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(kind.reader);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatAnswersOtherwiseIsRefused(Kind kind) throws IOException {
    Path file = folder.resolve("model.zip");
    try (ImageModel<?, ?> model = kind.model()) {
      model.save(file);
    }
    Path edited =
        BundleForge.edited(
            file,
            folder.resolve("edited.zip"),
            manifest -> {
              ArrayNode row = (ArrayNode) manifest.at("/replay/outputs/1");
              row.set(0, row.numberNode(0.5 * row.get(0).asDouble() + 0.1));
            });
    assertThatThrownBy(() -> kind.load(edited))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("output 0 of synthetic picture 1 is ");
  }

  /** The mean of what is said of the picture and of the flipped one. */
  @ParameterizedTest
  @EnumSource
  void viewsAreAveraged(Kind kind) throws IOException {
    List<Image> pictures = kind.pictures();
    List<Image> flipped = pictures.stream().map(EveryKindTest::flipped).toList();
    try (ImageModel<?, ?> model = kind.model()) {
      float[][] once = outputs(model, pictures);
      float[][] other = outputs(model, flipped);
      float[][] both =
          outputs(model.withTestTimeAugmentation(TestTimeAugmentation.horizontalFlip()), pictures);
      for (int i = 0; i < both.length; i++) {
        for (int j = 0; j < both[i].length; j++) {
          assertThat(both[i][j]).isCloseTo((once[i][j] + other[i][j]) / 2, within(1e-4f));
        }
      }
    }
  }

  private static Image flipped(Image picture) {
    byte[] samples = picture.rgb();
    byte[] turned = new byte[samples.length];
    for (int i = 0; i < samples.length; i += 3) {
      int x = i / 3 % picture.width();
      int from = i + 3 * (picture.width() - 1 - 2 * x);
      System.arraycopy(samples, from, turned, i, 3);
    }
    return Image.of(picture.width(), picture.height(), turned);
  }

  private static float[][] outputs(ImageModel<?, ?> model, List<Image> pictures) {
    if (model instanceof ImageClassifier classifier) {
      return classifier.probabilities(pictures);
    }
    return model instanceof ImageTagger tagger
        ? tagger.probabilities(pictures)
        : ((ImageRegressor) model).values(pictures);
  }

  @ParameterizedTest
  @EnumSource
  void curvesAreDrawnOfEpochs(Kind kind) throws IOException {
    TrainedHead trained =
        ClassifierHead.builder().hidden(4).epochs(3).build().fit(kind.features(), kind.features());
    Path accuracy = folder.resolve("accuracy.svg");
    LearningCurves.accuracy(trained.history(), 0, accuracy);
    LearningCurves.loss(trained.history(), 0.5, folder.resolve("loss.png"));
    assertThat(trained.history().last().measure()).isEqualTo(kind.measure);
    assertThat(accuracy).isNotEmptyFile();
    assertThat(folder.resolve("loss.png")).isNotEmptyFile();
    TrainedHead solved = kind.head().fit(kind.features());
    assertThatThrownBy(() -> LearningCurves.accuracy(solved.history(), 0, accuracy))
        .hasMessageContaining("no curve of a training without epochs; linear heads are solved");
  }

  @ParameterizedTest
  @EnumSource
  void accuraciesAreComparedOfLabels(Kind kind) throws IOException {
    FeatureSet features = kind.features();
    if (kind == Kind.LABELS) {
      assertThat(CrossValidation.of(kind.head(), features, 3, 1).accuracies()).hasSize(3);
      assertThat(BackboneTournament.of(kind.images(), kind.head(), 3, 1).with(EXTRACTOR).ranking())
          .hasSize(1);
      return;
    }
    String refused = "compares accuracies of labels, but the pictures have " + kind.images().task();
    assertThatThrownBy(() -> CrossValidation.of(kind.head(), features, 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cross-validation " + refused);
    assertThatThrownBy(
            () -> BackboneTournament.of(kind.images(), kind.head(), 3, 1).with(EXTRACTOR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A tournament of backbones " + refused);
  }

  @ParameterizedTest
  @EnumSource
  void whatOneKindIsAskedAnotherRefusesByName(Kind kind) throws IOException {
    TrainedHead head = kind.head().fit(kind.features());
    for (Kind other : Kind.values()) {
      if (other != kind) {
        assertThatThrownBy(() -> other.model(head))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(kind.reader);
        assertThatThrownBy(() -> head.calibrated(other.features(), 0.5))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(other.images().task().toString());
      }
    }
    List<String> wrong =
        Stream.<Runnable>of(
                () -> head.evaluate(features(kind)),
                () -> head.evaluateTags(features(kind)),
                () -> head.evaluateNumbers(features(kind)))
            .flatMap(it -> refusal(it).stream())
            .toList();
    assertThat(wrong).hasSize(2).allSatisfy(it -> assertThat(it).contains("which evaluate"));
  }

  private static FeatureSet features(Kind kind) {
    try {
      return kind.features();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> refusal(Runnable asked) {
    try {
      asked.run();
      return List.of();
    } catch (IllegalArgumentException e) {
      return Arrays.asList(e.getMessage());
    }
  }
}
