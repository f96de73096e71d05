package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.finetune4j.architecture.transformer.VisionTransformer;
import org.finetune4j.architecture.transformer.VisionTransformer.Form;
import org.finetune4j.backbone.match.PositionGrid;
import org.finetune4j.backbone.match.TensorReader;
import org.finetune4j.backbone.match.TorchNames;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.train.ForwardPass;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;
import org.finetune4j.weights.format.WeightLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small transformers of every form, their weights under the names of timm, Hugging Face, OpenAI and
 * DINOv2, compute what timm computes, at two sizes. The expected numbers were made by
 * vision_transformers.py, beside them, with timm 1.0.29 in float64.
 */
class VisionTransformerNamesTest {
  private static final int WIDTH = 48;
  private static final int HEADS = 3;
  private static final int PATCH = 8;

  static Stream<Arguments> cases() throws IOException {
    try (InputStream json =
        Objects.requireNonNull(
            VisionTransformerNamesTest.class.getResourceAsStream("vision_transformers.json"))) {
      return StreamSupport.stream(new JsonMapper().readTree(json).spliterator(), false)
          .map(
              node ->
                  Arguments.of(
                      node.get("form").asText() + ", " + node.get("style").asText(), node));
    }
  }

  private static VisionTransformer blueprint(JsonNode expected) {
    Form form =
        switch (expected.get("form").asText()) {
          case "AUGREG" -> Form.AUGREG;
          case "DEIT_DISTILLED" -> Form.DEIT_DISTILLED;
          case "DINOV2" -> Form.DINOV2;
          case "DINOV2_REGISTERS" -> Form.DINOV2_REGISTERS;
          default -> Form.CLIP;
        };
    return new VisionTransformer(WIDTH, HEADS, PATCH, form);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void computesWhatTimmComputes(String name, JsonNode expected) throws IOException {
    VisionTransformer blueprint = blueprint(expected);
    List<StoredLayer> stored = stored(expected.get("tensors"));
    for (JsonNode result : expected.get("results")) {
      Shape picture = Shape.map(3, result.get("height").asInt(), result.get("width").asInt());
      NetworkBuilder net = Network.builder(picture);
      blueprint.trunk(net, 1);
      boolean topExpected =
          blueprint.form().equals(Form.DEIT_DISTILLED) || blueprint.form().equals(Form.CLIP);
      if (topExpected || blueprint.form().equals(Form.AUGREG)) {
        blueprint.top(net);
      }
      Network network = net.build();
      Weights weights = weights(blueprint, network, stored);
      float[] pixels = numbers("picture", List.of(1, 3, picture.height(), picture.width()));
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] *= 4;
      }
      List<String> layers = List.of("blocks.0.add2", "norm");
      Network pieces = network.upTo(layers);
      try (OnnxSession session = OnnxSession.open(pieces, weights, RuntimeOptions.standard())) {
        float[][] actual = session.run(1, FloatBuffer.wrap(pixels));
        assertLike(actual[0], result.get("first"));
        assertLike(actual[1], result.get("norm"));
      }
      assertLike(
          ForwardPass.run(network.upTo("norm"), weights, List.of(pixels)), result.get("norm"));
      if (topExpected) {
        assertLike(ForwardPass.run(network, weights, List.of(pixels)), result.get("top"));
      }
    }
  }

  @Test
  void modelsWithinOthersHoldTheSame() throws IOException {
    JsonNode first = (JsonNode) cases().findFirst().orElseThrow().get()[1];
    List<StoredLayer> stored = stored(first.get("tensors"));
    List<StoredTensor> wrapped =
        stored.stream()
            .flatMap(it -> it.tensors().stream())
            .map(it -> new StoredTensor("_orig_mod.module.backbone." + it.name(), it.tensor()))
            .toList();
    assertThat(blueprint(first).fromTorch(List.of(new StoredLayer("", wrapped))))
        .isEqualTo(blueprint(first).fromTorch(stored));
  }

  private static void assertLike(float[] actual, JsonNode expected) {
    double largest = 0;
    for (JsonNode value : expected) {
      largest = Math.max(largest, Math.abs(value.asDouble()));
    }
    assertThat((actual.length + 36) / 37).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat((double) actual[i * 37])
          .isCloseTo(expected.get(i).asDouble(), within(1e-4 * largest));
    }
  }

  private static Weights weights(
      VisionTransformer blueprint, Network network, List<StoredLayer> stored) throws IOException {
    TensorReader reader = new TensorReader("'small'", network, WeightLayout.TORCH);
    Weights.Builder weights = Weights.builder();
    for (StoredLayer layer : TorchNames.translate(blueprint.fromTorch(stored), Map.of())) {
      Map<TensorSpec, Tensor> tensors =
          PositionGrid.isIn(network, layer.name())
              ? PositionGrid.fit("'small'", network, layer.name(), layer)
              : reader.read(layer.name(), layer);
      tensors.forEach((spec, tensor) -> weights.put(spec.name(), tensor));
    }
    return weights.build();
  }

  private static List<StoredLayer> stored(JsonNode tensors) {
    List<StoredTensor> stored = new ArrayList<>();
    for (JsonNode tensor : tensors) {
      String name = tensor.get(0).asText();
      List<Integer> shape = new ArrayList<>();
      tensor.get(1).forEach(side -> shape.add(side.asInt()));
      stored.add(new StoredTensor(name, Tensor.of(numbers(name, shape), shape)));
    }
    return List.of(new StoredLayer("", stored));
  }

  /** The same formula stands in vision_transformers.py. */
  private static float[] numbers(String name, List<Integer> shape) {
    long salt = 0;
    for (int i = 0; i < name.length(); i++) {
      salt = (salt * 31 + name.charAt(i)) % 1000003;
    }
    int count = shape.stream().reduce(1, (a, b) -> a * b);
    double scale = shape.size() >= 2 ? 0.4 : 1;
    float[] values = new float[count];
    for (long i = 0; i < count; i++) {
      double number = (i * i * 31 + i * 7919 + salt * 104729) % 10007 / 10007.0 - 0.5;
      values[(int) i] = (float) (number * scale);
    }
    return values;
  }

  @Test
  void positionsThatDoNotFitAreRefusedByName() {
    NetworkBuilder net = Network.builder(Shape.map(3, 40, 40));
    new VisionTransformer(WIDTH, HEADS, PATCH, Form.AUGREG).trunk(net, 1);
    StoredTensor odd = new StoredTensor("pos_embed", Tensor.of(new float[7 * 48], 7, 48));
    assertThatThrownBy(
            () ->
                PositionGrid.fit(
                    "'small'",
                    net.build(),
                    "pos_embed",
                    new StoredLayer("pos_embed", List.of(odd))))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Weight file 'small': layer 'pos_embed' needs one embedding of 48 channels for 1 + s x"
                + " s tokens, whose square is interpolated to 5x5 patches, but tensor 'pos_embed'"
                + " has shape [7, 48]. Is it the file of another architecture?");
  }
}
