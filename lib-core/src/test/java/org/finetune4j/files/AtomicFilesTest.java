package org.finetune4j.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
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

  @Test
  void whatAKilledProcessLeftIsRemovedByTheNextSave() throws IOException {
    Path file = folder.resolve("model.zip");
    String unique = UUID.randomUUID().toString();
    Path left = Files.write(folder.resolve("model.zip." + unique + ".part"), new byte[100]);
    Path others = Files.write(folder.resolve("other.zip." + unique + ".part"), new byte[1]);
    Path own = Files.write(folder.resolve("model.zip.old.part"), new byte[1]);
    AtomicFiles.write(file, out -> out.write(1));
    assertThat(left).doesNotExist();
    assertThat(others).exists();
    assertThat(own).exists();
  }

  @Test
  void whatIsBeingWrittenIsLeftAlone() throws IOException {
    Path file = folder.resolve("model.zip");
    AtomicFiles.write(
        file,
        out -> {
          AtomicFiles.write(file, inner -> inner.write(1));
          out.write(2);
        });
    assertThat(file).hasBinaryContent(new byte[] {2});
    assertThat(names(file)).containsExactly("model.zip");
  }

  @Test
  void anotherProcessLeavesAloneWhatIsBeingWritten() throws IOException {
    Path file = folder.resolve("model.zip");
    AtomicFiles.write(
        file,
        out -> {
          ProcessBuilder other =
              new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  AtomicFilesTest.class.getName(),
                  file.toString());
          assertThat(other.inheritIO().start().onExit().join().exitValue()).isZero();
          assertThat(file).hasBinaryContent(new byte[] {7});
          out.write(2);
        });
    assertThat(file).hasBinaryContent(new byte[] {2});
    assertThat(names(file)).containsExactly("model.zip");
  }

  /** Another process that writes the same file. */
  public static void main(String[] arguments) throws IOException {
    AtomicFiles.write(Path.of(arguments[0]), out -> out.write(7));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkStaysAndWhatItPointsToIsReplaced() throws IOException {
    Path real = Files.createDirectory(folder.resolve("releases")).resolve("1.zip");
    Files.write(real, new byte[] {1});
    Path current = Files.createSymbolicLink(folder.resolve("a"), Path.of("releases", "1.zip"));
    Path link = Files.createSymbolicLink(folder.resolve("current.zip"), current);
    AtomicFiles.write(link, out -> out.write(2));
    assertThat(link).isSymbolicLink();
    assertThat(real).hasBinaryContent(new byte[] {2});

    Path dangling = Files.createSymbolicLink(folder.resolve("next"), folder.resolve("new/2.zip"));
    AtomicFiles.write(dangling, out -> out.write(3));
    assertThat(folder.resolve("new/2.zip")).hasBinaryContent(new byte[] {3});

    Path circle = Files.createSymbolicLink(folder.resolve("circle"), folder.resolve("circle"));
    assertThatThrownBy(() -> AtomicFiles.write(circle, out -> out.write(3)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("circle links to itself");
  }

  @Test
  void aFolderIsNotReplaced() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("model.zip"));
    assertThatThrownBy(() -> AtomicFiles.write(taken, out -> out.write(3)))
        .isInstanceOf(IOException.class)
        .hasMessage(taken + ": it is a folder, not a file");
  }
}
