package org.finetune4j.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtSession;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.finetune4j.architecture.transformer.VisionTransformer;
import org.finetune4j.engine.onnx.graph.OnnxWriter;
import org.finetune4j.engine.onnx.quantize.EightBitNetwork;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.engine.onnx.quantize.QuantizedModel;
import org.finetune4j.engine.onnx.quantize.ValueRange;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ONNX Runtime makes of roundings: integer operators, or eight bits would gain nothing. */
class FusedOperatorsTest {
  private final Network network = EightBitNetwork.of();
  private final Weights weights = RandomWeights.of(network, 4);

  @TempDir Path folder;

  @Test
  void runsInIntegers() throws Exception {
    List<String> operators = optimized(model());

    assertThat(operators).filteredOn("QLinearConv"::equals).hasSize(6);
    assertThat(operators)
        .contains(
            "QLinearAdd", "QLinearMul", "QLinearSigmoid", "QLinearConcat", "QLinearAveragePool");
    // Squeeze-and-excitation works on means: two small convolutions in float32.
    assertThat(operators).filteredOn(it -> it.equals("Conv") || it.equals("FusedConv")).hasSize(2);
    assertThat(operators).filteredOn(it -> it.endsWith("MaxPool")).hasSize(1);
  }

  /**
   * The stem reads a picture; of 8 channels each: one depthwise, one half of a separable. The last
   * has rounded values at both ends, and ONNX Runtime rounds its weights after all.
   */
  @Test
  void narrowConvolutionsThatGainNothingStayInFloat32() throws Exception {
    Quantization how = rounding(network, weights);

    assertThat(how.floats()).hasSize(3).contains("stem", "dw");
    assertThat(optimized(how.apply(network, weights))).filteredOn("QLinearConv"::equals).hasSize(4);
  }

  @Test
  void staysNearToFloat32() throws IOException {
    FloatBuffer pixels = pixels(network, 9);
    float[] exact;
    try (OnnxSession session = OnnxSession.open(network, weights, RuntimeOptions.standard())) {
      exact = session.run(1, pixels.duplicate())[0];
    }
    try (OnnxSession session = OnnxSession.open(network, model(), RuntimeOptions.standard())) {
      float[] rounded = session.run(1, pixels.duplicate())[0];
      for (int i = 0; i < exact.length; i++) {
        assertThat(Math.abs(rounded[i] - exact[i])).isLessThan(0.03f);
      }
      assertThat(rounded).isNotEqualTo(exact);
    }
  }

  /** Four products with a matrix per block; what attention multiplies stays in float32. */
  @Test
  void productsOfTokensRunInIntegers() throws Exception {
    NetworkBuilder net = Network.builder(Shape.map(3, 24, 32));
    new VisionTransformer(24, 3, 8, VisionTransformer.Form.DINOV2_REGISTERS).trunk(net, 1);
    Network tokens = net.build();
    Weights some = RandomWeights.of(tokens, 5);
    List<String> operators = optimized(model(tokens, some));

    long blocks = tokens.layers().stream().filter(MultiHeadAttention.class::isInstance).count();
    assertThat(blocks).isPositive();
    assertThat(operators).filteredOn("MatMulIntegerToFloat"::equals).hasSize((int) (4 * blocks));
    assertThat(operators).filteredOn("QLinearConv"::equals).hasSize(1);
    // Of queries with keys, and of shares with values.
    assertThat(operators)
        .filteredOn(it -> it.equals("MatMul") || it.equals("FusedMatMul"))
        .hasSize((int) (2 * blocks));
    assertThat(operators).contains("LayerNormalization").doesNotContain("MatMulInteger");
  }

  private QuantizedModel model() throws IOException {
    return model(network, weights);
  }

  /** Everything in eight bits that can be, whether it gains from it or not. */
  private static QuantizedModel model(Network network, Weights weights) throws IOException {
    return rounding(network, weights).withFloats(Set.of()).apply(network, weights);
  }

  private static Quantization rounding(Network network, Weights weights) throws IOException {
    return Calibrator.calibrate(
            network,
            weights,
            new Calibrator.Pictures() {
              @Override
              public int count() {
                return 16;
              }

              @Override
              public FloatBuffer get(int index) {
                return pixels(network, index);
              }
            },
            RuntimeOptions.standard())
        .quantization(ValueRange::leastSquares, Quantization.FULL_RANGE);
  }

  private static FloatBuffer pixels(Network network, int seed) {
    Random random = new Random(seed);
    float[] pixels = new float[network.inputs().get(0).shape().elements()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat() * 4 - 2;
    }
    return FloatBuffer.wrap(pixels);
  }

  private List<String> optimized(QuantizedModel model) throws Exception {
    Path written = folder.resolve("written.onnx");
    try (var out = Files.newOutputStream(written)) {
      OnnxWriter.write(model.graph(), model.values(), out);
    }
    Path optimized = folder.resolve("optimized.onnx");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizedModelFilePath(optimized.toString());
      NativeLibrary.environment().createSession(written.toString(), options).close();
    }
    return operators(Files.readAllBytes(optimized));
  }

  /** ModelProto.graph (7), GraphProto.node (1), NodeProto.op_type (4). */
  private static List<String> operators(byte[] model) throws IOException {
    List<String> operators = new ArrayList<>();
    for (byte[] graph : fields(model, 7)) {
      for (byte[] node : fields(graph, 1)) {
        fields(node, 4).forEach(it -> operators.add(new String(it, StandardCharsets.UTF_8)));
      }
    }
    return operators;
  }

  private static List<byte[]> fields(byte[] message, int wanted) throws IOException {
    List<byte[]> found = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == wanted) {
        found.add(in.readByteArray());
      } else {
        in.skipField(tag);
      }
    }
    return found;
  }
}
