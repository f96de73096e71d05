package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.FloatBuffer;
import org.finetune4j.architecture.transformer.VisionTransformer;
import org.finetune4j.backbone.verify.VerificationPicture;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.testing.RandomWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every architecture computes something at the smallest size that it promises, and just above. */
class MinimumSizeTest {
  private static final boolean THOROUGH = Boolean.getBoolean("finetune4j.thorough");

  /** Larger ones are the same blocks, wider or more of them, and take long to fill with numbers. */
  private static final long QUICK = 9_000_000;

  private static void run(Network network) {
    ImageSize size =
        new ImageSize(
            network.inputs().get(0).shape().width(), network.inputs().get(0).shape().height());
    FloatBuffer pixels = VerificationPicture.pixels(size);
    for (int i = 0; i < pixels.limit(); i++) {
      pixels.put(i, pixels.get(i) / 64 - 2);
    }
    try (OnnxSession session =
        OnnxSession.open(network, RandomWeights.of(network, 1), RuntimeOptions.standard())) {
      float[] activation = session.run(1, pixels)[0];
      assertThat(activation).hasSize(network.outputShape().elements());
      for (float value : activation) {
        assertThat(Float.isFinite(value)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void runsAtItsMinimumSize(Architecture architecture) {
    double alpha = architecture.hasWidths() ? 0.25 : 1;
    assumeTrue(
        THOROUGH || architecture.hasWidths() || architecture.publishedParameters(false) < QUICK,
        "takes a while: -Pthorough");
    ImageSize minimum = architecture.minimumInputSize();
    ImageSize odd = new ImageSize(minimum.width() + 2, minimum.height() + 1);
    run(architecture.network(minimum, alpha, false));
    if (architecture.blueprint() instanceof VisionTransformer transformer) {
      int patch = transformer.patch();
      odd = new ImageSize(minimum.width() + 2 * patch, minimum.height() + patch);
    }
    run(architecture.network(odd, alpha, false));
  }

  @Test
  void classifiersThatPoolRunAtTheirMinimumSizeToo() {
    run(Architecture.MOBILENET.network(ImageSize.square(32), 0.25, true));
    run(Architecture.MOBILENET_V3_SMALL.network(ImageSize.square(32), 0.25, true));
    run(Architecture.SQUEEZENET.network(ImageSize.square(32), true));
  }
}
