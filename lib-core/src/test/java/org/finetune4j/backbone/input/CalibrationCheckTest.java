package org.finetune4j.backbone.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.finetune4j.engine.onnx.Calibrator;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.RandomWeights;
import org.junit.jupiter.api.Test;

class CalibrationCheckTest {
  private final AtomicInteger reads = new AtomicInteger();

  private Calibrator.Pictures noise() {
    return new Calibrator.Pictures() {
      @Override
      public int count() {
        return 16;
      }

      @Override
      public FloatBuffer get(int index) {
        reads.incrementAndGet();
        Random random = new Random(index);
        float[] pixels = new float[3 * 12 * 12];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = random.nextInt(256);
        }
        return FloatBuffer.wrap(pixels);
      }
    };
  }

  @Test
  void everyPictureIsReadOnce() throws IOException {
    Network network =
        Network.builder("pixels", Shape.map(3, 12, 12))
            .convolution("stem", 4, Window.of(3), false)
            .batchNormalization("stem_bn", 1e-3)
            .globalAveragePool("mean")
            .build();

    assertThat(CalibrationCheck.of(network, RandomWeights.of(network, 1), noise(), true))
        .singleElement()
        .asString()
        .contains("noise or line drawings");
    assertThat(reads).hasValue(16);
  }
}
