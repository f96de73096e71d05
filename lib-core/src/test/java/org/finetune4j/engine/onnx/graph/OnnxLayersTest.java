package org.finetune4j.engine.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.testing.Near.near;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.json.NetworkJson;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every kind of layer and random networks of them, against what Keras computes: {@code layers.json}
 * was made by {@code make_layers.py} beside it with Keras 3.15.1 on TensorFlow 2.21.0.
 */
class OnnxLayersTest {
  private static final int SAMPLES = 2;

  @TestFactory
  Stream<DynamicTest> computesWhatKerasComputes() throws IOException {
    try (InputStream json = OnnxLayersTest.class.getResourceAsStream("layers.json")) {
      List<JsonNode> cases = new ObjectMapper().readerForListOf(JsonNode.class).readValue(json);
      assertThat(cases.size()).isEqualTo(181);
      return cases.stream().map(it -> dynamicTest(it.get("name").textValue(), () -> compare(it)));
    }
  }

  private static void compare(JsonNode expected) {
    Network network = NetworkJson.read(expected.get("network"));
    FloatBuffer[] batch =
        network.inputs().stream().map(OnnxLayersTest::batch).toArray(FloatBuffer[]::new);
    try (OnnxSession session =
        OnnxSession.open(network, weights(network), RuntimeOptions.standard())) {
      float[][] outputs = session.run(SAMPLES, batch);
      for (int i = 0; i < outputs.length; i++) {
        float[] keras = floats(expected.get("outputs").get(network.outputs().get(i)));
        float largest = 0;
        for (float value : keras) {
          largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isPositive();
        assertThat(outputs[i]).satisfies(near(keras, 1e-5f * largest));
      }
    }
  }

  private static FloatBuffer batch(Input input) {
    float[] values = numbers(input.name(), SAMPLES * input.shape().elements());
    for (int i = 0; i < values.length; i++) {
      values[i] *= 3;
    }
    return FloatBuffer.wrap(values);
  }

  private static Weights weights(Network network) {
    Weights.Builder weights = Weights.builder();
    for (TensorSpec spec : network.tensors()) {
      float[] values = numbers(spec.name(), (int) spec.elements());
      if (spec.role().endsWith("variance")) {
        for (int i = 0; i < values.length; i++) {
          values[i] += 1.25f;
        }
      }
      weights.put(spec.name(), Tensor.of(values, spec.shape()));
    }
    return weights.build();
  }

  /** The generator of {@code make_layers.py}. */
  private static float[] numbers(String name, int count) {
    long state = 17;
    for (int i = 0; i < name.length(); i++) {
      state = (state * 31 + name.charAt(i)) % 2147483648L;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      state = (state * 1103515245 + 12345) % 2147483648L;
      values[i] = (float) (state / 1073741824.0 - 1);
    }
    return values;
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).floatValue();
    }
    return values;
  }
}
