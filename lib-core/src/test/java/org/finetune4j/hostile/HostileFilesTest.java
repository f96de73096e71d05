package org.finetune4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune4j.testing.ChildProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of every kind whose structure, and not only whose bytes, was changed, read in JVMs with 512
 * MB of heap: each is accepted, and then works, or is refused with what is documented, within five
 * seconds. 40,000 of them in the profile {@code thorough}, a few hundred otherwise. What fails
 * names its seed and number, which give the same file again.
 */
class HostileFilesTest {
  private static final int SEED = 20261126;
  private static final int MEGABYTES = 512;
  private static final int SECONDS = 1800;
  private static final Pattern RESULT = Pattern.compile("(\\d+) files, (\\d+) accepted");

  @TempDir Path folder;

  @Test
  void aFewOfEveryKindAreReadOrRefused() throws IOException {
    int each = 20;
    List<String> kinds =
        List.of(
            "bundles",
            "int8",
            "models",
            "onnx",
            "records",
            "archives",
            "lists",
            "hdf5",
            "keras",
            "tfjs",
            "safetensors",
            "dl4j",
            "pictures",
            "webp",
            "caches",
            "indexes",
            "checkpoints");
    assertSound(kinds.stream().map(kind -> kind + ":0:" + each).toList());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "bundles, 4000",
    "int8, 3000",
    "models, 3000",
    "onnx, 4000",
    "records, 1000",
    "archives, 1000",
    "lists, 1000",
    "hdf5, 3000",
    "keras, 2000",
    "tfjs, 2000",
    "safetensors, 1500",
    "dl4j, 1500",
    "pictures, 10000",
    "webp, 10000",
    "caches, 1000",
    "indexes, 1000",
    "checkpoints, 1000"
  })
  void manyAreReadOrRefused(String kind, int count) throws IOException {
    assumeTrue(Boolean.getBoolean("finetune4j.thorough"), "takes minutes; profile thorough");
    Matcher result = RESULT.matcher(assertSound(List.of(kind + ":0:" + count)));
    assertThat(result.find()).isTrue();
    assertThat(Integer.parseInt(result.group(1))).isEqualTo(count);
    // Some must be accepted, or the mutations are too strong to reach what lies behind the checks.
    assertThat(Integer.parseInt(result.group(2))).isGreaterThan(count / 40);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"crafted-onnx", "crafted-weights", "crafted-pictures"})
  void whatWasThoughtOutIsReadOrRefused(String kind) throws IOException {
    int count =
        switch (kind) {
          case "crafted-onnx" -> CraftedOnnx.cases().count();
          case "crafted-weights" -> CraftedWeights.cases().count();
          default -> CraftedPictures.cases().count();
        };
    assertSound(List.of(kind + ":0:" + count));
  }

  private String assertSound(List<String> parts) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(folder.toString(), Integer.toString(SEED)));
    arguments.addAll(parts);
    ChildProcess child =
        ChildProcess.run(
            MEGABYTES, SECONDS, folder, Campaign.class, arguments.toArray(String[]::new));
    assertThat(child.exit()).as(child.output()).isZero();
    assertThat(child.output().lines().filter(line -> RESULT.matcher(line).find()))
        .hasSize(parts.size());
    return child.output();
  }
}
