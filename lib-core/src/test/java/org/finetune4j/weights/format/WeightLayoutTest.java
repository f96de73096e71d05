package org.finetune4j.weights.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.finetune4j.weights.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightLayoutTest {
  @ParameterizedTest
  @CsvSource({"3, 2, 5, 7", "1, 1, 33, 17", "7, 7, 3, 64", "3, 3, 1, 1", "1, 7, 16, 48"})
  void movesAConvolution(int h, int w, int in, int out) {
    float[] stored = random(h * w * in * out);
    Tensor kernel = WeightLayout.KERAS.convolution(Tensor.of(stored, h, w, in, out));
    assertThat(kernel.shape()).containsExactly(out, in, h, w);
    float[] values = kernel.toArray();
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        for (int i = 0; i < in; i++) {
          for (int o = 0; o < out; o++) {
            assertThat(values[((o * in + i) * h + y) * w + x])
                .isEqualTo(stored[((y * w + x) * in + i) * out + o]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 3, 20, 1", "5, 3, 4, 3"})
  void movesADepthwiseConvolution(int h, int w, int channels, int multiplier) {
    float[] stored = random(h * w * channels * multiplier);
    Tensor kernel = WeightLayout.KERAS.depthwise(Tensor.of(stored, h, w, channels, multiplier));
    assertThat(kernel.shape()).containsExactly(channels * multiplier, 1, h, w);
    float[] values = kernel.toArray();
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        for (int c = 0; c < channels; c++) {
          for (int m = 0; m < multiplier; m++) {
            assertThat(values[((c * multiplier + m) * h + y) * w + x])
                .isEqualTo(stored[((y * w + x) * channels + c) * multiplier + m]);
          }
        }
      }
    }
  }

  @Test
  void movesTheInputsOfAFlattenedMap() {
    int h = 2;
    int w = 3;
    int channels = 4;
    int units = 5;
    float[] stored = random(h * w * channels * units);
    float[] values =
        WeightLayout.KERAS
            .denseAfterFlatten(Tensor.of(stored, h * w * channels, units), channels, h, w)
            .toArray();
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        for (int c = 0; c < channels; c++) {
          for (int u = 0; u < units; u++) {
            assertThat(values[((c * h + y) * w + x) * units + u])
                .isEqualTo(stored[((y * w + x) * channels + c) * units + u]);
          }
        }
      }
    }
  }

  @Test
  void turnsATorchLinearLayer() {
    Tensor stored = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor turned = Tensor.of(new float[] {1, 4, 2, 5, 3, 6}, 3, 2);
    assertThat(WeightLayout.TORCH.dense(stored)).isEqualTo(turned);
    assertThat(WeightLayout.TORCH.denseAfterFlatten(stored, 3, 1, 1)).isEqualTo(turned);
  }

  @Test
  void leavesWhatIsInOrderAsItIs() {
    Tensor kernel = Tensor.of(new float[4], 2, 2, 1, 1);
    assertThat(WeightLayout.TORCH.convolution(kernel)).isSameAs(kernel);
    assertThat(WeightLayout.TORCH.depthwise(kernel)).isSameAs(kernel);
    Tensor dense = Tensor.of(new float[4], 2, 2);
    assertThat(WeightLayout.KERAS.dense(dense)).isSameAs(dense);
    assertThat(WeightLayout.KERAS.denseAfterFlatten(dense, 2, 1, 1)).isSameAs(dense);
  }

  @Test
  void refusesOtherShapes() {
    Tensor vector = Tensor.of(new float[6], List.of(6));
    assertThatThrownBy(() -> WeightLayout.KERAS.convolution(vector))
        .hasMessage("The kernel of a convolution has 4 axes, but this is a Tensor[6].");
    Tensor dense = Tensor.of(new float[6], 3, 2);
    assertThatThrownBy(() -> WeightLayout.KERAS.denseAfterFlatten(dense, 2, 1, 1))
        .hasMessage(
            "A flattened map of 2 x 1 x 1 (channels, height, width) does not fit the 3 inputs of"
                + " Tensor[3, 2].");
  }

  private static float[] random(int size) {
    Random random = new Random(size);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }
}
