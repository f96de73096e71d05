package org.finetune4j.files;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Reads a file into memory of this process: whoever writes to the file afterwards, or cuts it off,
 * changes nothing. A mapped file would change with it, or end the JVM.
 */
public final class PrivateBytes {
  /** Below this a buffer on the heap is no burden. */
  private static final int SMALL = 1 << 16;

  /** What is made in a temporary file is made in pieces. */
  private static final int PIECE = 1 << 20;

  /** Makes bytes. */
  @FunctionalInterface
  public interface Source {
    /** Fills a buffer, its position to its limit, with what stands from an offset on. */
    void fill(ByteBuffer target, int offset);
  }

  /** Writes a file from its start. */
  @FunctionalInterface
  private interface Content {
    void writeTo(FileChannel file) throws IOException;
  }

  private PrivateBytes() {}

  /**
   * Returns a piece of a file. Larger pieces lie outside of the heap; where {@code
   * -XX:MaxDirectMemorySize} leaves no room for one, it lies in a temporary file that has no name
   * any more.
   *
   * @throws EOFException if the file ends before
   */
  public static ByteBuffer read(FileChannel file, long offset, int length) throws IOException {
    Optional<ByteBuffer> memory = allocate(length);
    return memory.isPresent()
        ? read(file, offset, memory.get())
        : temporary(length, copy -> copy(file, offset, length, copy));
  }

  /**
   * Returns bytes that are made, where {@link #read} puts those that are read.
   *
   * @param source makes them, all at once or in pieces whose lengths are multiples of 4
   */
  public static ByteBuffer make(int length, Source source) throws IOException {
    Optional<ByteBuffer> memory = allocate(length);
    if (memory.isPresent()) {
      source.fill(memory.get().duplicate(), 0);
      return memory.get();
    }
    return temporary(
        length,
        file -> {
          ByteBuffer piece = ByteBuffer.allocate(PIECE);
          for (int at = 0; at < length; at += piece.limit()) {
            piece.clear().limit(Math.min(PIECE, length - at));
            source.fill(piece.duplicate(), at);
            while (piece.hasRemaining()) {
              file.write(piece);
            }
          }
        });
  }

  private static Optional<ByteBuffer> allocate(int length) {
    try {
      return Optional.of(
          length < SMALL ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length));
    } catch (OutOfMemoryError noDirectMemory) {
      return Optional.empty();
    }
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
  private static ByteBuffer temporary(int length, Content content) throws IOException {
    Path temporary = Files.createTempFile("finetune4j", ".bytes");
    try (FileChannel file =
        FileChannel.open(
            temporary,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      content.writeTo(file);
      return file.map(MapMode.READ_ONLY, 0, length);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void copy(FileChannel file, long offset, int length, FileChannel copy)
      throws IOException {
    for (long at = 0; at < length; ) {
      long count = file.transferTo(offset + at, length - at, copy);
      if (count <= 0) {
        throw ended(offset + at);
      }
      at += count;
    }
  }

  private static EOFException ended(long at) {
    return new EOFException("the file ends at byte " + at + ", while it is read");
  }
}
