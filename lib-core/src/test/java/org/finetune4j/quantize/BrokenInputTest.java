package org.finetune4j.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.TinyClassifier;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.testing.Stripes;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

/** Networks and pictures that nothing good can be made of. */
class BrokenInputTest {
  private final ImageDataset pictures = Stripes.of(64, 5);

  /** Two filters of 4x4, a dense head; the weights are the test's. */
  private static ImageClassifier classifier(float[] kernel, float... bias) {
    Network network =
        Network.builder("pixels", Shape.map(3, 18, 20))
            .convolution("edges", 2, Window.of(4), Activation.RELU)
            .convolution("same", 2, Window.of(1), Activation.LINEAR)
            .globalAveragePool("mean")
            .dense("head", 2, Activation.SOFTMAX)
            .build();
    Weights weights =
        Weights.builder()
            .put("edges/kernel", Tensor.of(kernel, 2, 3, 4, 4))
            .put("edges/bias", Tensor.of(bias, 2))
            .put("same/kernel", Tensor.of(new float[] {1, 0, 0, 1}, 2, 2, 1, 1))
            .put("same/bias", Tensor.of(new float[2], 2))
            .put("head/kernel", Tensor.of(new float[] {1, -1, -1, 1}, 2, 2))
            .put("head/bias", Tensor.of(new float[2], 2))
            .build();
    return ImageClassifier.of(
        new ClassifierDefinition(network, Preprocessing.NONE, Stripes.LABELS, Provenance.unknown()),
        weights);
  }

  private static Quantizer unguarded() {
    return Quantizer.builder().evenIfSlower().unguarded().build();
  }

  @Test
  void activationsThatAreNoNumbersAreNamed() {
    float[] overflowing = new float[2 * 3 * 16];
    overflowing[0] = 3e38f;
    try (ImageClassifier original = classifier(overflowing, 0, 0)) {
      assertThatThrownBy(() -> unguarded().quantize(original, pictures))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("NaN or infinite activations in 'edges'");
    }
  }

  /** One channel is always 0, one always 5: neither has a range of its own to be rounded in. */
  @Test
  void channelsThatNeverChangeKeepTheirValue() throws IOException {
    try (ImageClassifier original = classifier(new float[2 * 3 * 16], 0, 5)) {
      try (ImageClassifier small = unguarded().quantize(original, pictures).model()) {
        Image picture = pictures.get(0).decode(ImageDecoder.standard());
        float[] exact = original.probabilities(List.of(picture))[0];
        assertThat(small.probabilities(List.of(picture))[0]).containsExactly(exact, within(1e-5f));
      }
    }
  }

  /** Every channel is always 0: a range without width. */
  @Test
  void aNetworkThatSaysNothingStaysAsItIs() throws IOException {
    try (ImageClassifier original = classifier(new float[2 * 3 * 16], 0, 0)) {
      try (ImageClassifier small = unguarded().quantize(original, pictures).model()) {
        Image picture = pictures.get(0).decode(ImageDecoder.standard());
        assertThat(small.probabilities(List.of(picture))[0]).containsExactly(0.5f, 0.5f);
      }
    }
  }

  @Test
  void picturesOfAnotherKindAreWarnedOfInTheReport() throws IOException {
    byte[] gray = new byte[3 * 18 * 20];
    java.util.Arrays.fill(gray, (byte) 128);
    ImageDataset blank =
        ImageDataset.of(
            Stripes.LABELS,
            IntStream.range(0, 16)
                .mapToObj(i -> LabeledImage.of("blank-" + i, Image.of(20, 18, gray), i % 2))
                .toList());
    try (ImageClassifier original = TinyClassifier.of(1)) {
      Quantized<ImageClassifier> small = unguarded().quantize(original, blank, pictures);
      try (ImageClassifier classifier = small.model()) {
        assertThat(small.report().warnings()).singleElement().asString().contains("blank");
        assertThat(classifier.eightBits().orElseThrow().report().get("warnings"))
            .contains("of another kind");
      }
    }
  }
}
