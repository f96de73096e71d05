package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.image.Image;
import org.finetune4j.keras.KerasModel;
import org.finetune4j.model.bundle.ClassifierBundle;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.model.bundle.Parameters;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A classifier that could answer with something else than probabilities is none. */
class SoundClassifierTest {
  private static final Labels LABELS = Labels.of("x", "y");
  private static final Image BLACK = Image.of(8, 8, new byte[3 * 64]);

  @TempDir Path folder;

  private static Network network(int outputs, Activation last) {
    return Network.builder("in", Shape.map(3, 8, 8))
        .convolution("conv", 4, 3)
        .batchNormalization("norm", 1e-3)
        .globalAveragePool("mean")
        .dense("scores", outputs, last)
        .build();
  }

  private static ClassifierDefinition definition(Network network, Preprocessing preprocessing) {
    return new ClassifierDefinition(
        PixelInput.before(network, preprocessing), preprocessing, LABELS, Provenance.unknown());
  }

  private static ClassifierDefinition logits(int outputs) {
    return definition(network(outputs, Activation.LINEAR), Preprocessing.TF);
  }

  private static Weights weights(ClassifierDefinition definition) {
    return RandomWeights.of(definition.network(), 1);
  }

  private static Weights with(Weights weights, String name, float value) {
    Weights.Builder changed = Weights.builder();
    weights
        .tensors()
        .forEach(
            (each, tensor) -> {
              float[] values = tensor.toArray();
              values[0] = each.equals(name) ? value : values[0];
              changed.put(each, Tensor.of(values, tensor.shape()));
            });
    return changed.build();
  }

  /** Written without the checks of {@code save}. */
  private Path written(ClassifierDefinition definition, Weights weights) throws IOException {
    Path file = folder.resolve("written.zip");
    ObjectNode nothing = JsonNodeFactory.instance.objectNode().put("seed", 1);
    nothing.putArray("outputs").add(1).add(2);
    ClassifierBundle.write(definition, new Parameters.Floats(weights), nothing, file);
    return file;
  }

  @Test
  void logitsAreRefusedAndASoftmaxIsOffered() throws IOException {
    ClassifierDefinition logits = logits(2);
    Weights weights = weights(logits);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageClassifier.of(logits, weights).close())
        .withMessageContaining("'scores' ends in scores (LINEAR)")
        .withMessageContaining("withSoftmax()");
    Path file = written(logits, weights);
    assertThatIOException()
        .isThrownBy(() -> ImageClassifier.load(file).close())
        .withMessageContaining("ImageClassifier.loader().softmax()");
    ClassifierDefinition own = definition(network(2, Activation.SOFTMAX), Preprocessing.TF);
    Path again = folder.resolve("again.zip");
    try (ImageClassifier expected = ImageClassifier.of(own, weights);
        ImageClassifier appended = ImageClassifier.of(logits.withSoftmax(), weights);
        ImageClassifier loaded = ImageClassifier.loader().softmax().load(file)) {
      float[] row = expected.probabilities(List.of(BLACK))[0];
      assertThat(row[0] + row[1]).isCloseTo(1, within(1e-6f));
      assertThat(appended.probabilities(List.of(BLACK))[0]).containsExactly(row, within(1e-6f));
      assertThat(loaded.probabilities(List.of(BLACK))[0]).containsExactly(row, within(1e-6f));
      loaded.save(again);
      try (ImageClassifier second = ImageClassifier.load(again)) {
        assertThat(second.probabilities(List.of(BLACK))[0]).containsExactly(row, within(1e-6f));
      }
    }
  }

  @Test
  void aSingleLogitGetsASigmoid() {
    ClassifierDefinition logit = logits(1);
    ClassifierDefinition own = definition(network(1, Activation.SIGMOID), Preprocessing.TF);
    Weights weights = weights(logit);
    try (ImageClassifier expected = ImageClassifier.of(own, weights);
        ImageClassifier appended = ImageClassifier.of(logit.withSoftmax(), weights)) {
      assertThat(appended.probabilities(List.of(BLACK)))
          .isDeepEqualTo(expected.probabilities(List.of(BLACK)));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {"SOFTMAX", "SIGMOID"},
      mode = EnumSource.Mode.EXCLUDE)
  void nothingElseIsAProbability(Activation last) {
    ClassifierDefinition definition = definition(network(2, last), Preprocessing.NONE);
    Weights weights = weights(definition);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageClassifier.of(definition, weights).close())
        .withMessageContaining("ends in scores (" + last + ")");
  }

  @Test
  void aSoftmaxOverOneOutputIsAlwaysOne() {
    ClassifierDefinition one = definition(network(1, Activation.SOFTMAX), Preprocessing.NONE);
    Weights weights = weights(one);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageClassifier.of(one, weights).close())
        .withMessageContaining("a softmax over one output");
  }

  @Test
  void kerasModelsThatEndInLogitsNeedOneToo() {
    Network network = network(2, Activation.LINEAR);
    KerasModel model = new KerasModel(network, RandomWeights.of(network, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageClassifier.of(model, Preprocessing.NONE, LABELS).close())
        .withMessageContaining("Keras model");
    try (ImageClassifier classifier =
        ImageClassifier.of(model.withSoftmax(), Preprocessing.NONE, LABELS)) {
      float[] row = classifier.probabilities(List.of(BLACK))[0];
      assertThat(row[0] + row[1]).isCloseTo(1, within(1e-6f));
    }
  }

  @Test
  void theManifestSaysWhatTheOutputsAre() throws IOException {
    for (Activation last : List.of(Activation.SOFTMAX, Activation.SIGMOID)) {
      ClassifierDefinition definition = definition(network(2, last), Preprocessing.NONE);
      Path file = folder.resolve("saved.zip");
      try (ImageClassifier classifier = ImageClassifier.of(definition, weights(definition))) {
        classifier.save(file);
      }
      try (ZipFile zip = new ZipFile(file.toFile())) {
        String said =
            new ObjectMapper()
                .readTree(zip.getInputStream(zip.getEntry("manifest.json")))
                .path("output_activation")
                .asText();
        assertThat(said).isEqualToIgnoringCase(last.name());
      }
      assertThatCode(() -> ImageClassifier.load(file).close()).doesNotThrowAnyException();
    }
  }

  @Test
  void preprocessingThatTheLayersContradictIsRefused() throws IOException {
    Network network = network(2, Activation.SOFTMAX);
    for (Preprocessing inside :
        List.of(Preprocessing.NONE, Preprocessing.CAFFE, Preprocessing.TF)) {
      for (Preprocessing said :
          List.of(Preprocessing.NONE, Preprocessing.CAFFE, Preprocessing.TF)) {
        ClassifierDefinition definition =
            new ClassifierDefinition(
                PixelInput.before(network, inside), said, LABELS, Provenance.unknown());
        Weights weights = weights(definition);
        if (said.equals(inside)) {
          ImageClassifier.of(definition, weights).close();
          continue;
        }
        assertThatIllegalArgumentException()
            .isThrownBy(() -> ImageClassifier.of(definition, weights).close())
            .withMessageContaining("contradicts the network's first layers");
        Path file = written(definition, weights);
        assertThatIOException()
            .isThrownBy(() -> ImageClassifier.load(file).close())
            .withMessageContaining("contradicts the network's first layers");
      }
    }
  }

  @Test
  void variancesAreNotNegative() throws IOException {
    ClassifierDefinition sound = definition(network(2, Activation.SOFTMAX), Preprocessing.TF);
    Weights weights = with(weights(sound), "norm/moving_variance", -0.25f);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageClassifier.of(sound, weights).close())
        .withMessageContaining("'norm/moving_variance' holds -0.25");
    Path file = written(sound, weights);
    assertThatIOException()
        .isThrownBy(() -> ImageClassifier.load(file).close())
        .withMessageContaining("'norm/moving_variance' holds -0.25");
  }

  @Test
  void epsilonsAreNotNegative() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Network.builder("in", Shape.map(3, 8, 8)).batchNormalization("norm", -1e-3))
        .withMessageContaining("'norm': epsilon is a finite number of at least 0");
    ClassifierDefinition sound = definition(network(2, Activation.SOFTMAX), Preprocessing.TF);
    Path file =
        BundleForge.edited(
            written(sound, weights(sound)),
            folder.resolve("edited.zip"),
            manifest ->
                manifest.at("/network/layers").findParents("epsilon").stream()
                    .map(ObjectNode.class::cast)
                    .forEach(layer -> layer.put("epsilon", -1e-3)));
    assertThatIOException()
        .isThrownBy(() -> ImageClassifier.load(file).close())
        .withMessageContaining(file.toString())
        .withMessageContaining("'norm': epsilon is a finite number of at least 0");
  }

  @Test
  void numbersThatOverflowGiveNoAnswerAndNoFile() throws IOException {
    ClassifierDefinition sound = definition(network(2, Activation.SOFTMAX), Preprocessing.TF);
    Weights huge = with(weights(sound), "norm/gamma", 3e38f);
    Path file = folder.resolve("saved.zip");
    try (ImageClassifier classifier =
        ImageClassifier.of(sound, with(huge, "scores/kernel", 3e38f))) {
      assertThatThrownBy(() -> classifier.predict(BLACK, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("too large for float32");
      assertThatThrownBy(() -> classifier.save(file))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("too large for float32");
      assertThat(file).doesNotExist();
      Path written = written(sound, classifier.weights());
      assertThatIOException()
          .isThrownBy(() -> ImageClassifier.load(written).close())
          .withMessageContaining(written.toString());
    }
  }
}
