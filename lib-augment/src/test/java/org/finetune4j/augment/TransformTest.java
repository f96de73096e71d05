package org.finetune4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.assertj.core.api.AbstractStringAssert;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.random.CounterRandom;
import org.junit.jupiter.api.Test;

class TransformTest {
  @Test
  void randomCropKeepsItsSizeAndReachesEveryPlace() {
    Image image = Pictures.of(6, 5, 1);
    Set<Image> cuts = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      Image cut = RandomCrop.of(new ImageSize(4, 4)).sample(CounterRandom.of(i)).apply(image);
      assertThat(cut.size()).isEqualTo(new ImageSize(4, 4));
      cuts.add(cut);
    }
    assertThat(cuts).hasSize(3 * 2);
    Image padded = RandomCrop.of(new ImageSize(8, 8), 2).sample(CounterRandom.of(1)).apply(image);
    assertThat(padded.size()).isEqualTo(new ImageSize(8, 8));
  }

  @Test
  void randomResizedCropKeepsAreaAndProportions() {
    Image image = Pictures.of(200, 150, 1);
    RandomResizedCrop crop = new RandomResizedCrop(new Range(0.1, 0.5), new Range(0.5, 2));
    Set<ImageSize> sizes = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      Image cut = crop.sample(CounterRandom.of(i)).apply(image);
      assertThat((double) cut.size().pixels() / image.size().pixels()).isBetween(0.095, 0.505);
      assertThat((double) cut.width() / cut.height()).isBetween(0.48, 2.1);
      sizes.add(cut.size());
    }
    assertThat(sizes).hasSizeGreaterThan(250);
  }

  @Test
  void randomResizedCropFallsBackToTheMiddle() {
    RandomResizedCrop whole = new RandomResizedCrop(new Range(1, 1), new Range(1, 1));
    assertThat(whole.sample(CounterRandom.of(1)).apply(Pictures.of(50, 10, 1)).size())
        .isEqualTo(new ImageSize(10, 10));
    assertThat(whole.sample(CounterRandom.of(1)).apply(Pictures.of(1, 90, 3)).size())
        .isEqualTo(new ImageSize(1, 1));
  }

  @Test
  void trivialAugmentAndRandAugmentUseAllOperations() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      names.add(kind(new TrivialAugment().sample(CounterRandom.of(i))));
      Operation two = RandAugment.STANDARD.sample(CounterRandom.of(i));
      assertThat(((Sequence) two).operations()).hasSize(2);
    }
    assertThat(names)
        .containsExactlyInAnyOrder(
            "Sequence",
            "SlantBy",
            "WarpBy",
            "BrightnessBy",
            "SaturationBy",
            "ContrastBy",
            "SharpnessBy",
            "Posterize",
            "Solarize",
            "AutoContrast",
            "Equalize");
    assertThat(new RandAugment(0, 9).sample(CounterRandom.of(1))).isEqualTo(Operation.NONE);
  }

  private static String kind(Operation operation) {
    return operation.getClass().getSimpleName();
  }

  /** The ends of torchvision's tables ({@code _augmentation_space}). */
  @Test
  void fullStrengthIsTorchvisions() {
    AutoOperation.Limits wide = new AutoOperation.Limits(0.99, new Shift(32, true), 135, 0.99, 6);
    assertThat(AutoOperation.POSTERIZE.at(1, wide)).isEqualTo(new Posterize(2));
    assertThat(AutoOperation.POSTERIZE.at(0, wide)).isEqualTo(new Posterize(8));
    assertThat(AutoOperation.SOLARIZE.at(0, wide)).isEqualTo(new Solarize(255));
    assertThat(AutoOperation.SOLARIZE.at(1, wide)).isEqualTo(new Solarize(0));
    assertThat(AutoOperation.COLOR.at(-1, wide)).isEqualTo(new Saturation.SaturationBy(1 - 0.99));
    assertThat(AutoOperation.TRANSLATE_X.at(-1, wide).toString()).contains("widthShift=-32px");
  }

  @Test
  void refusesWhatMakesNoSense() {
    refused(() -> Augmentation.builder().rotation(-1).build())
        .isEqualTo("rotation must be finite and not negative, but is -1.");
    refused(() -> Augmentation.builder().rotation(Double.NaN).build())
        .isEqualTo("rotation must be finite and not negative, but is NaN.");
    refused(() -> Augmentation.builder().zoom(1)).startsWith("A zoom spread must lie in [0, 1)");
    refused(() -> Augmentation.builder().zoom(0, 2).build())
        .isEqualTo("zoom must be above 0, but is [0, 2].");
    refused(() -> Augmentation.builder().zoom(2, 1))
        .isEqualTo("A range needs finite ends, the lower one first, but is [2.0, 1.0].");
    refused(() -> Augmentation.builder().shear(90).build())
        .isEqualTo("shear must lie in [0, 90), but is 90.0.");
    refused(() -> Augmentation.builder().horizontalFlip(-0.1).build())
        .isEqualTo("horizontalFlip must lie in [0, 1], but is -0.1.");
    refused(() -> Augmentation.builder().fillValue(300).build())
        .isEqualTo("fillValue must lie in [0, 255], but is 300.");
    refused(() -> new RandomErasing(1, new Range(0, 1.5), new Range(1, 1), 0))
        .isEqualTo("The erased area must lie in [0, 1], but is [0, 1.5].");
    refused(() -> RandomErasing.of(2)).isEqualTo("probability must lie in [0, 1], but is 2.");
    refused(() -> Augmentation.builder().brightness(-0.5))
        .isEqualTo("The spread of a factor must be finite and not negative, but is -0.5.");
    refused(() -> Augmentation.builder().contrast(0.5).brightness(-1, 1))
        .isEqualTo("A factor of brightness must not be negative, but is [-1, 1].");
    refused(() -> Augmentation.builder().hue(0.6))
        .isEqualTo("A turn of hue must lie in [-0.5, 0.5], but is [-0.6, 0.6].");
    refused(() -> Augmentation.builder().pad(-1))
        .isEqualTo("Padding must not be negative, but is left -1, top -1, right -1, bottom -1.");
    refused(() -> new RandAugment(2, 31)).isEqualTo("magnitude must lie in [0, 30], but is 31.");
    refused(() -> new Posterize(0)).isEqualTo("bits must lie in [1, 8], but is 0.");
    refused(() -> new RandomChoice(List.of()))
        .isEqualTo("RandomChoice needs at least one transform.");
    refused(() -> RandomChoice.of(new Equalize(), RandomResizedCrop.STANDARD))
        .startsWith("RandomChoice cannot choose between transforms of the original");
    refused(() -> new RandomApply(new Equalize(), 1.1))
        .isEqualTo("probability must lie in [0, 1], but is 1.1.");
  }

  @Test
  void refusesCropsLargerThanThePicture() {
    Image image = Pictures.of(6, 5, 1);
    Transform crop = RandomCrop.of(new ImageSize(9, 4));
    refused(() -> crop.sample(CounterRandom.of(1)).apply(image))
        .isEqualTo(
            "A random crop of 9x4 does not fit into Image[6x5, gray]; crop less, pad more, or use"
                + " RandomResizedCrop, which takes a share of the picture.");
    refused(() -> RandomCrop.of(new ImageSize(9, 4), 1).sample(CounterRandom.of(1)).apply(image))
        .contains("does not fit into Image[6x5, gray], padded to 8x7");
    refused(() -> new CenterCrop(new ImageSize(7, 5)).apply(image))
        .contains("7x5")
        .contains("Image[6x5, gray]");
  }

  private static AbstractStringAssert<?> refused(Supplier<?> action) {
    return assertThatThrownBy(action::get)
        .isInstanceOf(IllegalArgumentException.class)
        .extracting(Throwable::getMessage, org.assertj.core.api.InstanceOfAssertFactories.STRING);
  }
}
