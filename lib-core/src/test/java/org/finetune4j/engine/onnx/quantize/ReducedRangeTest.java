package org.finetune4j.engine.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.finetune4j.network.Network;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

/**
 * Processors without VNNI multiply unsigned by signed bytes and add two products at a time in 16
 * bits, which stop at 32,767 ({@code vpmaddubsw}). What runs there must never reach that.
 */
class ReducedRangeTest {
  private static final int BRIGHTEST = 255;

  private final Network network = EightBitNetwork.of();
  private final Weights weights = RandomWeights.of(network, 4);

  /** Returns the largest sum of two products of a kernel's neighbours in any order. */
  private int largestSum(int largestLevel) {
    Map<String, Levels> levels = new LinkedHashMap<>();
    FoldedNetwork.of(network)
        .plan()
        .calibrated()
        .forEach(value -> levels.put(value, new Levels(0.05f, 0)));
    QuantizedModel model = new Quantization(levels, Set.of(), largestLevel).apply(network, weights);
    int largest = 0;
    for (Map.Entry<String, ByteBuffer> value : model.values().entrySet()) {
      if (value.getKey().endsWith("kernel/levels")) {
        ByteBuffer bytes = value.getValue().duplicate();
        int widest = 0;
        while (bytes.hasRemaining()) {
          widest = Math.max(widest, Math.abs(bytes.get()));
        }
        largest = Math.max(largest, 2 * BRIGHTEST * widest);
      }
    }
    return largest;
  }

  @Test
  void noTwoProductsOverflowInTheReducedRange() {
    assertThat(largestSum(Quantization.REDUCED_RANGE)).isEqualTo(2 * 255 * 63);
    assertThat(largestSum(Quantization.REDUCED_RANGE)).isLessThan(Short.MAX_VALUE);
    assertThat(largestSum(Quantization.FULL_RANGE)).isGreaterThan(Short.MAX_VALUE);
  }
}
