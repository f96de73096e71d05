package org.finetune4j.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();
  private final Progress progress =
      new ConsoleProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock::get);

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
    assertThat(drawings[2]).contains("[###############...............] 5/10 images", "1 s left");
    assertThat(drawings[3]).contains("10/10 images", "2.0 s").endsWith(System.lineSeparator());
  }

  @Test
  void showsBytesInMillionsAndAnUnknownTotal() {
    progress.at("Downloading", 0, -1, "bytes");
    clock.addAndGet(1_000_000_000);
    progress.at("Downloading", 2_500_000, -1, "bytes");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("2.5 M bytes").doesNotContain("/");
  }
}
