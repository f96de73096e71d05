package org.finetune4j.weights.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weight files that claim more than they hold, or make a reader do the same again and again. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClaimsTest {
  @TempDir Path folder;

  private void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> WeightFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cannot read weights from " + file)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "claims-absent-chunks.h5 | 'k' [20000, 20000] is larger than a file of",
        "claims-zeros-gzip.h5 | 'k' [20000, 20000] is larger than a file of",
        "claims-zeros-lzf.h5 | 'k' [20000, 20000] is larger than a file of",
        "claims-heap.h5 | attribute layer_names is longer than the file",
        "claims-names.h5 | a name stands twice in layer_names of '/'",
        "claims-linked-twice.weights.h5 | is linked twice",
      })
  void anHdf5FileIsHeldToItsLength(String file, String reason) {
    assertRefused(Samples.resource(file), reason);
  }

  @Test
  void aShardIsReadOnce() {
    Samples.write(folder, "shard.bin", new byte[4]);
    String paths =
        IntStream.range(0, 70_000).mapToObj(i -> "\"shard.bin\"").collect(Collectors.joining(","));
    Path model =
        Samples.write(
            folder,
            "model.json",
            "{\"weightsManifest\":[{\"paths\":[" + paths + "],\"weights\":[]}]}");
    assertRefused(model, "its shard 'shard.bin' is named twice");
    Path spelt =
        Samples.write(
            folder,
            "other.json",
            "{\"weightsManifest\":[{\"paths\":[\"shard.bin\"],\"weights\":[]},"
                + "{\"paths\":[\"./shard.bin\"],\"weights\":[]}]}");
    assertRefused(spelt, "its shard './shard.bin' is named twice");
  }

  @Test
  void aHeaderOfManyPartsIsRefusedBeforeItFillsTheMemory() {
    String header = "{\"a\":[" + "{},".repeat(5_000_000) + "{}]}";
    assertRefused(
        Samples.write(folder, "a.safetensors", Samples.safetensors(header, new byte[0])),
        "its JSON is damaged");
    String config = "{\"weightsManifest\":[" + "[],".repeat(5_000_000) + "[]]}";
    assertRefused(Samples.write(folder, "model.json", config), "its JSON is damaged");
  }

  @Test
  void whatIsNoWeightFileSaysWhatItIs() {
    assertRefused(
        Samples.write(folder, "x.onnx", new byte[] {8, 8, 18, 7, 'p', 'y', 't'}),
        "an ONNX file is a whole network");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPipeIsNotWaitedFor() throws Exception {
    Path pipe = folder.resolve("weights.h5");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeTrue(made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0, "mkfifo is needed");
    assertThatThrownBy(() -> WeightFile.read(pipe))
        .isInstanceOf(IOException.class)
        .hasMessage(pipe + " is no ordinary file.");
    assertThatThrownBy(() -> WeightFile.read(folder.resolve("absent.h5")))
        .isInstanceOf(IOException.class)
        .hasMessage(folder.resolve("absent.h5") + ": there is no such file");
    Files.delete(pipe);
  }
}
