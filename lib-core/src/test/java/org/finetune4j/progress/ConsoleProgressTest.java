package org.finetune4j.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.finetune4j.testing.LogCapture;
import org.finetune4j.train.log.TrainingListener;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();
  private final Progress progress =
      new ConsoleProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock::get, true);

  @Test
  void drawsStartAndEndAndSkipsWhatComesTooSoon() {
    progress.at("Extracting", 0, 10, "images");
    clock.addAndGet(1_000_000);
    progress.at("Extracting", 1, 10, "images");
    clock.addAndGet(999_000_000);
    progress.at("Extracting", 5, 10, "images");
    clock.addAndGet(1_000_000_000);
    progress.at("Extracting", 10, 10, "images");
    String[] drawings = bytes.toString(StandardCharsets.UTF_8).split("\r");
    assertThat(drawings).hasSize(4);
    assertThat(drawings[1]).contains("0/10 images");
    assertThat(drawings[2]).contains("[###############...............] 5/10 images, 1 s left");
    assertThat(drawings[3]).contains("10/10 images, 2.0 s").endsWith(System.lineSeparator());
    assertThat(drawings).allSatisfy(line -> assertThat(line.stripTrailing()).hasSizeLessThan(80));
  }

  /** A download says so when its last byte is there, and again when it is closed. */
  @Test
  void theEndIsSaidOnce() {
    for (int run = 0; run < 2; run++) {
      progress.at("Downloading", 0, 10, "bytes");
      clock.addAndGet(1_000_000_000);
      progress.at("Downloading", 10, 10, "bytes");
      progress.at("Downloading", 10, 10, "bytes");
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines().filter(it -> it.contains(" s ")))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("bytes, 1.0 s"));
  }

  @Test
  void showsBytesInMillionsAndAnUnknownTotal() {
    progress.at("Downloading", 0, -1, "bytes");
    clock.addAndGet(1_000_000_000);
    progress.at("Downloading", 2_500_000, -1, "bytes");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("2.5 M bytes").doesNotContain("/");
  }

  @Test
  void longNamesAndNumbersFitEightyColumns() {
    String task = "Extracting features of a layer with a very long name, validation, stage 2 of 3";
    progress.at(task, 0, 1_234_567, "images");
    clock.addAndGet(1_000_000_000);
    progress.at(task, 100, 1_234_567, "images");
    progress.at(task, 1_234_567, 1_234_567, "images");
    assertThat(bytes.toString(StandardCharsets.UTF_8).split("[\r\n]+", -1))
        .anySatisfy(line -> assertThat(line).contains("100/1234567 images, 206 min left"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
  }

  /** Two streams would come in any order where a build mixes them. */
  @Test
  void bothConsolesWriteToStandardOutput() {
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try (LogCapture errors = new LogCapture()) {
      Progress.console().at("Extracting", 10, 10, "images");
      TrainingListener.console().warned("the loss rises");
      assertThat(bytes.toString(StandardCharsets.UTF_8))
          .contains("Extracting", "10/10 images", "the loss rises");
      assertThat(errors.take()).isEmpty();
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void aLogGetsALinePerTenthOrTenSeconds() {
    Progress log =
        new ConsoleProgress(
            new PrintStream(bytes, true, StandardCharsets.UTF_8), clock::get, false);
    for (int i = 0; i <= 100; i++) {
      log.at("Extracting", i, 100, "images");
      clock.addAndGet(500_000_000L);
    }
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines)
        .hasSize(10)
        .startsWith("Extracting: 10/100 images, 45 s left")
        .endsWith("Extracting: 100/100 images, 50.0 s");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("\r");

    bytes.reset();
    for (int i = 0; i <= 100; i++) {
      log.at("Waiting", i, 1000, "images");
      clock.addAndGet(1_000_000_000L);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).hasSize(10);

    bytes.reset();
    for (int i = 0; i <= 100; i++) {
      log.at("Quick", i, 100, "images");
      clock.addAndGet(1_000_000L);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }
}
