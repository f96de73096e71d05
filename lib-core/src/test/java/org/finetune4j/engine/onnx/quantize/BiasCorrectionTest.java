package org.finetune4j.engine.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.finetune4j.engine.onnx.Calibrator;
import org.finetune4j.engine.onnx.ObservedSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

/**
 * What rounding of weights adds to every picture alike, it must take off again: MobileNetV2 of
 * width 0.35 lost 8 points on enlarged thumbnails by that alone.
 */
class BiasCorrectionTest {
  private static final int PICTURES = 16;

  private final Network network =
      Network.builder("pixels", Shape.map(3, 12, 12))
          .convolution("expand", 16, Window.of(1), Activation.RELU6)
          .depthwiseConvolution("depthwise", Window.of(3), true)
          .activation("depthwise_relu", Activation.RELU6)
          .convolution("project", 8, 1)
          .globalAveragePool("mean")
          .build();

  /** One channel is dead, and the weights that read it are large, as folded norms make them. */
  private Weights weights() {
    Weights random = RandomWeights.of(network, 3);
    float[] bias = random.get("depthwise/bias").toArray();
    bias[5] = -1000;
    float[] project = random.get("project/kernel").toArray();
    for (int filter = 0; filter < 8; filter++) {
      project[filter * 16 + 5] = 60;
    }
    Weights.Builder all = Weights.builder();
    random
        .tensors()
        .forEach(
            (name, tensor) ->
                all.put(
                    name,
                    switch (name) {
                      case "depthwise/bias" -> Tensor.of(bias, tensor.shape());
                      case "project/kernel" -> Tensor.of(project, tensor.shape());
                      default -> tensor;
                    }));
    return all.build();
  }

  private static FloatBuffer picture(int seed) {
    Random random = new Random(seed);
    float[] pixels = new float[3 * 12 * 12];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat() * 2 - 0.5f;
    }
    return FloatBuffer.wrap(pixels);
  }

  private static final Calibrator.Pictures SEEN =
      new Calibrator.Pictures() {
        @Override
        public int count() {
          return PICTURES;
        }

        @Override
        public FloatBuffer get(int index) {
          return picture(index);
        }
      };

  /** Returns the mean of each feature over pictures that did not calibrate. */
  private double[] means(QuantizedModel model) {
    double[] means = new double[8];
    try (ObservedSession session =
        ObservedSession.open(
            network.inputs().get(0),
            model.graph(),
            model.values(),
            Set.of("mean"),
            RuntimeOptions.standard())) {
      for (int i = 0; i < PICTURES; i++) {
        FloatBuffer seen = Objects.requireNonNull(session.run(picture(100 + i)).get("mean"));
        for (int k = 0; k < means.length; k++) {
          means[k] += seen.get(seen.position() + k) / PICTURES;
        }
      }
    }
    return means;
  }

  @Test
  void featuresStayWhereTheyAreOnAverage() throws IOException {
    Weights weights = weights();
    Quantization how =
        Calibrator.calibrate(network, weights, SEEN, RuntimeOptions.standard())
            .quantization(ValueRange::minMax, Quantization.FULL_RANGE);
    FoldedNetwork exact = FoldedNetwork.of(network);
    double[] expected = means(new QuantizedModel(exact.graph(), exact.values(weights)));
    double[] rounded = means(how.apply(network, weights));

    double largest = 0;
    double worst = 0;
    for (int k = 0; k < expected.length; k++) {
      largest = Math.max(largest, Math.abs(expected[k]));
      worst = Math.max(worst, Math.abs(rounded[k] - expected[k]));
    }
    assertThat(worst).isLessThan(0.01 * largest);
  }
}
