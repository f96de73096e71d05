package org.finetune4j.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.testing.Near.near;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.finetune4j.engine.onnx.graph.OnnxWriter;
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
      assertThat(result[0]).satisfies(near(whole.run(5, images.duplicate())[0], 1e-5));
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
  void sixteenThreadsGiveTheBitsOfOne() throws Exception {
    Network network = block();
    FloatBuffer images = random(4 * 3 * 9 * 7, 5);
    try (OnnxSession session = OnnxSession.open(network, RandomWeights.of(network, 1), OPTIONS)) {
      float[] serial = session.run(4, images.duplicate())[0];
      ExecutorService threads = Executors.newFixedThreadPool(16);
      try {
        Callable<float[]> call = () -> session.run(4, images.duplicate())[0];
        for (Future<float[]> result : threads.invokeAll(Collections.nCopies(400, call))) {
          assertThat(result.get()).containsExactly(serial);
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  @Test
  void readsBuffersOfEveryKind() {
    Network network = block();
    int sample = 3 * 9 * 7;
    FloatBuffer heap = random(sample, 4);
    try (OnnxSession session = OnnxSession.open(network, RandomWeights.of(network, 1), OPTIONS)) {
      float[] expected = session.run(1, heap)[0];
      assertThat(heap.remaining()).isEqualTo(sample);
      for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
        FloatBuffer direct =
            ByteBuffer.allocateDirect((sample + 5) * Float.BYTES).order(order).asFloatBuffer();
        direct.position(3).put(heap.duplicate()).flip().position(3);
        assertThat(session.run(1, direct)[0]).containsExactly(expected);
        assertThat(session.run(1, direct.asReadOnlyBuffer())[0]).containsExactly(expected);
      }
      assertThat(session.run(1, heap.asReadOnlyBuffer())[0]).containsExactly(expected);
    }
  }

  @Test
  void weightsInNativeMemoryGiveTheSameAsOnTheHeap() {
    Network network = block();
    Weights heap = RandomWeights.of(network, 1);
    Weights.Builder mapped = Weights.builder();
    heap.tensors()
        .forEach(
            (name, tensor) -> {
              // One byte off, as tensors inside a file may lie.
              ByteBuffer bytes = ByteBuffer.allocateDirect(tensor.size() * Float.BYTES + 1);
              bytes.position(1).put(tensor.bytes()).position(1);
              mapped.put(name, Tensor.wrap(bytes, tensor.shape()));
            });
    FloatBuffer image = random(3 * 9 * 7, 4);
    try (OnnxSession first = OnnxSession.open(network, heap, OPTIONS);
        OnnxSession second = OnnxSession.open(network, mapped.build(), OPTIONS)) {
      assertThat(second.run(1, image)[0]).containsExactly(first.run(1, image)[0]);
    }
  }

  /** A file that ONNX Runtime reads by itself, as other languages do. */
  @Test
  void theFileComputesWhatTheSessionComputes() throws Exception {
    Network network = block();
    Weights weights = RandomWeights.of(network, 1);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    OnnxWriter.write(network, weights, file);
    FloatBuffer images = random(2 * 3 * 9 * 7, 4);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OnnxSession session = OnnxSession.open(network, weights, OPTIONS);
        OrtSession plain = environment.createSession(file.toByteArray());
        OnnxTensor x = OnnxTensor.createTensor(environment, images, new long[] {2, 3, 9, 7});
        OrtSession.Result result = plain.run(Map.of("x", x))) {
      OnnxTensor top = (OnnxTensor) result.get("top").orElseThrow();
      assertThat(top.getInfo().getShape()).containsExactly(2, 4);
      assertThat(top.getFloatBuffer().array()).containsExactly(session.run(2, images)[0]);
    }
  }

  /** Keras's floor under the deviation, at a channel that does not vary. */
  @Test
  void aConstantChannelIsStandardisedExactly() {
    for (Shape shape : List.of(Shape.vector(2), Shape.map(2, 1, 1))) {
      Network network = Network.builder("x", shape).normalization("n").build();
      Weights weights =
          Weights.builder()
              .put("n/mean", Tensor.of(new float[] {0.3f, 1}, 2))
              .put("n/variance", Tensor.of(new float[] {0, 4}, 2))
              .build();
      try (OnnxSession session = OnnxSession.open(network, weights, OPTIONS)) {
        float[] result = session.run(2, FloatBuffer.wrap(new float[] {0.3f, 1, 0.3f, 5}))[0];
        assertThat(result).containsExactly(0, 0, 0, 2);
      }
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
    assertThatThrownBy(() -> session.run(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The network reads at least 1 sample through 1 inputs [x], not 1 through 0.");
    assertThatThrownBy(() -> session.run(0, FloatBuffer.allocate(0)))
        .isInstanceOf(IllegalArgumentException.class);
    session.close();
    session.close();
    assertThatThrownBy(() -> session.run(1, FloatBuffer.allocate(189)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void closingWaitsForTheCallsThatRun() throws Exception {
    Network network = block();
    Weights weights = RandomWeights.of(network, 1);
    FloatBuffer images = random(64 * 3 * 9 * 7, 6);
    for (int k = 0; k < 20; k++) {
      OnnxSession session = OnnxSession.open(network, weights, OPTIONS);
      float[] expected = session.run(64, images.duplicate())[0];
      CountDownLatch running = new CountDownLatch(4);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        Callable<Void> calls =
            () -> {
              running.countDown();
              while (true) {
                assertThat(session.run(64, images.duplicate())[0]).containsExactly(expected);
              }
            };
        List<Future<Void>> results =
            IntStream.range(0, 4).mapToObj(i -> threads.submit(calls)).toList();
        running.await();
        session.close();
        for (Future<Void> result : results) {
          assertThatThrownBy(result::get)
              .hasCauseInstanceOf(IllegalStateException.class)
              .hasMessageContaining(
                  "The classifier or backbone is closed and cannot run any more.");
        }
      } finally {
        threads.shutdownNow();
      }
    }
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
