package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.finetune4j.backbone.PublishedWeights;
import org.finetune4j.weights.WeightStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples in quick mode on generated pictures: squares are cats, discs are dogs. */
class ExamplesTest {
  @TempDir private Path folder;

  @Test
  void catsVsDogsMakesCurvesAndAClassifier() throws IOException {
    assumeWeights();
    photos("photos/train", 12);
    photos("photos/validation", 4);

    CatsVsDogs.main(arguments("--wrong-preprocessing"));

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**cats-vs-dogs.zip")
        .isDirectoryContaining("glob:**dense-head-accuracy.png")
        .isDirectoryContaining("glob:**fine-tuning-loss-smoothed.png");
  }

  @Test
  void similarPicturesSavesItsIndexAndASheetPerQuery() throws IOException {
    assumeWeights();
    photos("photos", 5);

    SimilarPictures.main(arguments());

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**similar.index")
        .isDirectoryContaining("glob:**query-5.png");
  }

  @Test
  void examplesThatNeedPhotosSaySo() {
    assertThatThrownBy(() -> CatsVsDogs.main(new String[] {"--quick"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--data");
    assertThatThrownBy(() -> Predict.main(new String[] {"--quick"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--data");
    assertThatThrownBy(() -> SimilarPictures.main(new String[] {"--quick"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--data");
  }

  private static void assumeWeights() {
    assumeTrue(
        WeightStore.standard().find(PublishedWeights.RESNET50_NPM).isPresent(),
        "ResNet50's weights are not in the cache, and tests download nothing.");
  }

  private String[] arguments(String... more) {
    String data = folder.resolve("photos").toString();
    String out = folder.resolve("out").toString();
    String[] all = new String[more.length + 5];
    String[] common = {"--quick", "--data", data, "--out", out};
    System.arraycopy(common, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return all;
  }

  private void photos(String name, int each) throws IOException {
    Random random = new Random(each);
    for (String animal : new String[] {"cats", "dogs"}) {
      Path place = Files.createDirectories(folder.resolve(name).resolve(animal));
      for (int i = 0; i < each; i++) {
        BufferedImage picture = new BufferedImage(80, 70, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(new Color(random.nextInt(0x1000000)));
        int size = 20 + random.nextInt(30);
        if (animal.equals("cats")) {
          pen.fillRect(random.nextInt(20), 5, size, size);
        } else {
          pen.fillOval(random.nextInt(20), 5, size, size);
        }
        pen.dispose();
        ImageIO.write(picture, "png", place.resolve(i + ".png").toFile());
      }
    }
  }
}
