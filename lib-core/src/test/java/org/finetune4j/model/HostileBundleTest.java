package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.finetune4j.image.Image;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.NetworkBudget;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles that somebody writes to while they are used, or made to be a burden. */
class HostileBundleTest {
  @TempDir Path folder;

  private Path saved(String name, long seed) throws IOException {
    Path file = folder.resolve(name);
    try (ImageClassifier classifier = TinyClassifier.of(seed)) {
      classifier.save(file);
    }
    return file;
  }

  /** More than a few pictures, so that the second session is opened too. */
  private static List<Image> pictures() {
    return IntStream.range(0, 40)
        .mapToObj(
            i -> {
              byte[] rgb = new byte[3 * 32 * 32];
              for (int k = 0; k < rgb.length; k++) {
                rgb[k] = (byte) (k * (i + 1) / 7);
              }
              return Image.of(32, 32, rgb);
            })
        .toList();
  }

  private static void overwriteInPlace(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(content));
      channel.truncate(content.length);
    }
  }

  @Test
  void whatIsInUseStaysWhatWasLoaded() throws IOException {
    Path live = saved("live.zip", 1);
    byte[] first = Files.readAllBytes(live);
    byte[] second = Files.readAllBytes(saved("new.zip", 2));
    float[][] expected;
    try (ImageClassifier classifier = ImageClassifier.load(live)) {
      expected = classifier.probabilities(pictures());
    }
    for (byte[] content : List.of(second, new byte[first.length], new byte[0])) {
      overwriteInPlace(live, first);
      try (ImageClassifier classifier = ImageClassifier.load(live)) {
        overwriteInPlace(live, content);
        assertThat(classifier.probabilities(pictures())).isDeepEqualTo(expected);
        assertThat(classifier.probabilities(pictures().subList(0, 1))[0])
            .containsExactly(expected[0], within(1e-5f));
        Path again = folder.resolve("again.zip");
        classifier.save(again);
        assertThat(again).hasBinaryContent(first);
      }
    }
  }

  @Test
  void everyFlippedBitOfTheManifestIsNoticed() throws IOException {
    Path file = saved("whole.zip", 1);
    byte[] whole = Files.readAllBytes(file);
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    int start = text.indexOf('{');
    int end = text.indexOf("PK\3\4", start);
    assertThat(end).isGreaterThan(start);
    for (int at = start; at < end; at += 1 + (end - start) / 200) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      Path changed = Files.write(folder.resolve("flipped.zip"), flipped);
      assertThatIOException()
          .as("byte %d", at)
          .isThrownBy(() -> ImageClassifier.load(changed).close())
          .withMessageContaining("its manifest is damaged");
    }
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      Weights.Builder broken = Weights.builder();
      classifier
          .weights()
          .tensors()
          .forEach(
              (name, tensor) -> {
                float[] values = tensor.toArray();
                values[values.length - 1] = Float.NaN;
                broken.put(name, Tensor.of(values, tensor.shape()));
              });
      Weights weights = broken.build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ImageClassifier.of(classifier.definition(), weights).close())
          .withMessageContaining("holds NaN or infinite numbers");
      ClassifierDefinition whole = classifier.definition();
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new ClassifierDefinition(
                      whole.network(), whole.preprocessing(), Labels.of("one"), whole.provenance()))
          .withMessageContaining("at least two labels");
    }
  }

  @Test
  void aBudgetIsHeldAndCanBeSet() throws IOException {
    Path file = saved("whole.zip", 1);
    NetworkBudget none = new NetworkBudget(10, 10, 10);
    assertThatIOException()
        .isThrownBy(() -> ImageClassifier.loader().budget(none).load(file).close())
        .withMessageContaining("the budget is 10")
        .withMessageContaining(file.toString());
    ImageClassifier.loader().budget(NetworkBudget.standard()).load(file).close();
  }

  @Test
  void theDecodersLimitsAreTheUsers() throws IOException {
    Path file = saved("whole.zip", 1);
    Path picture = folder.resolve("picture.png");
    ImageIO.write(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
    ImageDecoder small = ImageDecoder.builder().maxPixels(100).build();
    try (ImageClassifier strict = ImageClassifier.loader().decoder(small).load(file);
        ImageClassifier usual = ImageClassifier.load(file)) {
      assertThatIOException().isThrownBy(() -> strict.predict(picture, 1));
      assertThat(usual.predict(picture, 1)).hasSize(1);
    }
  }
}
