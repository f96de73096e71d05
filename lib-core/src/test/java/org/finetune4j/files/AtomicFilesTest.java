package org.finetune4j.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void writesWholeFilesAndMissingFolders() throws IOException {
    Path file = folder.resolve("a/b.txt");
    AtomicFiles.write(file, out -> out.write("one".getBytes(UTF_8)));
    AtomicFiles.write(file, out -> out.write("two".getBytes(UTF_8)));
    assertThat(file).hasContent("two");
    assertThat(names(file)).containsExactly("b.txt");
  }

  @Test
  void keepsTheOldFileWhenWritingFails() throws IOException {
    Path file = folder.resolve("b.txt");
    AtomicFiles.write(file, out -> out.write("one".getBytes(UTF_8)));
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write("half".getBytes(UTF_8));
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");
    assertThat(file).hasContent("one");
    assertThat(names(file)).containsExactly("b.txt");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void othersMayReadWhatTheyMayReadOfAnyNewFile() throws IOException {
    Path ordinary = Files.createFile(folder.resolve("ordinary"));
    Path atomic = folder.resolve("atomic");
    AtomicFiles.write(atomic, out -> out.write(1));
    assertThat(Files.getPosixFilePermissions(atomic))
        .isEqualTo(Files.getPosixFilePermissions(ordinary));
  }

  private static Stream<String> names(Path file) throws IOException {
    try (Stream<Path> files = Files.list(file.getParent())) {
      return files.map(path -> path.getFileName().toString()).toList().stream();
    }
  }
}
