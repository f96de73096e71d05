package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Last feature maps of networks whose weights follow a formula, against Keras and PyTorch in
 * float64; {@code feature_maps.py} beside the resource has the same formula. The odd size by
 * default, both and the widest network with {@code thorough}.
 */
class FeatureMapTest {
  private static final boolean THOROUGH = Boolean.getBoolean("finetune4j.thorough");

  static Stream<Named<JsonNode>> cases() throws IOException {
    try (InputStream in = FeatureMapTest.class.getResourceAsStream("feature_maps.json")) {
      JsonNode cases = new ObjectMapper().readTree(in);
      return StreamSupport.stream(cases.spliterator(), false)
          .filter(it -> THOROUGH || it.get("width").asInt() % 2 == 1)
          .filter(it -> THOROUGH || !it.get("architecture").asText().startsWith("WIDE"))
          .map(it -> Named.of(it.get("architecture").asText() + " " + it.get("width").asInt(), it));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTheOtherFrameworks(JsonNode expected) {
    Architecture architecture = Architecture.valueOf(expected.get("architecture").asText());
    ImageSize size = new ImageSize(expected.get("width").asInt(), expected.get("height").asInt());
    Network trunk = architecture.network(size, false);
    assertThat(trunk.output()).isEqualTo(expected.get("layer").asText());
    Network network = PixelInput.before(trunk, architecture.preprocessing());
    float[] map;
    try (OnnxSession session =
        OnnxSession.open(network, weights(network), RuntimeOptions.standard())) {
      map = session.run(1, FloatBuffer.wrap(picture(size)))[0];
    }
    double largest = expected.get("largest").asDouble();
    int step = expected.get("step").asInt();
    JsonNode values = expected.get("values");
    assertThat(values.size()).isEqualTo((map.length + step - 1) / step);
    for (int i = 0; i < values.size(); i++) {
      assertThat((double) map[i * step])
          .as("number " + i * step)
          .isCloseTo(values.get(i).asDouble(), within(1e-5 * largest));
    }
  }

  private static float[] picture(ImageSize size) {
    int area = size.width() * size.height();
    float[] picture = new float[3 * area];
    for (int i = 0; i < picture.length; i++) {
      int c = i / area;
      int y = i % area / size.width();
      int x = i % size.width();
      picture[i] = (x * 7 + y * 13 + c * 29 + x * y % 31) % 256;
    }
    return picture;
  }

  private static Weights weights(Network network) {
    Weights.Builder weights = Weights.builder();
    network.tensors().forEach(spec -> weights.put(spec.name(), tensor(spec)));
    return weights.build();
  }

  private static Tensor tensor(TensorSpec spec) {
    CRC32 name = new CRC32();
    name.update(spec.name().getBytes(StandardCharsets.UTF_8));
    long salt = name.getValue() % 1009 * 104_729;
    int fanIn = spec.shape().stream().skip(1).reduce(1, Math::multiplyExact);
    double scale = Math.sqrt(24.0 / fanIn);
    float[] values = new float[Math.toIntExact(spec.elements())];
    for (int i = 0; i < values.length; i++) {
      double u = (i * 7919L + salt) % 1009 / 1009.0 - 0.5;
      values[i] =
          (float)
              switch (spec.role()) {
                case "gamma" -> 0.75 + 0.5 * u;
                case "moving_variance" -> 1 + 0.5 * u;
                case "bias", "beta", "moving_mean" -> 0.2 * u;
                default -> u * scale;
              };
    }
    return Tensor.of(values, spec.shape());
  }
}
