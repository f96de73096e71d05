package org.finetune4j.weights.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.weights.format.Samples.floats;
import static org.finetune4j.weights.format.Samples.numbered;
import static org.finetune4j.weights.format.Samples.safetensors;
import static org.finetune4j.weights.format.Samples.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.weights.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  private static final byte[] NUMBERS = floats(numbered(0, 2, 3), numbered(1, 2));

  @TempDir Path folder;

  @Test
  void readsLayersInTheOrderOfTheirNumbers() throws IOException {
    WeightFile file =
        read(
            """
            {"fc.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},
             "__metadata__":{"format":"pt"},
             "layer1.0.conv.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}\s\s""",
            NUMBERS);
    assertThat(file.layout()).isEqualTo(WeightLayout.TORCH);
    assertThat(file.layers())
        .containsExactly(
            new StoredLayer(
                "layer1.0.conv",
                List.of(new StoredTensor("layer1.0.conv.weight", numbered(0, 2, 3)))),
            new StoredLayer("fc", List.of(new StoredTensor("fc.bias", numbered(1, 2)))));
    assertThat(file.layer("fc").tensors().get(0).role()).isEqualTo("bias");
  }

  @Test
  void readsHalfPrecisionAndCounters() throws IOException {
    byte[] numbers = {
      0,
      0x3c,
      0,
      (byte) 0xc0,
      1,
      0,
      (byte) 0xff,
      0x7b, // 1, -2, 2^-24, 65504
      (byte) 0x80,
      0x3f,
      0x49,
      0x40, // 1, 3.140625
      9,
      0,
      0,
      0,
      0,
      0,
      0,
      0
    };
    WeightFile file =
        read(
            """
            {"a.half":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},
             "a.brain":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},
             "a.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[12,20]}}""",
            numbers);
    assertThat(file.layer("a").tensors())
        .extracting(StoredTensor::tensor)
        .containsExactly(
            Tensor.of(new float[] {1, -2, 0x1p-24f, 65504}, 4),
            Tensor.of(new float[] {1, 3.140625f}, 2),
            Tensor.of(new float[] {9}));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "F64 | [2,2] | [0,32] | 'a' holds F64, weights are F32, F16 or BF16",
        "F32 | [2,2] | [0,32] | 'a' F32[2, 2] does not fit its data_offsets [0,32]",
        "F32 | [8] | [8,40] | 'a' begins at byte 8 of the numbers, not at 0",
        "F32 | [4] | [0,16] | it has 32 bytes of numbers, its header accounts for 16",
        "F32 | [-8] | [0,32] | the shape of 'a' is no list of sizes: [-8]",
        "F32 | [8] | [0] | 'a' has no data_offsets [begin, end]: [0]",
        "I32 | [8] | [0,32] | 'a' [8] holds integers (INT32), weights are float32",
      })
  void refusesHeadersThatLie(String dtype, String shape, String offsets, String why) {
    String header =
        "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(dtype, shape, offsets);
    assertThatThrownBy(() -> read(header, NUMBERS))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot read weights from " + folder.resolve("x.safetensors") + ": " + why + ".");
  }

  @Test
  void refusesATensorThatStandsTwice() {
    String entry = "\"a\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]}";
    assertThatThrownBy(() -> read("{" + entry + "," + entry + "}", NUMBERS))
        .hasMessageContaining("Duplicate field 'a'");
  }

  @Test
  void refusesAHeaderLongerThanTheFile() {
    byte[] bytes = safetensors("{}", new byte[0]);
    bytes[3] = 1;
    assertThatThrownBy(() -> WeightFile.read(write(folder, "x.safetensors", bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("its header is said to have 16777218 bytes.");
  }

  private WeightFile read(String header, byte[] numbers) throws IOException {
    return WeightFile.read(write(folder, "x.safetensors", safetensors(header, numbers)));
  }
}
