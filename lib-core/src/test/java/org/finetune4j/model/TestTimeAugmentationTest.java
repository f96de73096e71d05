package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TestTimeAugmentationTest {
  private final ImageDataset images = Stripes.of(40, 3);
  private final ImageClassifier classifier = TinyClassifier.of(1);

  @AfterEach
  void close() {
    classifier.close();
  }

  private static Image mirrored(Image image) {
    byte[] rgb = new byte[image.width() * image.height() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % image.width();
      rgb[i] = (byte) image.sample(image.width() - 1 - x, i / 3 / image.width(), i % 3);
    }
    return Image.of(image.width(), image.height(), rgb);
  }

  private List<Image> pictures() throws IOException {
    List<Image> pictures = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      pictures.add(images.get(i).decode(ImageDecoder.standard()));
    }
    return pictures;
  }

  @Test
  void averagesThePictureAndItsMirrorImage() throws IOException {
    List<Image> pictures = pictures();
    float[][] plain = classifier.probabilities(pictures);
    float[][] turned =
        classifier.probabilities(
            pictures.stream().map(TestTimeAugmentationTest::mirrored).toList());
    float[][] both =
        classifier
            .withTestTimeAugmentation(TestTimeAugmentation.horizontalFlip())
            .probabilities(pictures);
    for (int i = 0; i < both.length; i++) {
      for (int c = 0; c < 2; c++) {
        assertThat(both[i][c]).isCloseTo((plain[i][c] + turned[i][c]) / 2, within(1e-6f));
      }
    }
    assertThat(classifier.probabilities(pictures)).isDeepEqualTo(plain);
  }

  @Test
  void tenCropsAreFiveAndTheirMirrorImages() {
    byte[] gray = new byte[8 * 4];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = (byte) i;
    }
    Image image = Image.gray(8, 4, gray);
    List<Image> views =
        TestTimeAugmentation.fiveCrops(0.5).andFlipped().views().stream()
            .map(view -> view.apply(image))
            .toList();
    assertThat(views).hasSize(10);
    assertThat(views).allMatch(view -> view.width() == 4 && view.height() == 2);
    assertThat(views.stream().map(view -> view.sample(0, 0, 0)))
        .containsExactly(10, 0, 4, 16, 20, 13, 3, 7, 19, 23);
    assertThat(views.get(5).sample(3, 1, 0)).isEqualTo(18);
    assertThatThrownBy(() -> TestTimeAugmentation.fiveCrops(0))
        .hasMessage("A crop's share is above 0 to 1, not 0.0.");
    assertThatThrownBy(() -> new TestTimeAugmentation(List.of()))
        .hasMessage("Test-time augmentation has at least 1 view, not 0.");
  }

  @Test
  void sameAnswersFromManyThreadsAndInEvaluations() throws IOException {
    ImageClassifier augmented =
        classifier.withTestTimeAugmentation(TestTimeAugmentation.fiveCrops(0.8).andFlipped());
    List<Image> pictures = pictures();
    float[][] serial = new float[pictures.size()][];
    for (int i = 0; i < serial.length; i++) {
      serial[i] = augmented.probabilities(List.of(pictures.get(i)))[0];
    }
    IntStream.range(0, 80)
        .parallel()
        .forEach(
            i ->
                assertThat(augmented.probabilities(List.of(pictures.get(i % 40)))[0])
                    .containsExactly(serial[i % 40]));
    float[] first = augmented.evaluate(images).probabilities(0);
    assertThat(first).containsExactly(serial[0], within(1e-6f));
  }

  @Test
  void sharesTheNativeMemory() throws IOException {
    Image picture = pictures().get(0);
    classifier.withTestTimeAugmentation(TestTimeAugmentation.horizontalFlip()).close();
    assertThatThrownBy(() -> classifier.predict(picture, 1))
        .isInstanceOf(IllegalStateException.class);
  }
}
