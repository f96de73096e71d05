package org.finetune4j.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.testing.Near.near;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

class SampleSharingTest {
  @Test
  void everySampleIsInOnePieceThatIsNotTooLarge() {
    for (int threads = 1; threads <= 5; threads++) {
      for (int limit = 1; limit <= 6; limit++) {
        for (int samples = 1; samples <= 23; samples++) {
          int most = limit;
          AtomicIntegerArray times = new AtomicIntegerArray(samples);
          new SampleSharing(threads, limit)
              .run(
                  samples,
                  (first, count) -> {
                    assertThat(count).isBetween(1, most);
                    IntStream.range(first, first + count).forEach(times::incrementAndGet);
                  });
          assertThat(times).hasToString(Arrays.toString(ones(samples)));
        }
      }
    }
  }

  private static int[] ones(int count) {
    return IntStream.generate(() -> 1).limit(count).toArray();
  }

  @Test
  void aFailureEndsTheCallAndWhatWasNotBegunIsLeftOut() {
    AtomicInteger begun = new AtomicInteger();
    SampleSharing sharing = new SampleSharing(3, 1);
    assertThatThrownBy(
            () ->
                sharing.run(
                    1000,
                    (first, count) -> {
                      begun.incrementAndGet();
                      throw new OutOfMemoryError("piece");
                    }))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("piece");
    assertThat(begun).hasValueLessThanOrEqualTo(3);
    sharing.run(6, (first, count) -> begun.addAndGet(100));
    assertThat(begun).hasValueGreaterThanOrEqualTo(300);
  }

  @Test
  void callsInsideCallsAndManyAtOnceEnd() {
    SampleSharing sharing = new SampleSharing(4, 1);
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, 32)
        .parallel()
        .forEach(
            call ->
                sharing.run(
                    8, (first, count) -> sharing.run(8, (at, one) -> done.incrementAndGet())));
    assertThat(done).hasValue(32 * 8 * 8);
  }

  @Test
  void denseLayersGetLargerPiecesThanConvolutions() {
    Network convolutions =
        Network.builder("x", Shape.map(3, 32, 32))
            .convolution("c", 8, Window.of(3).same())
            .globalAveragePool("pool")
            .build();
    Network dense = Network.builder("x", Shape.vector(64)).dense("d", 32).build();
    assertThat(SampleSharing.of(convolutions, 2).samplesPerPiece()).isEqualTo(2);
    assertThat(SampleSharing.of(dense, 2).samplesPerPiece()).isEqualTo(200);
  }

  @Test
  void aBatchOfAnySizeGivesWhatItsSamplesGive() {
    Network network =
        Network.builder("x", Shape.map(2, 5, 6))
            .convolution("c", 4, Window.of(3).stride(2).same())
            .relu("r")
            .flatten()
            .dense("d", 3)
            .build()
            .upTo("r", "d");
    Weights weights = RandomWeights.of(network, 3);
    int size = 2 * 5 * 6;
    Random random = new Random(4);
    FloatBuffer heap = FloatBuffer.allocate(20 * size);
    for (int i = 0; i < heap.capacity(); i++) {
      heap.put(i, (float) random.nextGaussian());
    }
    FloatBuffer direct =
        ByteBuffer.allocateDirect(heap.capacity() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer()
            .put(0, heap, 0, heap.capacity());
    try (OnnxSession alone = OnnxSession.open(network, weights, new RuntimeOptions(1, false));
        OnnxSession shared = OnnxSession.open(network, weights, new RuntimeOptions(3, false))) {
      for (int samples = 1; samples <= 17; samples++) {
        for (FloatBuffer source : new FloatBuffer[] {heap, direct}) {
          // Neither begins at 0: a piece is counted from the buffer's position.
          FloatBuffer batch = source.duplicate().limit((samples + 2) * size).position(2 * size);
          float[][] together = shared.run(samples, batch);
          for (int k = 0; k < samples; k++) {
            float[][] one = alone.run(1, heap.slice((2 + k) * size, size));
            for (int output = 0; output < 2; output++) {
              int length = one[output].length;
              assertThat(Arrays.copyOfRange(together[output], k * length, (k + 1) * length))
                  .satisfies(near(one[output], 1e-5));
            }
          }
          assertThat(batch.remaining()).isEqualTo(samples * size);
        }
      }
    }
  }
}
