package org.finetune4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.finetune4j.testing.ChildProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateBytesTest {
  @TempDir Path folder;

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_535, 65_536, 3_000_000})
  void stayAsTheyWere(int length) throws IOException {
    byte[] content = bytes(length + 20);
    Path file = Files.write(folder.resolve("file"), content);
    ByteBuffer read;
    try (FileChannel channel = FileChannel.open(file)) {
      read = PrivateBytes.read(channel, 10, length);
      assertThatThrownBy(() -> PrivateBytes.read(channel, 21, length))
          .isInstanceOf(EOFException.class);
    }
    Files.write(file, new byte[1]);
    assertThat(read).isEqualTo(ByteBuffer.wrap(content, 10, length));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 65_536, 3_000_000})
  void areMade(int length) throws IOException {
    ByteBuffer made = PrivateBytes.make(length, PrivateBytesTest::count);
    assertThat(made.remaining()).isEqualTo(length);
    for (int at = 0; at < length; at += 4) {
      assertThat(made.getInt(at)).isEqualTo(at);
    }
  }

  private static void count(ByteBuffer target, int offset) {
    for (int at = 0; at < target.remaining(); at += 4) {
      target.putInt(at, offset + at);
    }
  }

  @Test
  void moreThanTheDirectMemoryThereIs() throws IOException {
    Path file = folder.resolve("file");
    ChildProcess child = ChildProcess.run(64, 60, folder, PrivateBytesTest.class, file.toString());
    assertThat(child.output()).isEmpty();
    assertThat(child.exit()).isZero();
  }

  /** Holds several pieces, each larger than the direct memory of this JVM. */
  public static void main(String[] arguments) throws IOException {
    int length = 80 << 20;
    byte[] start = {1, 2, 3};
    try (FileChannel channel =
        FileChannel.open(
            Path.of(arguments[0]),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(start));
      channel.write(ByteBuffer.allocate(1), length - 1);
      List<ByteBuffer> pieces =
          List.of(PrivateBytes.read(channel, 0, length), PrivateBytes.read(channel, 1, length - 1));
      ByteBuffer made = PrivateBytes.make(length, PrivateBytesTest::count);
      assertThat(made.remaining()).isEqualTo(length);
      assertThat(made.getInt(length - 4)).isEqualTo(length - 4);
      assertThat(made.getInt(1 << 20)).isEqualTo(1 << 20);
      channel.truncate(1);
      assertThat(pieces.get(0).slice(0, 3)).isEqualTo(ByteBuffer.wrap(start));
      assertThat(pieces.get(1).slice(0, 2)).isEqualTo(ByteBuffer.wrap(start, 1, 2));
      pieces.forEach(piece -> assertThat(piece.get(piece.limit() - 1)).isZero());
    }
  }
}
