package org.finetune4j.backbone.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;
import org.finetune4j.weights.format.WeightLayout;
import org.junit.jupiter.api.Test;

class TensorReaderTest {
  /** A map of 2 channels, 1 row, 2 columns; Keras flattens it column by column, channels last. */
  private static List<Float> kernel(boolean twice) throws IOException {
    NetworkBuilder builder = Network.builder(Shape.map(2, 1, 2)).flatten("flat");
    if (twice) {
      builder.flatten("again");
    }
    Network network = builder.dense("out", 1, Activation.LINEAR).build();
    StoredLayer stored =
        new StoredLayer(
            "out",
            List.of(
                new StoredTensor("out/kernel:0", Tensor.of(new float[] {1, 2, 3, 4}, 4, 1)),
                new StoredTensor("out/bias:0", Tensor.of(new float[] {0}, 1))));
    Tensor tensor =
        new TensorReader("'x'", network, WeightLayout.KERAS)
            .read("out", stored)
            .values()
            .iterator()
            .next();
    float[] values = tensor.toArray();
    return List.of(values[0], values[1], values[2], values[3]);
  }

  @Test
  void rowsOfAFlattenedMapComeInOurOrder() throws IOException {
    assertThat(kernel(false)).containsExactly(1f, 3f, 2f, 4f);
  }

  @Test
  void flatteningAVectorOnceMoreChangesNothing() throws IOException {
    assertThat(kernel(true)).containsExactly(1f, 3f, 2f, 4f);
  }
}
