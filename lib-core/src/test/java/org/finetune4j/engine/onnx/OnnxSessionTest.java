package org.finetune4j.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

class OnnxSessionTest {
  private static final RuntimeOptions OPTIONS = RuntimeOptions.standard();

  private static Network block() {
    NetworkBuilder block = Network.builder("x", Shape.map(3, 9, 7));
    block.convolution("0", 8, Window.of(3).stride(2).same()).batchNormalization("0_bn", 1e-3);
    block.from("x").convolution("1", 8, Window.of(1).stride(2)).relu("1_relu");
    return block.add("sum", "0_bn", "1_relu").globalAveragePool("pool").dense("top", 4).build();
  }

  private static FloatBuffer random(int size, long seed) {
    Random random = new Random(seed);
    FloatBuffer values = FloatBuffer.allocate(size);
    while (values.hasRemaining()) {
      values.put((float) random.nextGaussian());
    }
    return values.flip();
  }

  @Test
  void computesByHandCheckedNumbers() {
    Network network = Network.builder("x", Shape.vector(2)).dense("d", 2, Activation.RELU).build();
    Weights weights =
        Weights.builder()
            .put("d/kernel", Tensor.of(new float[] {1, -1, 2, -2}, 2, 2))
            .put("d/bias", Tensor.of(new float[] {0.5f, 1}, 2))
            .build();
    try (OnnxSession session = OnnxSession.open(network, weights, OPTIONS)) {
      float[][] result = session.run(2, FloatBuffer.wrap(new float[] {1, 1, -1, -1}));
      assertThat(result[0]).containsExactly(3.5f, 0, 0, 4);
    }
  }

  @Test
  void zerosAroundAMapWinAMaxPoolingOfNegativeValues() {
    Network network =
        Network.builder("x", Shape.map(1, 2, 2))
            .zeroPad("pad", 1)
            .maxPool("pool", Window.of(3).stride(2))
            .build();
    FloatBuffer negative = FloatBuffer.wrap(new float[] {-1, -2, -3, -4});
    try (OnnxSession session =
        OnnxSession.open(network, Weights.empty(), RuntimeOptions.standard())) {
      assertThat(session.run(1, negative)[0][0]).isBetween(0f, Float.MIN_NORMAL);
    }
  }

  @Test
  void trunkAndTailGiveWhatTheWholeGives() {
    Network network = block();
    Weights weights = RandomWeights.of(network, 1);
    Network.Cut cut = network.cut("0_bn");
    FloatBuffer images = random(5 * 3 * 9 * 7, 2);
    try (OnnxSession whole = OnnxSession.open(network, weights, OPTIONS);
        OnnxSession trunk = OnnxSession.open(cut.trunk(), weights, OPTIONS);
        OnnxSession tail = OnnxSession.open(cut.tail(), weights, OPTIONS)) {
      float[][] boundary = trunk.run(5, images.duplicate());
      assertThat(boundary).hasNumberOfRows(2);
      float[][] result = tail.run(5, FloatBuffer.wrap(boundary[0]), FloatBuffer.wrap(boundary[1]));
      assertThat(result[0]).containsExactly(whole.run(5, images.duplicate())[0], within(1e-5f));
    }
  }

  @Test
  void givesTheSameBitsFromManyThreadsAndInAnyBatch() {
    Network network = block();
    int sample = 3 * 9 * 7;
    FloatBuffer images = random(8 * sample, 3);
    try (OnnxSession session = OnnxSession.open(network, RandomWeights.of(network, 1), OPTIONS)) {
      float[] serial = session.run(8, images.duplicate())[0];
      IntStream.range(0, 64)
          .parallel()
          .forEach(
              i -> {
                int k = i % 8;
                float[] one = session.run(1, images.slice(k * sample, sample))[0];
                assertThat(one).containsExactly(Arrays.copyOfRange(serial, 4 * k, 4 * k + 4));
              });
    }
  }

  @Test
  void anInputOrADropoutCanBeAnOutput() {
    Network network =
        Network.builder("x", Shape.vector(2)).dropout("drop", 0.5).rescale("scaled", 2, 1).build();
    try (OnnxSession session =
        OnnxSession.open(network.upTo("x", "drop", "scaled"), Weights.empty(), OPTIONS)) {
      float[][] result = session.run(1, FloatBuffer.wrap(new float[] {3, 4}));
      assertThat(result).isDeepEqualTo(new float[][] {{3, 4}, {3, 4}, {7, 9}});
    }
  }

  @Test
  void refusesWrongInputAndUseAfterClosing() {
    Network network = block();
    OnnxSession session = OnnxSession.open(network, RandomWeights.of(network, 1), OPTIONS);
    assertThatThrownBy(() -> session.run(2, FloatBuffer.allocate(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Input 'x' reads 2 samples of 3x9x7, which is 378 values, not 5.");
    session.close();
    session.close();
    assertThatThrownBy(() -> session.run(1, FloatBuffer.allocate(189)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void refusesMissingAndMisshapenWeights() {
    Network network = block();
    Weights weights = RandomWeights.of(network, 1);
    assertThatThrownBy(
            () -> OnnxSession.open(network, weights.filter(it -> !it.equals("0/bias")), OPTIONS))
        .hasMessage("No weight tensor '0/bias'. Did you mean '1/bias'?");
    Weights wrong =
        weights.with(
            Weights.builder().put("1/bias", weights.get("1/bias").reshape(List.of(2, 4))).build());
    assertThatThrownBy(() -> OnnxSession.open(network, wrong, OPTIONS))
        .hasMessage("Weight tensor '1/bias' has shape [8], not [2, 4].");
  }
}
