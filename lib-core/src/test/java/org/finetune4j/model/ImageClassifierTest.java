package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageClassifierTest {
  @TempDir Path folder;

  private final ImageDataset images = Stripes.of(24, 1);
  private final ImageClassifier classifier = TinyClassifier.of(1);

  @AfterEach
  void close() {
    classifier.close();
  }

  private Path saved() throws IOException {
    Path file = folder.resolve("stripes.zip");
    classifier.save(file);
    return file;
  }

  private List<Image> pictures() throws IOException {
    List<Image> pictures = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      pictures.add(images.get(i).decode(ImageDecoder.standard()));
    }
    return pictures;
  }

  @Test
  void aLoadedClassifierGivesTheSameBitsAndBytes() throws IOException {
    Path file = saved();
    try (ImageClassifier loaded = ImageClassifier.load(file)) {
      assertThat(loaded.probabilities(pictures()))
          .isDeepEqualTo(classifier.probabilities(pictures()));
      assertThat(loaded.labels()).isEqualTo(Stripes.LABELS);
      assertThat(loaded.network()).isEqualTo(classifier.network());
      assertThat(loaded.weights().tensors()).containsAllEntriesOf(classifier.weights().tensors());
      assertThat(loaded.preprocessing()).isEqualTo(classifier.preprocessing());
      assertThat(loaded.provenance()).isEqualTo(classifier.provenance());
      Path again = folder.resolve("again.zip");
      loaded.save(again);
      assertThat(again).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void theBundleIsAZipOfAModelAndAManifest() throws IOException {
    try (ZipFile zip = new ZipFile(saved().toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .containsExactly("manifest.json", "model.onnx");
      assertThat(zip.stream().map(ZipEntry::getMethod)).containsOnly(ZipEntry.STORED);
      Path model = folder.resolve("model.onnx");
      classifier.exportOnnx(model);
      assertThat(model)
          .hasBinaryContent(zip.getInputStream(zip.getEntry("model.onnx")).readAllBytes());
    }
  }

  @Test
  void predictsTheBestFirst() throws IOException {
    List<Prediction> answers = classifier.predict(pictures().get(0), 5);
    assertThat(answers).hasSize(2);
    assertThat(answers.get(0).probability()).isGreaterThanOrEqualTo(answers.get(1).probability());
    assertThat(answers.get(0).probability() + answers.get(1).probability())
        .isCloseTo(1, within(1e-5f));
    assertThatThrownBy(() -> classifier.predict(pictures().get(0), 0))
        .hasMessage("At least 1 answer can be asked for, not 0.");
  }

  @Test
  void aStreamIsReadAsItsAnswersAreTaken() throws IOException {
    List<Image> pictures = pictures();
    AtomicInteger taken = new AtomicInteger();
    AtomicBoolean closed = new AtomicBoolean();
    Stream<Image> endless =
        Stream.generate(() -> pictures.get(taken.getAndIncrement() % pictures.size()))
            .onClose(() -> closed.set(true));
    try (Stream<List<Prediction>> answers = classifier.predictAll(endless, 2)) {
      assertThat(taken).hasValue(0);
      List<List<Prediction>> first = answers.limit(40).toList();
      for (int i = 0; i < 40; i++) {
        Prediction expected = classifier.predict(pictures.get(i % pictures.size()), 1).get(0);
        Prediction actual = first.get(i).get(0);
        assertThat(actual.label()).isEqualTo(expected.label());
        assertThat(actual.probability()).isCloseTo(expected.probability(), within(1e-6f));
      }
    }
    assertThat(taken).hasValue(64);
    assertThat(closed).isTrue();
    assertThat(classifier.predictAll(pictures.stream(), 1)).hasSize(pictures.size());
    assertThat(classifier.predictAll(Stream.empty(), 1)).isEmpty();
    assertThatThrownBy(() -> classifier.predictAll(pictures.stream(), 0))
        .hasMessage("At least 1 answer can be asked for, not 0.");
  }

  @Test
  void manyThreadsGiveTheBitsOfOne() throws IOException {
    List<Image> pictures = pictures();
    float[][] serial = new float[pictures.size()][];
    for (int i = 0; i < serial.length; i++) {
      serial[i] = classifier.probabilities(List.of(pictures.get(i)))[0];
    }
    IntStream.range(0, 240)
        .parallel()
        .forEach(
            i -> {
              int k = i % serial.length;
              assertThat(classifier.probabilities(List.of(pictures.get(k)))[0])
                  .containsExactly(serial[k]);
            });
  }

  @Test
  void threadsAndSpinningChangeNoAnswer() throws IOException {
    Path file = saved();
    float[][] expected = classifier.probabilities(pictures());
    for (int threads : new int[] {1, 3}) {
      for (boolean spinning : new boolean[] {false, true}) {
        ModelLoader<ImageClassifier> loader =
            ImageClassifier.loader().threads(threads).spinning(spinning);
        try (ImageClassifier loaded = loader.load(file)) {
          assertThat(loaded.probabilities(pictures())).isDeepEqualTo(expected);
        }
      }
    }
    assertThatThrownBy(() -> ImageClassifier.loader().threads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ONNX Runtime needs at least 1 thread, not 0.");
  }

  @Test
  void refusesOtherLabelsAndUseAfterClosing() throws IOException {
    ImageDataset turned = images.withLabels(Labels.of("vertical", "horizontal"));
    assertThatThrownBy(() -> classifier.evaluate(turned))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but the classifier knows horizontal, vertical");
    classifier.close();
    classifier.close();
    assertThatThrownBy(() -> classifier.predict(pictures().get(0), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void refusesFilesThatAreNoBundle() throws IOException {
    Path text = Files.writeString(folder.resolve("text.zip"), "not a zip at all");
    assertThatThrownBy(() -> ImageClassifier.load(text)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ImageClassifier.load(folder.resolve("missing.zip")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ImageClassifier.load(zip("manifest.json", "{}", "model.onnx", "")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its manifest has no format version");
    assertThatThrownBy(
            () -> ImageClassifier.load(zip("manifest.json", "{\"format\":5}", "model.onnx", "")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has format version 5, this library reads up to version 4");
    assertThatThrownBy(() -> ImageClassifier.load(zip("../manifest.json", "{}", "model.onnx", "")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it has no manifest.json");
  }

  private Path zip(String... namesAndTexts) throws IOException {
    Path file = Files.createTempFile(folder, "made", ".zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        BundleForge.put(
            zip, namesAndTexts[i], namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  /** Every byte counts: whatever is changed, the file is refused or says exactly the same. */
  @Test
  void mutatedBundlesAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(saved());
    float[][] expected = classifier.probabilities(pictures());
    Random random = new Random(1);
    int rounds = Boolean.getBoolean("finetune4j.thorough") ? 1000 : 100;
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = mutated(whole, random);
      Path file = Files.write(folder.resolve("mutated.zip"), bytes);
      try (ImageClassifier loaded = ImageClassifier.load(file)) {
        assertThat(loaded.probabilities(pictures())).isDeepEqualTo(expected);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static byte[] mutated(byte[] whole, Random random) {
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(whole, random.nextInt(whole.length));
    }
    byte[] bytes = whole.clone();
    // Small files are mostly manifest: aim at its text, the zip's own records and the model.
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  @Test
  void unreadablePicturesHaveAReasonAndCostTheOthersNothing() throws IOException {
    List<LabeledImage> pictures = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      Image image = Stripes.of(70, 1).get(i).decode(ImageDecoder.standard());
      byte[] file = i % 31 == 3 ? new byte[] {1, 2, 3} : ImageEncoder.png(image);
      pictures.add(LabeledImage.of("picture " + i, file, 0));
    }
    List<PictureOutcome<List<Prediction>>> outcomes = classifier.predictEach(pictures).toList();
    assertThat(outcomes).extracting(PictureOutcome::picture).isEqualTo(pictures);
    for (int i = 0; i < pictures.size(); i++) {
      PictureOutcome<List<Prediction>> outcome = outcomes.get(i);
      if (i % 31 == 3) {
        assertThat(outcome.answer()).isEmpty();
        assertThat(outcome.problem()).contains("picture " + i);
      } else {
        Image image = pictures.get(i).decode(ImageDecoder.standard());
        assertThat(outcome.answer()).contains(classifier.predict(image));
        assertThat(outcome.problem()).isEmpty();
      }
    }
    assertThat(classifier.predictEach(List.of())).isEmpty();
  }

  @Test
  void anInterruptedThreadStopsBetweenTwoBatches() throws IOException {
    ImageDataset stripes = Stripes.of(200, 4);
    AtomicInteger read = new AtomicInteger();
    Thread caller = Thread.currentThread();
    List<Image> inMemory = new ArrayList<>();
    List<LabeledImage> slow = new ArrayList<>();
    for (LabeledImage image : stripes.images()) {
      inMemory.add(image.decode(ImageDecoder.standard()));
      byte[] png = image.encoded();
      slow.add(
          LabeledImage.of(
              image.name(),
              png.length,
              () -> {
                if (read.getAndIncrement() == 0) {
                  caller.interrupt();
                }
                return png;
              },
              image.target()));
    }
    ImageDataset interrupting = ImageDataset.of(Stripes.LABELS, slow);
    assertThatThrownBy(() -> classifier.evaluate(interrupting))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("Interrupted when");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(read.get()).isLessThan(200);
    caller.interrupt();
    assertThatThrownBy(() -> classifier.probabilities(inMemory))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(classifier.probabilities(inMemory).length).isEqualTo(200);
  }
}
