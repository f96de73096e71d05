package org.finetune4j.files;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a file into memory of this process: whoever writes to the file afterwards, or cuts it off,
 * changes nothing. A mapped file would change with it, or end the JVM.
 */
public final class PrivateBytes {
  /** Below this a buffer on the heap is no burden. */
  private static final int SMALL = 1 << 16;

  private PrivateBytes() {}

  /**
   * Returns a piece of a file. Larger pieces lie outside of the heap; where {@code
   * -XX:MaxDirectMemorySize} leaves no room for one, it lies in a temporary file that has no name
   * any more.
   *
   * @throws EOFException if the file ends before
   */
  public static ByteBuffer read(FileChannel file, long offset, int length) throws IOException {
    if (length < SMALL) {
      return read(file, offset, ByteBuffer.allocate(length));
    }
    ByteBuffer memory;
    try {
      memory = ByteBuffer.allocateDirect(length);
    } catch (OutOfMemoryError noDirectMemory) {
      return copy(file, offset, length);
    }
    return read(file, offset, memory);
  }

  private static ByteBuffer read(FileChannel file, long offset, ByteBuffer target)
      throws IOException {
    while (target.hasRemaining()) {
      if (file.read(target, offset + target.position()) < 0) {
        throw ended(offset + target.position());
      }
    }
    return target.flip();
  }

  /** Only who had opened the file before it lost its name could write to it: nobody. */
  private static ByteBuffer copy(FileChannel file, long offset, int length) throws IOException {
    Path temporary = Files.createTempFile("finetune4j", ".bytes");
    try (FileChannel copy =
        FileChannel.open(
            temporary,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      for (long at = 0; at < length; ) {
        long count = file.transferTo(offset + at, length - at, copy);
        if (count <= 0) {
          throw ended(offset + at);
        }
        at += count;
      }
      return copy.map(MapMode.READ_ONLY, 0, length);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static EOFException ended(long at) {
    return new EOFException("the file ends at byte " + at + ", while it is read");
  }
}
