package org.finetune4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the library writes has the same bytes in every country and on every system. */
class SameBytesEverywhereTest {
  @TempDir Path folder;

  @Test
  void filesDependOnNoLocaleTimeZoneLineSeparatorOrCharset()
      throws IOException, InterruptedException {
    Path here = Files.createDirectory(folder.resolve("here"));
    Path there = Files.createDirectory(folder.resolve("there"));
    Process first = write(here, "en-US", "-Duser.timezone=UTC", "-Dfile.encoding=UTF-8");
    Process second =
        write(
            there,
            "ar-EG-u-nu-arab",
            "-Duser.timezone=America/Los_Angeles",
            "-Dfile.encoding=ISO-8859-1",
            "-Dline.separator=\r\n");
    assertThat(first.waitFor()).as(Files.readString(here.resolve("log"))).isZero();
    assertThat(second.waitFor()).as(Files.readString(there.resolve("log"))).isZero();

    List<Path> files;
    try (Stream<Path> found = Files.list(here)) {
      files = found.filter(file -> !file.endsWith("log")).toList();
    }
    assertThat(files).hasSizeGreaterThan(10);
    assertThat(files)
        .allSatisfy(
            file -> assertThat(file).hasSameBinaryContentAs(there.resolve(file.getFileName())));
  }

  private static Process write(Path folder, String language, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-Djava.awt.headless=true",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            DataFiles.class.getName(),
            folder.toString(),
            language));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }
}
