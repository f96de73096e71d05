package org.finetune4j.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.doctor.part.Luma;
import org.finetune4j.doctor.part.Part;
import org.finetune4j.doctor.part.PartSearch;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

class LookAlikesTest {
  /** A smooth scene of colored blobs, which differ by seed. */
  private static Image scene(long seed) {
    byte[] coarse = new byte[9 * 7 * 3];
    for (int i = 0; i < coarse.length; i++) {
      coarse[i] = (byte) CounterRandom.of(seed, i).nextInt(256);
    }
    return Resize.squash(Image.of(9, 7, coarse), new ImageSize(270, 210), Interpolation.BICUBIC);
  }

  private static Image part(Image of, int x, int y, int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) of.sample(x + i / 3 % width, y + i / 3 / width, i % 3);
    }
    return Image.of(width, height, rgb);
  }

  private static Image mirrored(Image image) {
    byte[] rgb = new byte[image.width() * image.height() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int x = image.width() - 1 - i / 3 % image.width();
      rgb[i] = (byte) image.sample(x, i / 3 / image.width(), i % 3);
    }
    return Image.of(image.width(), image.height(), rgb);
  }

  private static PictureLook look(Image image) throws IOException {
    byte[] jpeg = ImageEncoder.jpeg(image, 0.8);
    return PictureLook.of(LabeledImage.of("picture", jpeg, 0), ImageDecoder.standard());
  }

  private static List<List<Integer>> groups(
      List<PictureLook> looks, Optional<FeatureSet> features) {
    return LookAlikes.groups(looks, features).stream()
        .map(group -> Arrays.stream(group).boxed().toList())
        .toList();
  }

  @Test
  void mirroredPicturesAreTheSameWithoutFeaturesToo() throws IOException {
    List<PictureLook> looks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      looks.add(look(scene(i)));
    }
    looks.add(look(mirrored(scene(3))));
    Image half = Resize.squash(mirrored(scene(8)), new ImageSize(135, 105), Interpolation.BILINEAR);
    looks.add(look(half));
    assertThat(groups(looks, Optional.empty())).containsExactly(List.of(3, 20), List.of(8, 21));
  }

  /** Features as of a backbone: near for parts of a picture, and for some others too. */
  @Test
  void partsOfPicturesAreFoundAmongThoseWithNearFeatures() throws IOException {
    List<PictureLook> looks = new ArrayList<>();
    List<Integer> scenes = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      looks.add(look(scene(i)));
      scenes.add(i);
    }
    Image[] parts = {
      part(scene(2), 20, 10, 200, 170),
      mirrored(part(scene(5), 70, 30, 190, 180)),
      Resize.squash(
          part(scene(7), 0, 60, 160, 150), new ImageSize(320, 300), Interpolation.BICUBIC),
    };
    for (int i = 0; i < parts.length; i++) {
      looks.add(look(parts[i]));
      scenes.add(new int[] {2, 5, 7}[i]);
    }
    float[][] rows = new float[looks.size()][16];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < 16; j++) {
        CounterRandom ofKind = CounterRandom.of(1, scenes.get(i) / 6, j);
        rows[i][j] =
            (float) (ofKind.nextGaussian() + 0.2 * CounterRandom.of(2, i, j).nextGaussian());
      }
      rows[i][scenes.get(i) % 6] += 3;
    }
    FeatureSet features = FeatureSet.of(rows, new int[rows.length], Labels.of("x"));
    assertThat(groups(looks, Optional.of(features)))
        .containsExactly(List.of(2, 24), List.of(5, 25), List.of(7, 26));
    assertThat(groups(looks, Optional.empty())).isEmpty();
  }

  private static double likeness(Luma part, Luma whole) {
    return new PartSearch(whole).likeness(new Part(part));
  }

  @Test
  void likenessIsThatOfTheBestPart() throws IOException {
    Luma whole = Luma.of(scene(1).toGray());
    assertThat(likeness(whole, whole)).isGreaterThan(0.999);
    assertThat(likeness(Luma.of(mirrored(scene(1)).toGray()), whole)).isGreaterThan(0.999);
    Luma part = Luma.of(part(scene(1), 90, 50, 180, 150).toGray());
    assertThat(likeness(part, whole)).isGreaterThan(0.97);
    Luma turned = Luma.of(mirrored(part(scene(1), 90, 50, 180, 150)).toGray());
    assertThat(likeness(turned, whole)).isCloseTo(likeness(part, whole), within(0.01));
    assertThat(likeness(whole, part)).isLessThan(0.9);
    for (int other = 2; other < 20; other++) {
      assertThat(likeness(part, Luma.of(scene(other).toGray()))).isLessThan(0.9);
    }
  }
}
