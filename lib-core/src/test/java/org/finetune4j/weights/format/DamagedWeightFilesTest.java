package org.finetune4j.weights.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.weights.format.Samples.floats;
import static org.finetune4j.weights.format.Samples.numbered;
import static org.finetune4j.weights.format.Samples.resource;
import static org.finetune4j.weights.format.Samples.safetensors;
import static org.finetune4j.weights.format.Samples.write;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cut, flipped and overwritten files are read or refused with an IOException, soon. */
@Timeout(120) // ends what hangs; nothing here is measured
class DamagedWeightFilesTest {
  private static final int MUTATIONS = Boolean.getBoolean("finetune4j.thorough") ? 1000 : 100;
  private static final int STRUCTURES = 4096;

  @TempDir Path folder;
  private final Random random = new Random(42);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keras-2016.h5",
        "keras-2.h5",
        "keras-3-model.h5",
        "keras-3.keras",
        "chunked-gzip.h5"
      })
  void hdf5(String name) throws IOException {
    mutate(Files.readAllBytes(resource(name)), "x.h5");
  }

  @Test
  void safetensorsFiles() throws IOException {
    String header =
        """
        {"fc.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},
         "layer1.0.conv.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}""";
    mutate(safetensors(header, floats(numbered(0, 2, 3), numbered(1, 2))), "x.safetensors");
  }

  @Test
  void tensorFlowJs() throws IOException {
    write(folder, "a", floats(numbered(0, 2), numbered(1, 1, 1, 2, 3)));
    String json =
        """
        {"modelTopology":{"model_config":{"class_name":"Model","config":{"layers":[
          {"class_name":"BatchNormalization","config":{"name":"bn","epsilon":0.001}}]}}},
         "weightsManifest":[{"paths":["a"],"weights":[
          {"name":"bn/gamma","shape":[2],"dtype":"float32"},
          {"name":"conv/kernel","shape":[1,1,2,3],"dtype":"float32"}]}]}""";
    mutate(json.getBytes(StandardCharsets.UTF_8), "model.json");
  }

  private void mutate(byte[] whole, String name) throws IOException {
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Path file = write(folder, name, mutation(whole));
      try {
        WeightFile.read(file);
      } catch (IOException documented) {
        assertThat(documented).hasMessageContaining(file.toString());
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 10, MUTATIONS);
  }

  private byte[] mutation(byte[] whole) {
    int kind = random.nextInt(4);
    if (kind == 0) {
      return Arrays.copyOf(whole, random.nextInt(whole.length));
    }
    byte[] bytes = whole.clone();
    int range = kind == 1 ? bytes.length : Math.min(bytes.length, STRUCTURES);
    for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
      int at = random.nextInt(range);
      bytes[at] =
          kind == 2 ? (byte) (bytes[at] ^ (1 << random.nextInt(8))) : (byte) random.nextInt(256);
    }
    return bytes;
  }
}
