package org.finetune4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightsTest {
  private static final Tensor KERNEL = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
  private static final Tensor BIAS = Tensor.of(new float[] {7, 8, 9}, 3);
  private static final Weights WEIGHTS =
      Weights.builder().put("dense/kernel", KERNEL).put("dense/bias", BIAS).build();

  @Test
  void readsLittleEndianBytesInPlace() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(20).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(8, 1.5f).putFloat(12, -2f);
    Tensor tensor = Tensor.wrap(bytes.position(8).limit(16), List.of(2));
    assertThat(tensor.toArray()).containsExactly(1.5f, -2f);
    assertThat(tensor).isEqualTo(Tensor.of(new float[] {1.5f, -2f}, 2));
  }

  @Test
  void isNotChangedFromOutside() {
    float[] values = {1};
    Tensor tensor = Tensor.of(values, 1);
    values[0] = 2;
    tensor.toArray()[0] = 3;
    assertThat(tensor.toArray()).containsExactly(1);
    assertThat(tensor.values().isReadOnly()).isTrue();
  }

  @Test
  void refusesAShapeThatDoesNotFit() {
    assertThatThrownBy(() -> Tensor.of(new float[5], 2, 3))
        .hasMessage("A float32 tensor of shape [2, 3] has 24 bytes, not 20.");
    assertThatThrownBy(() -> Tensor.of(new float[5], 1 << 20, 1 << 20, 1 << 20, 1 << 20))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void seesNumbersThatAreNone() {
    assertThat(KERNEL.hasNonFinite()).isFalse();
    assertThat(Tensor.of(new float[] {1, Float.NaN}, 2).hasNonFinite()).isTrue();
    assertThat(Tensor.of(new float[] {Float.NEGATIVE_INFINITY}, 1).hasNonFinite()).isTrue();
  }

  @Test
  void fingerprintKnowsNamesShapesAndValues() {
    Weights other = Weights.builder().put("dense/kernel", KERNEL).put("dense/bias", BIAS).build();
    assertThat(WEIGHTS.sha256()).isEqualTo(other.sha256()).hasSize(64);
    assertThat(WEIGHTS).isEqualTo(other);
    Tensor turned = KERNEL.reshape(List.of(3, 2));
    Tensor changed = Tensor.of(new float[] {1, 2, 3, 4, 5, 6.000001f}, 2, 3);
    for (Tensor tensor : List.of(turned, changed)) {
      assertThat(WEIGHTS.with(Weights.builder().put("dense/kernel", tensor).build()).sha256())
          .isNotEqualTo(WEIGHTS.sha256());
    }
    assertThat(Weights.builder().put("x", BIAS).build().sha256())
        .isNotEqualTo(Weights.builder().put("y", BIAS).build().sha256());
  }

  @Test
  void filtersAndJoins() {
    Weights bias = WEIGHTS.filter(name -> name.endsWith("bias"));
    assertThat(bias.names()).containsExactly("dense/bias");
    assertThat(Weights.empty().with(bias)).isEqualTo(bias);
    assertThat(WEIGHTS.parameterCount()).isEqualTo(9);
  }

  @Test
  void namesTheNearestTensor() {
    assertThatThrownBy(() -> WEIGHTS.get("dense/kernal"))
        .hasMessage("No weight tensor 'dense/kernal'. Did you mean 'dense/kernel'?");
    assertThatThrownBy(() -> Weights.builder().put("a", BIAS).put("a", BIAS))
        .hasMessage("Weight tensor 'a' stands twice.");
  }
}
