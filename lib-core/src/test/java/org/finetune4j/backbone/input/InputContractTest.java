package org.finetune4j.backbone.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.backbone.verify.VerificationPicture;
import org.finetune4j.image.ImageSize;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.testing.LogCapture;
import org.junit.jupiter.api.Test;

/** What the log says about the first batch. */
class InputContractTest {
  private static final FloatBuffer PIXELS = VerificationPicture.pixels(ImageSize.square(16));

  private static FloatBuffer changed(DoubleUnaryOperator change) {
    FloatBuffer changed = FloatBuffer.allocate(PIXELS.limit());
    for (int i = 0; i < PIXELS.limit(); i++) {
      changed.put(i, (float) change.applyAsDouble(PIXELS.get(i)));
    }
    return changed;
  }

  /** What is logged for a batch behind a preprocessing where TF was published. */
  private static String logged(Preprocessing preprocessing, FloatBuffer pixels) {
    return logged(preprocessing, Preprocessing.TF, pixels);
  }

  private static String logged(
      Preprocessing preprocessing, Preprocessing published, FloatBuffer pixels) {
    try (LogCapture log = new LogCapture()) {
      new InputContract("TINY", preprocessing, published).check(pixels);
      assertThat(pixels.position()).isZero();
      return log.take();
    }
  }

  @Test
  void pixelsThatAreScaledAlready() {
    assertThat(logged(Preprocessing.TF, changed(x -> x / 255)))
        .contains("WARN")
        .contains("TINY: pictures are read as RGB, 0 to 255, but the first batch holds values from")
        .contains(" 0.00 to 1.00 (mean ")
        .contains("hand over pixels as they are");
    assertThat(logged(Preprocessing.TF, changed(x -> x / 127.5 - 1))).contains("-1.00 to 1.00");
    assertThat(logged(Preprocessing.TF, changed(x -> x - 120))).contains("-120 to 135");
    assertThat(logged(Preprocessing.NONE, Preprocessing.NONE, changed(x -> x * 255)))
        .contains("0 to 255, but");
  }

  @Test
  void preprocessingThatScalesTwiceOrNotAtAll() {
    assertThat(logged(Preprocessing.TF, Preprocessing.NONE, PIXELS))
        .contains("TINY: the first layer gets values with mean ")
        .contains("the weights were published for mean")
        .contains("Is the preprocessing that was set, {");
    assertThat(logged(Preprocessing.NONE, PIXELS)).contains("WARN");
    assertThat(logged(Preprocessing.CAFFE, PIXELS)).contains("WARN");
    assertThat(logged(Preprocessing.TORCH, Preprocessing.CAFFE, PIXELS)).contains("WARN");
  }

  @Test
  void whatIsInOrderIsNotTalkedAbout() {
    for (Preprocessing published :
        List.of(Preprocessing.TF, Preprocessing.CAFFE, Preprocessing.TORCH, Preprocessing.NONE)) {
      assertThat(logged(published, published, PIXELS)).isEmpty();
    }
    assertThat(logged(Preprocessing.TORCH, PIXELS)).isEmpty();
    assertThat(logged(Preprocessing.TF, changed(x -> x / 8))).isEmpty(); // a dark picture
    assertThat(logged(Preprocessing.TF, changed(x -> 0))).isEmpty();
    assertThat(logged(Preprocessing.TF, changed(x -> 1))).isEmpty();
  }

  @Test
  void aBackboneLooksAtItsFirstBatchOnly() {
    try (PretrainedBackbone backbone = TinyBackbone.of(1);
        LogCapture log = new LogCapture()) {
      List<String> layer = List.of(backbone.featureLayer());
      backbone.activations(layer, 1, PIXELS.duplicate());
      assertThat(log.take()).doesNotContain("TINY");
      assertThat(backbone.warnings()).isEmpty();
      backbone.activations(layer, 1, changed(x -> x / 255));
      assertThat(log.take()).doesNotContain("TINY");
    }
    try (PretrainedBackbone backbone = TinyBackbone.of(1);
        LogCapture log = new LogCapture()) {
      List<String> layer = List.of(backbone.featureLayer());
      backbone.activations(layer, 1, changed(x -> x / 255));
      assertThat(log.take()).contains("TINY: pictures are read as RGB");
      assertThat(backbone.warnings())
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("TINY: pictures are read as RGB, 0 to 255, but");
      backbone.activations(layer, 1, changed(x -> x / 255));
      assertThat(log.take()).isEmpty();
    }
  }
}
