package org.finetune4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.finetune4j.testing.ChildProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of every kind whose structure, and not only whose bytes, was changed, and files that were
 * thought out as attacks, read in JVMs with a small heap: each is accepted, and then works, or is
 * refused with what is documented, within five seconds, and the whole process never takes more than
 * 512 MB. All of them in the profile {@code thorough}, some of each kind otherwise. What fails
 * names its seed and number, which give the same file again.
 */
class HostileFilesTest {
  private static final boolean THOROUGH = Boolean.getBoolean("finetune4j.thorough");
  private static final int SEED = 20261126;

  /** ONNX Runtime, oneDNN and buffers outside of the heap take up to as much again. */
  private static final int MEGABYTES = 256;

  /**
   * Three quarters are the 384 million bytes of the largest picture that is accepted by default.
   */
  private static final int MEGABYTES_OF_PICTURES = 490;

  private static final int SECONDS = 1800;
  private static final Pattern RESULT = Pattern.compile("(\\d+) files, (\\d+) accepted");

  @TempDir Path folder;

  @Test
  void someOfEveryKindAreReadOrRefused() throws IOException {
    Stream<String> changed =
        Stream.of(
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
                "checkpoints")
            .map(kind -> kind + ":0:10");
    Stream<String> thoughtOut =
        Stream.of("crafted-caches", "crafted-indexes").map(kind -> kind + ":0:all");
    assertSound(MEGABYTES, Stream.concat(changed, thoughtOut).toList());
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
    assumeTrue(THOROUGH, "takes minutes; profile thorough");
    Matcher result = RESULT.matcher(assertSound(heap(kind), List.of(kind + ":0:" + count)));
    assertThat(result.find()).isTrue();
    assertThat(Integer.parseInt(result.group(1))).isEqualTo(count);
    // Some must be accepted, or the mutations are too strong to reach what lies behind the checks.
    assertThat(Integer.parseInt(result.group(2))).isGreaterThan(count / 40);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "crafted-bundles",
        "crafted-onnx",
        "crafted-weights",
        "crafted-pictures",
        "crafted-archives",
        "crafted-records",
        "crafted-lists",
        "crafted-indexes",
        "crafted-checkpoints",
        "crafted-caches"
      })
  void whatWasThoughtOutIsReadOrRefused(String kind) throws IOException {
    assumeTrue(THOROUGH, "takes a minute; profile thorough");
    assertSound(heap(kind), List.of(kind + ":0:all"));
  }

  private static int heap(String kind) {
    return kind.endsWith("pictures") || kind.equals("webp") ? MEGABYTES_OF_PICTURES : MEGABYTES;
  }

  private String assertSound(int megabytes, List<String> parts) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(folder.toString(), Integer.toString(SEED)));
    arguments.addAll(parts);
    ChildProcess child =
        ChildProcess.run(
            List.of("-Xmx" + megabytes + "m", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10"),
            SECONDS,
            folder,
            Campaign.class,
            arguments.toArray(String[]::new));
    assertThat(child.exit()).as(child.output()).isZero();
    List<String> results =
        child.output().lines().filter(line -> RESULT.matcher(line).find()).toList();
    assertThat(results).hasSize(parts.size());
    results.forEach(System.out::println);
    return child.output();
  }
}
