package org.finetune4j.engine.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.finetune4j.engine.onnx.ObservedSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.graph.OnnxEmitter;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.network.Network;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.testing.RandomWeights;
import org.junit.jupiter.api.Test;

class FoldedGraphTest {
  private final Network network = EightBitNetwork.of();
  private final OnnxGraph original = OnnxEmitter.emit(network);
  private final FoldedGraph folded = FoldedGraph.of(original);

  @Test
  void nothingStandsBesideAConvolutionThatItCanDoItself() {
    List<String> operators = folded.graph().nodes().stream().map(OnnxNode::operator).toList();

    assertThat(operators).doesNotContain("Pad", "BatchNormalization");
    assertThat(original.nodes()).extracting(OnnxNode::operator).contains("Pad");
  }

  @Test
  void computesTheSame() {
    for (long seed = 1; seed <= 5; seed++) {
      Map<String, ByteBuffer> values = original.values(RandomWeights.of(network, seed));
      float[] expected = run(original, values, seed);
      float[] computed = run(folded.graph(), folded.values(original, values), seed);

      for (int i = 0; i < expected.length; i++) {
        assertThat(computed[i]).isCloseTo(expected[i], within(1e-4f * (1 + Math.abs(expected[i]))));
      }
    }
  }

  private float[] run(OnnxGraph graph, Map<String, ByteBuffer> values, long seed) {
    float[] pixels = new float[network.inputs().get(0).shape().elements()];
    Random random = new Random(seed);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat() * 4 - 2;
    }
    try (ObservedSession session =
        ObservedSession.open(
            network.inputs().get(0), graph, values, Set.of("joined"), RuntimeOptions.standard())) {
      FloatBuffer seen =
          Objects.requireNonNull(session.run(FloatBuffer.wrap(pixels)).get("joined"));
      float[] row = new float[seen.remaining()];
      seen.get(row);
      return row;
    }
  }
}
