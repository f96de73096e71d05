package org.finetune4j.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.Unreadable;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreadablePicturesTest {
  private static final PretrainedBackbone BACKBONE = TinyBackbone.of(1);
  private static final ImageDataset WHOLE = Stripes.of(22, 1);

  @TempDir Path folder;

  @AfterAll
  static void close() {
    BACKBONE.close();
  }

  /** The same pictures as files, some of which are no pictures. */
  private ImageDataset files(int... broken) throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < WHOLE.size(); i++) {
      LabeledImage image = WHOLE.get(i);
      Path file = folder.resolve(i + ".png");
      Files.write(file, ImageEncoder.png(image.decode(ImageDecoder.standard())));
      images.add(LabeledImage.of("picture " + i, file, image.label()));
    }
    for (int i : broken) {
      Files.write(folder.resolve(i + ".png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', (byte) i});
    }
    return ImageDataset.of(WHOLE.labels(), images);
  }

  private static FeatureExtractor.Builder skipping(int batch) {
    return FeatureExtractor.builder(BACKBONE).batchSize(batch).unreadable(Unreadable.SKIP);
  }

  private static void assertKept(FeatureSet features, ImageDataset data, Integer... skipped) {
    assertThat(features.skipped()).extracting(SkippedPicture::index).containsExactly(skipped);
    FeatureSet truth;
    try {
      truth = FeatureExtractor.builder(BACKBONE).build().extract(WHOLE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    ImageDataset kept = features.pictures(data);
    assertThat(features.size()).isEqualTo(kept.size()).isEqualTo(WHOLE.size() - skipped.length);
    for (int row = 0; row < features.size(); row++) {
      int index = Integer.parseInt(kept.get(row).name().substring("picture ".length()));
      assertThat(features.features(row)).containsExactly(truth.features(index));
      assertThat(features.target(row)).isEqualTo(WHOLE.get(index).label());
    }
  }

  @Test
  void rowsStayWithTheirLabelsWhereverBrokenFilesLie() throws IOException {
    for (int batch : new int[] {1, 4, 32}) {
      for (int[] broken : new int[][] {{0}, {7, 8, 9, 10, 11}, {20, 21}, {0, 5, 6, 13, 21}}) {
        ImageDataset data = files(broken);
        Integer[] expected = new Integer[broken.length];
        for (int i = 0; i < broken.length; i++) {
          expected[i] = broken[i];
        }
        assertKept(skipping(batch).build().extract(data), data, expected);
        Path cache = folder.resolve("cache " + batch + broken[0]);
        FeatureExtractor cached = skipping(batch).cache(cache).build();
        assertKept(cached.extract(data), data, expected);
        assertKept(cached.extract(data), data, expected);
      }
    }
  }

  @Test
  void reasonsNameTheFile() throws IOException {
    ImageDataset data = files(3);
    Files.delete(folder.resolve("4.png"));
    for (FeatureExtractor extractor :
        List.of(skipping(4).build(), skipping(4).cache(folder.resolve("cache")).build())) {
      FeatureSet features = extractor.extract(data);
      assertKept(features, data, 3, 4);
      assertThat(features.skipped().get(0).reason()).contains("3.png");
      assertThat(features.skipped().get(1).reason()).contains("4.png");
      assertThat(features).hasToString("FeatureSet[20 x 16, horizontal, vertical, 2 skipped]");
    }
  }

  @Test
  void equalBrokenFilesAreAllSkipped() throws IOException {
    ImageDataset data = files(2);
    for (int i : new int[] {9, 21}) {
      Files.copy(
          folder.resolve("2.png"), folder.resolve(i + ".png"), StandardCopyOption.REPLACE_EXISTING);
    }
    FeatureExtractor extractor = skipping(4).cache(folder.resolve("cache")).build();
    assertKept(extractor.extract(data), data, 2, 9, 21);
  }

  @Test
  void anExtractionThatStoppedGoesOnAndMendedFilesComeBack() throws IOException {
    ImageDataset data = files(13);
    Path cache = folder.resolve("cache");
    FeatureExtractor stopping =
        FeatureExtractor.builder(BACKBONE).batchSize(4).cache(cache).build();
    assertThatThrownBy(() -> stopping.extract(data))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("13.png");
    Map<String, Long> computed = new TreeMap<>();
    FeatureExtractor skipping =
        skipping(4)
            .cache(cache)
            .progress((task, at, total, unit) -> computed.put(task, total))
            .build();
    assertKept(skipping.extract(data), data, 13);
    assertThat(computed).containsEntry("Extracting features", 22L - 12);
    assertKept(skipping.extract(data), data, 13);
    assertThat(computed).containsEntry("Extracting features", 1L);
    ImageDataset mended = files();
    assertKept(skipping.extract(mended), mended);
  }

  @Test
  void nothingLeftIsAnError() throws IOException {
    ImageDataset data = files(IntStream.range(0, WHOLE.size()).toArray());
    for (FeatureExtractor extractor :
        List.of(skipping(4).build(), skipping(4).cache(folder.resolve("cache")).build())) {
      assertThatThrownBy(() -> extractor.extract(data))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("None of 22 pictures can be read")
          .hasMessageContaining("0.png");
    }
  }

  @Test
  void headsLearnFromWhatIsLeft() throws IOException {
    FeatureExtractor extractor = skipping(4).build();
    FeatureSet features = extractor.extract(files(0, 1, 2, 11));
    TrainedHead head = ClassifierHead.logisticRegression().build().fit(features);
    assertThat(head.evaluate(features).size()).isEqualTo(18);
    assertThat(head.evaluate(features).accuracy()).isEqualTo(1);
  }

  @Test
  void otherPicturesThanTheExtractedOnesAreRefused() throws IOException {
    FeatureSet features = skipping(4).build().extract(files(3));
    assertThatThrownBy(() -> features.pictures(WHOLE.take(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rows of 22 pictures, 1 of them skipped");
    assertThatThrownBy(() -> features.pictures(WHOLE)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsDerivedIsTheSameButForWhatIsSaid() throws IOException {
    FeatureExtractor stopping =
        FeatureExtractor.builder(BACKBONE).layer("block2_add").pooling(Pooling.MAX).build();
    FeatureExtractor skipping = stopping.toBuilder().unreadable(Unreadable.SKIP).build();
    assertThat(skipping.fingerprint()).isEqualTo(stopping.fingerprint());
    assertThat(skipping.batchSize()).isEqualTo(stopping.batchSize());
    assertThat(skipping.extract(files(3)).size()).isEqualTo(21);
  }
}
