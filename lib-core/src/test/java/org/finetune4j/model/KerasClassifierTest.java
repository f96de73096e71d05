package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.keras.KerasModel;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.preprocess.ResizeRule;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.SharedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole Keras models as classifiers, against what Keras 3.15.1 predicts with them. */
class KerasClassifierTest {
  private static final Path SAMPLES = Path.of("src/test/resources/weights");

  /** The picture that Keras read: whole numbers, the same everywhere. */
  private static Image picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int texture = (x * x + 3 * y * y + x * y * (c + 1)) / 16;
          rgb[at++] = (byte) ((x * 7 + y * 13 + c * 29 + texture) % 256);
        }
      }
    }
    return Image.of(width, height, rgb);
  }

  private static void assertClose(float[] actual, double... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(2e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nested-model.h5", "nested-model.keras"})
  void branchesAndNestedModels(String file, @TempDir Path folder) throws IOException {
    KerasModel model = KerasModel.read(SAMPLES.resolve(file));
    assertThat(model.network().parameterCount()).isEqualTo(2082);
    assertThat(model.network().layerNames()).contains("stem_bn", "both", "hidden", "scores");
    Labels labels = Labels.of("a", "b", "c");
    try (ImageClassifier classifier = ImageClassifier.of(model, Preprocessing.NONE, labels)) {
      List<Image> images = List.of(picture(16, 20));
      float[] probabilities = classifier.probabilities(images)[0];
      assertClose(probabilities, 0.3221089243888855, 0.4604440927505493, 0.21744698286056519);
      classifier.save(folder.resolve("classifier.zip"));
      try (ImageClassifier loaded = ImageClassifier.load(folder.resolve("classifier.zip"))) {
        assertThat(loaded.probabilities(images)[0]).containsExactly(probabilities);
      }
    }
  }

  /** Compiled and trained, models in it as well: what is the optimizer's is no weight. */
  @ParameterizedTest
  @CsvSource({
    "compiled-nested.keras, 0.37386155128479004, 0.31599584221839905, 0.3101426661014557",
    "compiled-resized.keras, 0.6614993214607239, 0.23441606760025024, 0.10408460348844528",
    "shared-names.keras, 0.35817164182662964, 0.4656909704208374, 0.17613740265369415",
    "keras-2.13.keras, 0.13308507204055786, 0.576357364654541, 0.2905575931072235",
    "keras-2.15-windows.keras, 0.13308507204055786, 0.576357364654541, 0.2905575931072235"
  })
  void archivesOfEveryAge(String file, double a, double b, double c) throws IOException {
    KerasModel model = KerasModel.read(SAMPLES.resolve(file));
    try (ImageClassifier classifier =
        ImageClassifier.of(model, Preprocessing.NONE, Labels.of("a", "b", "c"))) {
      assertClose(classifier.probabilities(List.of(picture(12, 10)))[0], a, b, c);
    }
  }

  @Test
  void grayPictures() throws IOException {
    KerasModel model = KerasModel.read(SAMPLES.resolve("compiled-gray.keras"));
    byte[] gray = new byte[12 * 10];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = picture(12, 10).rgb()[3 * i];
    }
    try (ImageClassifier classifier =
        ImageClassifier.of(model, Preprocessing.NONE, Labels.of("a", "b", "c"))) {
      assertClose(
          classifier.probabilities(List.of(Image.gray(12, 10, gray)))[0],
          0.8867151141166687,
          0.017109842970967293,
          0.09617497026920319);
    }
  }

  @Test
  void sequentialInSequential() throws IOException {
    KerasModel model = KerasModel.read(SAMPLES.resolve("nested-sequential.h5"));
    try (ImageClassifier classifier =
        ImageClassifier.of(model, Preprocessing.NONE, Labels.of("a", "b"))) {
      assertClose(
          classifier.probabilities(List.of(picture(12, 12)))[0],
          0.4515411853790283,
          0.5484587550163269);
    }
  }

  /**
   * A Teachable Machine export on photos about which it is in doubt. Expected: MobileNetV2 of Keras
   * Applications in float64 with the file's weights, pictures read and resized by Pillow.
   */
  @Test
  void teachableMachineOnRealPhotos() throws IOException {
    KerasModel model = KerasModel.read(shared("weights/teachable_machine_mobilenetv2_035.h5"));
    Preprocessing cropped = Preprocessing.TF.withResize(ResizeRule.CROP);
    try (ImageClassifier classifier = ImageClassifier.of(model, cropped, Labels.of("cat", "dog"))) {
      assertThat(classifier.inputSize()).isEqualTo(ImageSize.square(224));
      assertCat(classifier, "cats/4033.jpg", 0.8745085104071376);
      assertCat(classifier, "cats/4072.jpg", 0.29023580160493895);
      assertCat(classifier, "cats/4116.jpg", 0.9415938208545221);
      assertCat(classifier, "cats/4126.jpg", 0.6467039195810974);
      assertCat(classifier, "dogs/4024.jpg", 0.16301736231192557);
      Prediction best =
          classifier.predict(shared("data/cats_and_dogs/validation/dogs/4024.jpg"), 1).get(0);
      assertThat(best.label()).isEqualTo("dog");
    }
  }

  private static void assertCat(ImageClassifier classifier, String photo, double expected)
      throws IOException {
    Image image = ImageDecoder.standard().decode(shared("data/cats_and_dogs/validation/" + photo));
    assertThat((double) classifier.probabilities(List.of(image))[0][0])
        .as(photo)
        .isCloseTo(expected, within(1e-4));
  }

  /** The description in the file and this library's own architecture are the same network. */
  @Test
  void mobileNetFromItsDescription() throws IOException {
    Path file = shared("weights/mobilenet_0_25_224_tfjs/model.json");
    KerasModel model = KerasModel.read(file);
    Image photo = ImageDecoder.standard().decode(shared("golden/images/cat_1.png"));
    Labels classes = Labels.of(IntStream.range(0, 1000).mapToObj(i -> "class " + i).toList());
    try (PretrainedBackbone backbone =
            PretrainedBackbone.builder(Architecture.MOBILENET)
                .alpha(0.25)
                .includeTop(true)
                .weights(file)
                .build();
        ImageClassifier known = ImageClassifier.of(backbone, classes);
        ImageClassifier described = ImageClassifier.of(model, Preprocessing.TF, classes)) {
      assertThat(described.probabilities(List.of(photo))[0])
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(known.probabilities(List.of(photo))[0]);
    }
  }

  private static Path shared(String name) {
    Optional<Path> file = SharedFiles.find(name);
    assumeTrue(file.isPresent(), name + " is not at hand.");
    return file.orElseThrow();
  }

  @Test
  void refusesWhatIsNoWholeModel() {
    assertThatThrownBy(() -> KerasModel.read(SAMPLES.resolve("keras-2016.h5")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'keras-2016.h5' holds weights only, no description of a model")
        .hasMessageContaining("PretrainedBackbone.builder");
    assertThatThrownBy(
            () -> KerasModel.read(SAMPLES.resolve("nested-model.h5"), ImageSize.square(32)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Model 'nested-model.h5' cannot be built: it reads pictures of 16x20 only, not"
                + " 32x32.");
  }

  /** Whoever hands a Keras model to the wrong method is told the right one. */
  @ParameterizedTest
  @CsvSource({
    "nested-model.h5, it is an HDF5 file, ImageClassifier.of(KerasModel.read(file)",
    "keras-3.keras, it is a .keras archive, ImageClassifier.of(KerasModel.read(file)",
    "keras-2016.h5, it is an HDF5 file, PretrainedBackbone.builder(architecture).weights(file)"
  })
  void loadingTellsWhatReadsAKerasFile(String file, String what, String instead) {
    assertThatThrownBy(() -> ImageClassifier.load(SAMPLES.resolve(file)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(what)
        .hasMessageContaining(instead);
  }
}
