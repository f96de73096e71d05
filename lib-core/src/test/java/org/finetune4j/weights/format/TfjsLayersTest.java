package org.finetune4j.weights.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.weights.format.Samples.floats;
import static org.finetune4j.weights.format.Samples.numbered;
import static org.finetune4j.weights.format.Samples.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.weights.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TfjsLayersTest {
  private static final String MANIFEST =
      """
      {"paths":["a1","a2"],"weights":[
        {"name":"bn/gamma","shape":[2],"dtype":"float32"},
        {"name":"conv/kernel","shape":[1,1,2,3],"dtype":"float32"},
        {"name":"conv/bias","shape":[3],"dtype":"float32"}]}""";
  private static final String CONFIG =
      """
      {"class_name":"Model","config":{"name":"m","layers":[
        {"class_name":"Conv2D","name":"conv","config":{"name":"conv","filters":3,"bias":null}},
        {"class_name":"BatchNormalization","name":"bn","config":{"name":"bn","epsilon":0.001}}]}}""";

  @TempDir Path folder;

  @BeforeEach
  void writeShards() {
    byte[] bytes = floats(numbered(0, 2), numbered(1, 1, 1, 2, 3), numbered(2, 3));
    write(folder, "a1", Arrays.copyOf(bytes, 17)); // the kernel lies in both
    write(folder, "a2", Arrays.copyOfRange(bytes, 17, bytes.length));
  }

  @Test
  void readsShardsAsOneRunInTheOrderOfTheDescription() throws IOException {
    WeightFile file = read("{\"model_config\":" + CONFIG + "}", MANIFEST);
    assertThat(file.layers())
        .containsExactly(
            new StoredLayer(
                "conv",
                List.of(
                    new StoredTensor("conv/kernel", numbered(1, 1, 1, 2, 3)),
                    new StoredTensor("conv/bias", numbered(2, 3)))),
            new StoredLayer("bn", List.of(new StoredTensor("bn/gamma", numbered(0, 2)))));
    assertThat(file.config().orElseThrow().epsilon("bn")).hasValue(0.001);
    assertThat(WeightFile.read(folder)).isEqualTo(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"null", "{}", "{\"keras_version\":\"2\"}"})
  void readsFilesWithoutDescription(String topology) throws IOException {
    WeightFile file = read(topology, MANIFEST);
    assertThat(file.config()).isEmpty();
    assertThat(file.layers()).extracting(StoredLayer::name).containsExactly("bn", "conv");
  }

  @Test
  void undoesQuantisation() throws IOException {
    write(folder, "q", new byte[] {0, 1, -1, 0, 1, -1, -1, 0, 0x3c});
    WeightFile file =
        read(
            "{}",
            """
            {"paths":["q"],"weights":[
              {"name":"d/kernel","shape":[3,1],"dtype":"float32",
               "quantization":{"dtype":"uint8","scale":0.5,"min":-1.0,"original_dtype":"float32"}},
              {"name":"d/none","shape":[0],"dtype":"float32",
               "quantization":{"dtype":"uint8","scale":0.5,"min":-1.0}},
              {"name":"d/bias","shape":[2],"dtype":"float32",
               "quantization":{"dtype":"uint16","scale":2.0,"min":3.0}},
              {"name":"d/extra","shape":[1],"dtype":"float32",
               "quantization":{"dtype":"float16"}}]}""");
    assertThat(file.layer("d").tensors())
        .extracting(StoredTensor::tensor)
        .containsExactly(
            Tensor.of(new float[] {-1, -0.5f, 126.5f}, 3, 1),
            Tensor.of(new float[0], 0),
            Tensor.of(new float[] {3 + 2 * 256, 3 + 2 * 65535}, 2),
            Tensor.of(new float[] {1}, 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a1 | gone | its shard 'gone' is missing beside it",
        "a1 | ../a2 | its shard '../a2' does not lie beside it",
        "a1 | /etc/passwd | its shard '/etc/passwd' does not lie beside it",
        "a1 | a2\",\"a2 | its shard 'a2' is named twice",
      })
  void refusesShardsThatDoNotFit(String one, String other, String why) {
    String manifest = MANIFEST.replace("\"a1\",\"a2\"", "\"" + one + "\",\"" + other + "\"");
    assertThatThrownBy(() -> read("{}", manifest))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot read weights from " + folder.resolve("model.json") + ": " + why + ".");
  }

  @Test
  void refusesAShardThatIsCutShort() {
    write(folder, "a2", new byte[20]);
    assertThatThrownBy(() -> read("{}", MANIFEST))
        .hasMessageEndingWith(
            "'conv/bias' takes 12 bytes, but the shards have 5 left; one is missing or cut short.");
  }

  @Test
  void refusesOtherJson() {
    assertThatThrownBy(() -> WeightFile.read(write(folder, "x.json", "{\"name\": \"x\"}")))
        .hasMessageEndingWith("it is no TensorFlow.js model: it has no weightsManifest.");
    assertThatThrownBy(() -> WeightFile.read(write(folder, "x.json", "{\"weightsManifest\": [")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its JSON is damaged");
  }

  private WeightFile read(String topology, String manifest) throws IOException {
    return WeightFile.read(
        write(
            folder,
            "model.json",
            "{\"modelTopology\":%s,\"weightsManifest\":[%s]}".formatted(topology, manifest)));
  }
}
