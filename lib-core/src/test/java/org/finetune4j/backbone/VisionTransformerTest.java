package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.finetune4j.backbone.GoldenActivationsTest.shared;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.engine.train.ForwardPass;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;
import org.junit.jupiter.api.Test;

/** ViT-Ti/16 with its real weights against activations of PyTorch in float64, in both engines. */
class VisionTransformerTest {
  private static final String WEIGHTS = "weights/vit_tiny_patch16_224.safetensors";

  private static BackboneBuilder tiny() {
    return PretrainedBackbone.builder(Architecture.VIT_TINY_16).weights(shared(WEIGHTS));
  }

  private static JsonNode golden() throws IOException {
    return new JsonMapper().readTree(shared("golden/vit_tiny/golden.json").toFile());
  }

  /** Returns our names of the layers that the golden file has, by its names. */
  private static List<String> layers(PretrainedBackbone backbone, JsonNode image) {
    List<String> layers = new ArrayList<>();
    image
        .path("layers")
        .fieldNames()
        .forEachRemaining(it -> layers.add(it.equals("embedded") ? "pos_embed" : it));
    return layers.stream().map(backbone::resolve).toList();
  }

  @Test
  void computesWhatPyTorchComputesLayerByLayer() throws IOException {
    try (PretrainedBackbone backbone = tiny().includeTop(true).build()) {
      for (Map.Entry<String, JsonNode> image : golden().path("images").properties()) {
        JsonNode expected = image.getValue();
        FloatBuffer pixels = GoldenActivationsTest.pixels(image.getKey(), backbone.inputSize());
        List<String> layers = layers(backbone, expected);
        float[][] actual = backbone.activations(layers, 1, pixels);
        int i = 0;
        for (JsonNode layer : expected.path("layers")) {
          assertThat(actual[i]).hasSize(197 * 192);
          GoldenActivationsTest.assertLike(layer, actual[i], layers.get(i));
          i++;
        }
        assertClassToken(expected, backbone.activations(List.of("pool"), 1, pixels)[0]);
        GoldenActivationsTest.assertTop5(
            backbone.activations(List.of("head"), 1, pixels)[0], expected.path("top5"));
      }
    }
  }

  private static void assertClassToken(JsonNode expected, float[] actual) {
    double[] values = new double[actual.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = actual[i];
    }
    GoldenActivationsTest.assertClose(
        values, GoldenActivationsTest.doubles(expected.path("class_token")), "class token");
  }

  @Test
  void theEngineForTrainingComputesTheSame() throws IOException {
    try (PretrainedBackbone backbone = tiny().includeTop(true).build()) {
      String name = "dog_2.png";
      JsonNode expected = golden().path("images").path(name);
      FloatBuffer pixels = GoldenActivationsTest.pixels(name, backbone.inputSize());
      int i = 0;
      for (JsonNode layer : expected.path("layers")) {
        String ours = layers(backbone, expected).get(i++);
        Network piece = backbone.pixelNetwork().upTo(ours);
        float[] actual = ForwardPass.run(piece, backbone.weights(), List.of(pixels.array()));
        GoldenActivationsTest.assertLike(layer, actual, ours);
      }
      GoldenActivationsTest.assertTop5(
          ForwardPass.run(backbone.pixelNetwork(), backbone.weights(), List.of(pixels.array())),
          expected.path("top5"));
    }
  }

  @Test
  void namesOfBlocksMeanTheirFirstOrLastLayer() throws IOException {
    try (PretrainedBackbone backbone = tiny().build()) {
      assertThat(backbone.featureLayer()).isEqualTo("norm");
      assertThat(backbone.network().outputShape()).isEqualTo(Shape.tokens(197, 192));
      assertThat(backbone.preprocessing()).isEqualTo(Preprocessing.TF);
      assertThat(backbone.resolve("blocks.10")).isEqualTo("blocks.10.add2");
      assertThat(backbone.firstLayer("blocks.10")).isEqualTo("blocks.10.norm1");
      assertThat(backbone.firstLayer("blocks.1.mlp")).isEqualTo("blocks.1.mlp.fc1");
      assertThat(backbone.firstLayer("norm")).isEqualTo("norm");
      assertThat(backbone.freezePoints())
          .contains("blocks.0.norm1", "blocks.10.norm1", "blocks.10.norm2", "norm")
          .doesNotContain("blocks.10.attn");
      assertThatThrownBy(() -> backbone.firstLayer("blocks.12"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Unknown layer 'blocks.12' in VIT_TINY_16.");
      assertThat(backbone.verify().passed()).isTrue();
    }
  }

  @Test
  void otherSizesAreMultiplesOfAPatch() {
    assertThatThrownBy(() -> tiny().inputSize(150, 160).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Layer 'patch_embed' cuts its input into patches of 16x16, which do not fill 150x160"
                + " (width x height). Use multiples of 16.");
  }

  /** The baselines' protocol; each of the 1,000 photos is 0.1 points. */
  @Test
  void tellsCatsFromDogsWithItsOwnPreprocessingBest() throws IOException {
    assumeTrue(Boolean.getBoolean("finetune4j.thorough"), "takes a while: -Pthorough");
    assertThat(accuracy(Preprocessing.TF, 224)).isCloseTo(0.994, within(0.0021));
    assertThat(accuracy(Preprocessing.TF, 160)).isCloseTo(0.987, within(0.0031));
    // ImageNet's mean and deviation, which most networks here were trained with.
    assertThat(accuracy(Preprocessing.TORCH, 224)).isLessThan(0.97);
  }

  private static double accuracy(Preprocessing preprocessing, int side) throws IOException {
    Path photos = shared("data/cats_and_dogs");
    try (PretrainedBackbone backbone =
        tiny().inputSize(side, side).preprocessing(preprocessing).build()) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      FeatureSet train = extractor.extract(ImageDataset.fromDirectory(photos.resolve("train")));
      FeatureSet validation =
          extractor.extract(ImageDataset.fromDirectory(photos.resolve("validation")));
      return ClassifierHead.logisticRegression()
          .build()
          .fit(train, validation)
          .evaluate(validation)
          .accuracy();
    }
  }
}
