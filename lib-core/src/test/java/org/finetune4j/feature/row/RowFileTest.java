package org.finetune4j.feature.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RowFileTest {
  @TempDir Path folder;

  private static RowKey key(int number) {
    return RowKey.ofImage(Hashing.sha256().hashInt(number).toString());
  }

  private static FloatBuffer rows(float... values) {
    return FloatBuffer.wrap(values);
  }

  private void appendTwo() throws IOException {
    try (RowFile file = RowFile.open(folder, 3)) {
      file.append(List.of(key(1), key(2)), rows(1, 2, 3, 4, 5, 6));
    }
  }

  private static float[] read(Rows rows, int row) {
    float[] values = new float[rows.columns()];
    rows.read(row, values, 0);
    return values;
  }

  @Test
  void findsRowsAgain() throws IOException {
    appendTwo();
    try (RowFile file = RowFile.open(folder, 3)) {
      file.append(List.of(key(3)), rows(7, 8, 9));
      assertThat(read(file.rows(), file.find(key(2)).orElseThrow())).containsExactly(4, 5, 6);
      assertThat(read(file.rows(), file.find(key(3)).orElseThrow())).containsExactly(7, 8, 9);
      assertThat(file.find(key(4))).isEmpty();
      assertThat(file.find(key(1).view("rotation", 0))).isEmpty();
    }
  }

  /** So that large files need not be read to be opened. */
  @Test
  void rowsThatNobodyCheckedAreWhenTheyAreRead() throws IOException {
    appendTwo();
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("rows.bin").toFile(), "rw")) {
      file.seek(13);
      file.write(77);
    }
    try (RowFile file = RowFile.open(folder, 3)) {
      Rows rows = file.rows();
      assertThat(file.bytes()).isEqualTo(24);
      assertThat(read(rows, file.locate(key(1)).orElseThrow())).containsExactly(1, 2, 3);
      int damaged = file.locate(key(2)).orElseThrow();
      assertThatThrownBy(() -> read(rows, damaged))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("Row 1 of the cache in " + folder + " is damaged");
      assertThat(file.find(key(2))).isEmpty();
      assertThat(read(rows, 0)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void rowsStayReadableAfterClosing() throws IOException {
    appendTwo();
    Rows rows;
    try (RowFile file = RowFile.open(folder, 3)) {
      rows = file.rows();
    }
    assertThat(read(rows, 0)).containsExactly(1, 2, 3);
  }

  @Test
  void forgetsWhatAKillLeftHalfWritten() throws IOException {
    appendTwo();
    long whole = Files.size(folder.resolve("rows.bin"));
    // A row without a record, then half a record: both are what a kill can leave.
    cut("keys.bin", Files.size(folder.resolve("keys.bin")) - 7);
    try (RowFile file = RowFile.open(folder, 3)) {
      assertThat(file.find(key(1))).isPresent();
      assertThat(file.find(key(2))).isEmpty();
      assertThat(Files.size(folder.resolve("rows.bin"))).isEqualTo(whole / 2);
      file.append(List.of(key(2)), rows(4, 5, 6));
      assertThat(read(file.rows(), file.find(key(2)).orElseThrow())).containsExactly(4, 5, 6);
    }
  }

  @Test
  void forgetsDamagedRows() throws IOException {
    for (String name : List.of("rows.bin", "keys.bin")) {
      appendTwo();
      try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
        file.seek(5);
        int old = file.read();
        file.seek(5);
        file.write(old ^ 1);
      }
      try (RowFile file = RowFile.open(folder, 3)) {
        assertThat(file.find(key(1))).as(name).isEmpty();
        assertThat(file.find(key(2))).as(name).isPresent();
      }
      Files.delete(folder.resolve("rows.bin"));
      Files.delete(folder.resolve("keys.bin"));
    }
  }

  @Test
  void writersWaitForEachOther() throws Exception {
    RowFile first = RowFile.open(folder, 3);
    CompletableFuture<Boolean> second =
        CompletableFuture.supplyAsync(
            () -> {
              try (RowFile file = RowFile.open(folder, 3)) {
                return file.find(key(1)).isPresent();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task).start());
    first.append(List.of(key(1)), rows(1, 2, 3));
    assertThat(second).isNotDone();
    first.close();
    assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private void cut(String name, long length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      file.setLength(length);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void nothingIsWrittenThroughALink() throws IOException {
    Path others = Files.writeString(folder.resolve("others.txt"), "not a cache");
    for (String name : List.of("rows.bin", "keys.bin")) {
      Path cache = folder.resolve("cache-of-" + name);
      Files.createSymbolicLink(Files.createDirectory(cache).resolve(name), others);
      assertThatThrownBy(() -> RowFile.open(cache, 3))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(name + " is no ordinary file");
    }
    assertThat(others).hasContent("not a cache");
  }

  @Test
  void aFileOfClaimsTakesNoMemoryAndHoldsNoRows() throws IOException {
    try (RandomAccessFile rows = new RandomAccessFile(folder.resolve("rows.bin").toFile(), "rw");
        RandomAccessFile keys = new RandomAccessFile(folder.resolve("keys.bin").toFile(), "rw")) {
      // Holes: no byte of it lies on the disk, and reading all would take minutes.
      rows.setLength(1L << 36);
      keys.setLength(1L << 36);
    }
    try (RowFile file = RowFile.open(folder, 3)) {
      assertThat(file.find(key(1))).isEmpty();
    }
  }
}
