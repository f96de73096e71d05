package org.finetune4j.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import org.finetune4j.backbone.CalibrationRule;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.engine.onnx.quantize.QuantizedModel;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.TinyClassifier;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizerTest {
  private final ImageDataset pictures = Stripes.of(96, 5);

  @TempDir Path folder;

  private List<Image> some() {
    return IntStream.range(0, 5)
        .mapToObj(
            i -> {
              try {
                return pictures.get(i).decode(ImageDecoder.standard());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  @Test
  void isAnOrdinaryClassifierThatIsSavedAndLoadedBitByBit() throws IOException {
    Path file = folder.resolve("int8.zip");
    try (ImageClassifier original = TinyClassifier.of(1);
        ImageClassifier small =
            Quantizer.builder().evenIfSlower().build().quantize(original, pictures).model()) {
      small.save(file);
      try (ImageClassifier loaded = ImageClassifier.load(file)) {
        assertThat(loaded.probabilities(some())).isDeepEqualTo(small.probabilities(some()));
        assertThat(loaded.eightBits()).isEqualTo(small.eightBits());
        assertThat(loaded.eightBits().orElseThrow().report())
            .containsKeys("agreement", "calibration_rule");
        Path again = folder.resolve("again.zip");
        loaded.save(again);
        assertThat(again).hasSameBinaryContentAs(file);
      }
      assertThat(small.probabilities(some())[0][0])
          .isCloseTo(original.probabilities(some())[0][0], within(0.05f));
    }
  }

  /** The path of processors without VNNI, forced: kernels of half the levels, and their file. */
  @Test
  void kernelsKeepToHalfTheirLevelsWhereTold() throws IOException {
    Path file = folder.resolve("reduced.zip");
    try (ImageClassifier original = TinyClassifier.of(1);
        ImageClassifier small =
            Quantizer.builder()
                .evenIfSlower()
                .reducedRange(true)
                .build()
                .quantize(original, pictures)
                .model()) {
      small.save(file);
      try (ImageClassifier loaded = ImageClassifier.load(file)) {
        Quantization how = loaded.eightBits().orElseThrow().quantization();
        assertThat(how.largestKernelLevel()).isEqualTo(63);
        QuantizedModel model = how.apply(original.network(), original.weights());
        model.values().entrySet().stream()
            .filter(it -> it.getKey().endsWith("kernel/levels"))
            .forEach(
                it -> {
                  ByteBuffer levels = it.getValue().duplicate();
                  while (levels.hasRemaining()) {
                    assertThat(levels.get()).isBetween((byte) -63, (byte) 63);
                  }
                });
        assertThat(loaded.probabilities(some())).isDeepEqualTo(small.probabilities(some()));
      }
    }
  }

  @Test
  void reportsWhatItCost() throws IOException {
    try (ImageClassifier original = TinyClassifier.of(1)) {
      Quantized<ImageClassifier> small =
          Quantizer.builder().evenIfSlower().build().quantize(original, pictures);
      try (ImageClassifier classifier = small.model()) {
        QuantizationReport report = small.report();
        assertThat(report.calibrationPictures()).isEqualTo(32);
        assertThat(report.rule()).isEqualTo(CalibrationRule.LEAST_SQUARES);
        assertThat(report.checkPictures()).isEqualTo(64);
        assertThat(report.featureChange()).isBetween(1e-4, 0.2);
        assertThat(report.floatLayers()).isEmpty();
        assertThat(report.toString()).contains("on 64 others (selected on)", "exact test");
        ImageDataset check = pictures.split(1 / 3.0, 0).validation();
        assertThat(report.accuracyAfter()).isEqualTo(classifier.evaluate(check).accuracy());
      }
    }
  }

  @Test
  void aClassifierInFloat32IsWrittenAsBefore() throws IOException {
    Path file = folder.resolve("float.zip");
    try (ImageClassifier original = TinyClassifier.of(1)) {
      original.save(file);
    }
    try (var zip = new ZipFile(file.toFile())) {
      String manifest =
          new String(
              zip.getInputStream(zip.getEntry("manifest.json")).readAllBytes(),
              StandardCharsets.UTF_8);
      assertThat(manifest).contains("\"format\" : 1").doesNotContain("precision");
    }
    assertThat(Files.size(file)).isPositive();
  }

  @Test
  void refusesTooFewPicturesAndASecondRounding() throws IOException {
    try (ImageClassifier original = TinyClassifier.of(1)) {
      assertThatThrownBy(
              () ->
                  Quantizer.builder().evenIfSlower().build().quantize(original, Stripes.of(47, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("together 48, not 47");
      assertThatThrownBy(
              () ->
                  Quantizer.builder()
                      .evenIfSlower()
                      .build()
                      .quantize(original, Stripes.of(15, 1), pictures))
          .hasMessageContaining("at least 16 pictures to calibrate, not 15");
      try (ImageClassifier small =
          Quantizer.builder().evenIfSlower().build().quantize(original, pictures).model()) {
        assertThatThrownBy(
                () -> Quantizer.builder().evenIfSlower().build().quantize(small, pictures))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("in eight bits already");
        assertThatThrownBy(small::weights).hasMessageContaining("Keep the float32 classifier");
      }
    }
  }

  /**
   * One channel is a thousand times as wide as the others behind the same rounding, and only the
   * others tell the classes apart: in eight bits nothing is left of them.
   */
  @Test
  void whatEightBitsDestroyStaysInFloat32() throws IOException {
    try (ImageClassifier original = FragileClassifier.of()) {
      double exact = original.evaluate(pictures).accuracy();
      Quantized<ImageClassifier> unguarded =
          Quantizer.builder().evenIfSlower().unguarded().build().quantize(original, pictures);
      unguarded.model().close();
      Quantized<ImageClassifier> guarded =
          Quantizer.builder().evenIfSlower().build().quantize(original, pictures);
      try (ImageClassifier small = guarded.model()) {
        assertThat(unguarded.report().accuracyAfter()).isLessThan(exact - 0.1);
        assertThat(guarded.report().floatLayers()).isNotEmpty(); // no rule of calibration helps
        assertThat(guarded.report().accuracyAfter())
            .isGreaterThanOrEqualTo(guarded.report().accuracyBefore() - 0.005);
        assertThat(small.eightBits().orElseThrow().report().get("float32_layers")).isNotEmpty();
      }
    }
  }

  /** The clock is made: no test can rely on what this machine is busy with. */
  @Test
  void whatGainsNothingIsNotHandedOut() throws IOException {
    try (ImageClassifier original = TinyClassifier.of(1)) {
      Quantizer slower = Quantizer.builder().clock(alternating(100, 110)).build();
      assertThatThrownBy(() -> slower.quantize(original, pictures))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("0.91 times as fast as float32 with one picture")
          .hasMessageContaining("evenIfSlower()");
      Quantizer equal = Quantizer.builder().clock(alternating(100, 100)).build();
      assertThatThrownBy(() -> equal.quantize(original, pictures))
          .hasMessageContaining("gain this classifier nothing here");
      Quantizer faster = Quantizer.builder().clock(alternating(100, 50)).build();
      Quantized<ImageClassifier> small = faster.quantize(original, pictures);
      small.model().close();
      assertThat(small.report().speed()).isEqualTo(new Speed(2, 2, 16));
    }
  }

  /** A clock that is read before and after, where first the one and then the other work so long. */
  private static LongSupplier alternating(long first, long second) {
    AtomicLong now = new AtomicLong();
    AtomicInteger reads = new AtomicInteger();
    return () -> {
      int read = reads.getAndIncrement() % 4;
      return now.addAndGet(read == 1 ? first : read == 3 ? second : 0);
    };
  }

  /** Values: scipy.stats.binomtest(lost, lost + won, 0.5, alternative='greater').pvalue. */
  @Test
  void mcNemarsTestIsExact() {
    assertThat(answers(8, 1).pValue()).isCloseTo(0.01953125, within(1e-12));
    assertThat(answers(3, 3).pValue()).isCloseTo(0.65625, within(1e-12));
    assertThat(answers(0, 0).pValue()).isEqualTo(1);
    assertThat(answers(0, 4).pValue()).isEqualTo(1);
    assertThat(answers(40, 25).pValue()).isCloseTo(0.040840766970770014, within(1e-12));
    assertThat(answers(1100, 1000).pValue()).isCloseTo(0.015360353932121245, within(1e-10));
  }

  private static PairedAnswers answers(int lost, int won) {
    return new PairedAnswers(1000, 900, 900 - lost + won, lost, won, 1000, 0, List.of());
  }
}
