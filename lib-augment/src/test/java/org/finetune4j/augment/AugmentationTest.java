package org.finetune4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationTest {
  static final Augmentation EVERYTHING =
      Augmentation.builder()
          .pad(2)
          .randomResizedCrop()
          .rotation(30)
          .widthShift(3)
          .heightShift(0.2)
          .shear(10)
          .zoom(0.7, 1.4)
          .horizontalFlip()
          .verticalFlip()
          .fillMode(FillMode.REFLECT)
          .brightness(0.3)
          .contrast(0.3)
          .saturation(0.5)
          .hue(0.1)
          .channelShift(20)
          .grayscale(0.2)
          .gaussianBlur(0.1, 2)
          .gaussianNoise(10)
          .trivialAugment()
          .randAugment(2, 9)
          .transform(new RandomApply(new Sharpness(new Range(0, 2)), 0.5))
          .transform(RandomChoice.of(new Posterize(4), new Solarize(128), new Equalize()))
          .randomErasing(0.5)
          .build();

  static Stream<Augmentation> augmentations() {
    return Stream.of(
        Augmentation.NONE,
        Augmentation.light(),
        Augmentation.standard(),
        Augmentation.strong(),
        EVERYTHING);
  }

  @ParameterizedTest
  @MethodSource("augmentations")
  void sameSeedSameBytesOnAnyNumberOfThreads(Augmentation augmentation) {
    List<Image> inTurn = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      inTurn.add(augmentation.apply(Pictures.of(40 + i % 3, 30, 3), 7, 2, i));
    }
    List<Image> atOnce =
        IntStream.range(0, 64)
            .parallel()
            .mapToObj(i -> augmentation.apply(Pictures.of(40 + i % 3, 30, 3), 7, 2, i))
            .toList();
    assertThat(atOnce).isEqualTo(inTurn);
    assertThat(augmentation.apply(Pictures.of(41, 30, 3), 7, 2, 40)).isEqualTo(inTurn.get(40));
  }

  @ParameterizedTest
  @MethodSource("augmentations")
  void whatWasDrawnCanBeAppliedAgain(Augmentation augmentation) {
    Image image = Pictures.of(33, 21, 3);
    for (int i = 0; i < 40; i++) {
      Sequence drawn = augmentation.sample(3, 1, i);
      assertThat(drawn).isEqualTo(augmentation.sample(3, 1, i));
      assertThat(drawn.toString()).isEqualTo(augmentation.sample(3, 1, i).toString());
      Image once = drawn.apply(image);
      assertThat(drawn.apply(image)).isEqualTo(once);
      assertThat(augmentation.apply(image, 3, 1, i)).isEqualTo(once);
    }
    assertThat(image).as("never written to").isEqualTo(Pictures.of(33, 21, 3));
  }

  @Test
  void everySeedEpochAndIndexDrawsAnew() {
    Set<Image> seen = new HashSet<>();
    Image image = Pictures.of(20, 20, 3);
    for (int n = 0; n < 5; n++) {
      for (int epoch = 0; epoch < 5; epoch++) {
        for (int index = 0; index < 5; index++) {
          seen.add(Augmentation.standard().apply(image, n, epoch, index));
        }
      }
    }
    assertThat(seen).hasSize(125);
  }

  /** Working in place must not change what the operations do one by one. */
  @Test
  void sequenceEqualsItsOperationsOneByOne() {
    for (int i = 0; i < 60; i++) {
      Image image = i % 2 == 0 ? Pictures.of(40, 30, 3) : Pictures.of(17, 26, 1);
      Sequence drawn = EVERYTHING.sample(11, 0, i);
      Image expected = image;
      for (Operation operation : drawn.operations()) {
        expected = operation.apply(expected);
      }
      assertThat(drawn.apply(image)).as(drawn.toString()).isEqualTo(expected);
    }
  }

  @Test
  void neverWritesToWhatForeignOperationsHold() {
    List<Image> kept = new ArrayList<>();
    Operation keep =
        image -> {
          kept.add(image);
          return image;
        };
    Operation brighter = new Brightness.BrightnessBy(1.5);
    Sequence sequence = new Sequence(List.of(brighter, keep, brighter, keep, brighter));
    Image image = Pictures.of(5, 5, 3);
    sequence.apply(image);
    assertThat(kept.get(0)).isEqualTo(brighter.apply(image));
    assertThat(kept.get(1)).isEqualTo(brighter.apply(brighter.apply(image)));
  }

  @Test
  void bothStagesSeparatelyAreTheWhole() {
    UnaryOperator<Image> resize =
        image -> Resize.squash(image, new ImageSize(24, 24), Interpolation.BICUBIC);
    Image image = Pictures.of(50, 41, 3);
    assertThat(EVERYTHING.original().transforms()).hasSize(2);
    assertThat(EVERYTHING.original().transforms()).allMatch(t -> t.stage() == Stage.ORIGINAL);
    for (int i = 0; i < 10; i++) {
      Image cut = EVERYTHING.original().apply(image, 5, 6, i);
      assertThat(EVERYTHING.resized().apply(cut, 5, 6, i))
          .isEqualTo(EVERYTHING.apply(image, 5, 6, i));
      Image whole = EVERYTHING.apply(image, resize, 5, 6, i);
      assertThat(whole.size()).isEqualTo(new ImageSize(24, 24));
      assertThat(whole).isEqualTo(EVERYTHING.resized().apply(resize.apply(cut), 5, 6, i));
    }
  }

  @ParameterizedTest
  @MethodSource("augmentations")
  void oddPicturesWork(Augmentation augmentation) {
    for (ImageSize size :
        List.of(
            new ImageSize(1, 1),
            new ImageSize(1, 9),
            new ImageSize(9, 1),
            new ImageSize(2, 3),
            new ImageSize(3000, 2))) {
      for (int channels : new int[] {1, 3}) {
        Image image = Pictures.of(size.width(), size.height(), channels);
        for (int i = 0; i < 20; i++) {
          Image result = augmentation.resized().apply(image, 1, 1, i);
          assertThat(result.size()).isEqualTo(size);
          assertThat(result.channels()).isEqualTo(channels);
          assertThat(augmentation.apply(image, 1, 1, i).channels()).isEqualTo(channels);
        }
      }
    }
  }

  @Test
  void nothingAskedForChangesNothing() {
    Image image = Pictures.of(9, 9, 3);
    assertThat(Augmentation.builder().build()).isEqualTo(Augmentation.NONE);
    assertThat(Augmentation.NONE.isEmpty()).isTrue();
    assertThat(Augmentation.NONE.apply(image, 1, 2, 3)).isSameAs(image);
    Augmentation zero =
        Augmentation.builder()
            .rotation(0)
            .zoom(0)
            .brightness(0)
            .contrast(0)
            .saturation(0)
            .hue(0)
            .channelShift(0)
            .grayscale(0)
            .gaussianBlur(0, 0)
            .gaussianNoise(0)
            .randomErasing(0)
            .transform(new Sharpness(new Range(1, 1)))
            .pad(0)
            .build();
    assertThat(zero.apply(image, 1, 2, 3)).isEqualTo(image);
  }

  @Test
  void drawsStayInTheirRangesAndFlipsHalfTheTime() {
    int flips = 0;
    for (int i = 0; i < 2000; i++) {
      RandomAffine.WarpBy warp =
          (RandomAffine.WarpBy) Augmentation.standard().sample(4, 0, i).operations().get(0);
      Affine affine = warp.affine(new ImageSize(100, 50));
      assertThat(affine.rotationDegrees()).isBetween(-40.0, 40.0);
      assertThat(affine.heightShift()).isBetween(-10.0, 10.0);
      assertThat(affine.widthShift()).isBetween(-20.0, 20.0);
      assertThat(affine.shearDegrees()).isBetween(-0.2, 0.2);
      assertThat(affine.zoomHeight()).isBetween(0.8, 1.2);
      assertThat(Math.abs(affine.zoomWidth())).isBetween(0.8, 1.2);
      flips += affine.zoomWidth() < 0 ? 1 : 0;
    }
    assertThat(flips).isBetween(900, 1100);
  }

  @Test
  void lockedZoomAndPixelShifts() {
    Augmentation locked =
        Augmentation.builder().zoom(0.3).lockedZoom().widthShift(5).horizontalFlip(1).build();
    for (int i = 0; i < 50; i++) {
      RandomAffine.WarpBy warp = (RandomAffine.WarpBy) locked.sample(4, 0, i).operations().get(0);
      assertThat(warp.zoomWidth()).isEqualTo(-warp.zoomHeight());
      assertThat(warp.widthShift().inPixels()).isTrue();
      assertThat(warp.widthShift().pixels(1000)).isBetween(-5.0, 5.0);
    }
  }

  @Test
  void toStringIsTheWholeConfiguration() {
    assertThat(Augmentation.light())
        .hasToString(
            "Augmentation[RandomAffine[rotation=20.0, heightShift=0.1, widthShift=0.1, shear=0.1,"
                + " zoom=[0.9, 1.1], lockedZoom=false, horizontalFlip=0.5, verticalFlip=0.0,"
                + " fillMode=NEAREST, fillValue=0, interpolation=BILINEAR]]");
    assertThat(Augmentation.strong())
        .hasToString(
            "Augmentation[RandomAffine[rotation=0.0, heightShift=0.0, widthShift=0.0, shear=0.0,"
                + " zoom=[1, 1], lockedZoom=false, horizontalFlip=0.5, verticalFlip=0.0,"
                + " fillMode=NEAREST, fillValue=0, interpolation=BILINEAR],"
                + " RandomResizedCrop[area=[0.08, 1], aspectRatio=[0.75, 1.3333333333333333]],"
                + " TrivialAugment[], RandomErasing[probability=0.1, area=[0.02, 0.33],"
                + " aspectRatio=[0.3, 3.3], fillValue=0]]");
    assertThat(EVERYTHING.toBuilder().build()).isEqualTo(EVERYTHING);
    assertThat(EVERYTHING.toBuilder().rotation(1).build()).isNotEqualTo(EVERYTHING);
  }

  @Test
  void ownTransformsTakePart() {
    record Invert() implements Operation {
      @Override
      public Image apply(Image image) {
        return new Solarize(0).apply(image);
      }
    }
    record RandomInvert(double probability) implements Transform {
      @Override
      public Operation sample(CounterRandom random) {
        return random.nextBoolean(probability) ? new Invert() : Operation.NONE;
      }
    }
    Augmentation augmentation =
        Augmentation.builder().transform(new RandomInvert(0.5)).randomErasing(0).build();
    Image image = Pictures.of(3, 3, 3);
    long inverted =
        IntStream.range(0, 200)
            .filter(i -> !augmentation.apply(image, 0, 0, i).equals(image))
            .count();
    assertThat(inverted).isBetween(70L, 130L);
    assertThat(augmentation.toString()).contains("RandomInvert[probability=0.5]");
  }

  @Test
  void sheetShowsTheOriginalAndItsCopies() {
    Image image = Pictures.of(30, 20, 1);
    Image sheet = EVERYTHING.sheet(image, new ImageSize(30, 20), 3, 2, 9);
    assertThat(sheet.size()).isEqualTo(new ImageSize(94, 42));
    assertThat(sheet.sample(29, 19, 2)).isEqualTo(image.sample(29, 19, 0));
    assertThat(sheet.sample(30, 0, 0)).isEqualTo(255);
    Image copy =
        EVERYTHING.apply(
            image, i -> Resize.squash(i, image.size(), Interpolation.BICUBIC), 9, 0, 4);
    assertThat(sheet.sample(32 + 7, 22 + 5, 1)).isEqualTo(copy.toRgb().sample(7, 5, 1));
    assertThatThrownBy(() -> EVERYTHING.sheet(image, image.size(), 0, 2, 9))
        .hasMessage("A sheet needs at least one column and one row, but has 0 and 2.");
    assertThatThrownBy(() -> EVERYTHING.sheet(image, new ImageSize(9999, 9999), 99, 9, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use smaller cells");
  }
}
