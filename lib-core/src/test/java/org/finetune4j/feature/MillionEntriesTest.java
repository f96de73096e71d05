package org.finetune4j.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.doctor.ManyPictures;
import org.finetune4j.search.MillionRows;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/scale.md says of a million entries; the figures are printed. */
class MillionEntriesTest {
  private static final long BYTES = 16L << 30;

  @TempDir Path folder;

  @BeforeEach
  void large() throws IOException {
    assumeTrue(Boolean.getBoolean("finetune4j.thorough"), "takes minutes; profile thorough");
    assumeTrue(Files.getFileStore(folder).getUsableSpace() > BYTES, "needs 16 GB of disk");
  }

  private static String run(String heap, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    String classPath = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", classPath)));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(output);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void aMillionFilesAreListedSplitAndHashedWithin2Gigabytes() throws Exception {
    assertThat(run("2g", MillionEntries.class, "folder", folder.toString()))
        .contains("listed 1000000", "train 800000, validation 100000, test 100000");
  }

  @Test
  void aMillionRowsOf2048AreOpenedAndRead() throws Exception {
    assertThat(run("2g", MillionEntries.class, "cache", folder.toString()))
        .contains("read, second time");
  }

  @Test
  void aHundredThousandPicturesAreExamined() throws Exception {
    assertThat(run("3g", ManyPictures.class, folder.toString(), "100000"))
        .contains("examined 100000", "EXACT_DUPLICATE=1000");
  }

  @Test
  void aMillionRowsOf512AreSearched() throws Exception {
    String index = folder.resolve("index").toString();
    run("3g", MillionRows.class, "add", index, "1000000", "0");
    String found = run("5g", MillionRows.class, "search", index, "1000000");
    double recall =
        found
            .lines()
            .filter(line -> line.startsWith("recall@10 with breadth 50: "))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(": ") + 2)))
            .findFirst()
            .orElseThrow();
    assertThat(recall).isGreaterThanOrEqualTo(0.95);
  }
}
