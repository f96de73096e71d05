package org.finetune4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.finetune4j.picture.ImageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What bears a picture's name and cannot be read as one. */
class UnreadableFilesTest {
  @TempDir Path folder;

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFileBeyondTheLimitIsNotRead() throws IOException {
    Path file = folder.resolve("large.png");
    Files.write(file, HexFormat.of().parseHex("89504e470d0a1a0a"));
    try (RandomAccessFile hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.setLength(1_800_000_000);
    }
    LabeledImage image = LabeledImage.of(file, 0);
    ImageDecoder small = ImageDecoder.builder().maxFileBytes(1000).build();
    for (var read :
        List.<ThrowingCallable>of(
            image::sha256, image::load, () -> image.sha256(small), () -> image.decode(small))) {
      assertThatThrownBy(read)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + ": it has more bytes than the limit of")
          .hasMessageContaining("maxFileBytes");
    }
  }

  @Test
  void withinTheLimitTheHashIsThatOfTheBytes() throws IOException {
    Path file = Files.writeString(folder.resolve("abc.png"), "abc");
    // The example of FIPS 180-2, appendix B.1.
    assertThat(LabeledImage.of(file, 0).sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThatThrownBy(
            () -> LabeledImage.of(file, 0).sha256(ImageDecoder.builder().maxFileBytes(2).build()))
        .hasMessageContaining("the limit of 2");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeIsNotWaitedFor() throws Exception {
    Path pipe = folder.resolve("pipe.jpg");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeTrue(made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0, "mkfifo is needed");
    LabeledImage image = LabeledImage.of(pipe, 0);
    assertThatThrownBy(image::sha256).hasMessage(pipe + " is no ordinary file.");
    assertThatThrownBy(image::load).hasMessage(pipe + " is no ordinary file.");
    assertThatThrownBy(() -> image.decode(ImageDecoder.standard()))
        .isInstanceOf(IOException.class)
        .hasMessage(pipe + " is no ordinary file.");
    assertThatThrownBy(() -> CsvReader.of(pipe).read())
        .isInstanceOf(IOException.class)
        .hasMessage(pipe + " is no ordinary file.");
  }
}
