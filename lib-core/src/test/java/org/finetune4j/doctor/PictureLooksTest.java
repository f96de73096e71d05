package org.finetune4j.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.row.FeatureCache;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureLooksTest {
  @TempDir private Path folder;

  private final AtomicInteger reads = new AtomicInteger();

  private LabeledImage picture(int seed) {
    byte[] rgb = new byte[(70 + seed) * 50 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) CounterRandom.of(seed, i / 30).nextInt(256);
    }
    return counted("picture " + seed, ImageEncoder.png(Image.of(70 + seed, 50, rgb)));
  }

  private LabeledImage counted(String name, byte[] bytes) {
    return LabeledImage.of(
        name,
        bytes.length,
        () -> {
          reads.incrementAndGet();
          return bytes;
        },
        Target.label(0));
  }

  private static ImageDataset set(List<LabeledImage> pictures) {
    return ImageDataset.of(Labels.of("x"), pictures);
  }

  private List<PictureLooks.Looked> looks(List<LabeledImage> pictures) {
    return PictureLooks.of(
        set(pictures), ImageDecoder.standard(), Optional.of(new FeatureCache(folder)));
  }

  private static void requireSame(PictureLook kept, PictureLook fresh) {
    assertThat(kept).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(fresh);
  }

  @Test
  void keptLooksAreThoseOfThePixelsAndNothingIsDecodedAgain() throws IOException {
    List<LabeledImage> pictures = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pictures.add(picture(i));
    }
    pictures.add(picture(3));
    looks(pictures);
    assertThat(reads).hasValue(21 + 20); // to know them, and once more those that are decoded
    reads.set(0);
    List<PictureLooks.Looked> again = looks(pictures);
    assertThat(reads).hasValue(21);
    for (int i = 0; i < pictures.size(); i++) {
      requireSame(
          again.get(i).look().orElseThrow(),
          PictureLook.of(pictures.get(i), ImageDecoder.standard()));
    }
  }

  @Test
  void filesAreKeptWithTheirOrientation() throws IOException {
    Path file = Files.write(folder.resolve("a.png"), picture(1).encoded());
    List<LabeledImage> both =
        List.of(LabeledImage.of(file, 0), LabeledImage.of("a", Files.readAllBytes(file), 0));
    for (int time = 0; time < 2; time++) {
      List<PictureLooks.Looked> looks = looks(both);
      requireSame(
          looks.get(0).look().orElseThrow(), PictureLook.of(both.get(0), ImageDecoder.standard()));
    }
  }

  @Test
  void brokenPicturesSayWhyEachTime() {
    List<LabeledImage> pictures =
        List.of(
            picture(1),
            counted("first", new byte[] {1, 2}),
            counted("second", new byte[] {1, 2}),
            picture(2),
            LabeledImage.of(folder.resolve("missing.png"), 0));
    for (int time = 0; time < 2; time++) {
      List<PictureLooks.Looked> looks = looks(pictures);
      assertThat(looks)
          .extracting(it -> it.look().isPresent())
          .containsExactly(true, false, false, true, false);
      assertThat(looks.get(1).error()).contains("first");
      assertThat(looks.get(2).error()).contains("second");
      assertThat(looks.get(4).error()).contains("missing.png");
    }
  }

  @Test
  void nothingIsKeptForAnotherDecoderOrWhereNothingCanBeWritten() throws IOException {
    ImageDecoder strict = ImageDecoder.builder().maxPixels(3_600).build();
    List<LabeledImage> pictures = List.of(picture(0), picture(9));
    List<PictureLooks.Looked> looks =
        PictureLooks.of(set(pictures), strict, Optional.of(new FeatureCache(folder)));
    assertThat(looks).extracting(it -> it.look().isPresent()).containsExactly(true, false);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    looks =
        PictureLooks.of(
            set(pictures), ImageDecoder.standard(), Optional.of(new FeatureCache(file)));
    assertThat(looks).allMatch(it -> it.look().isPresent());
  }
}
