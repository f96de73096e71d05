package org.finetune4j.weights.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.files.PrivateBytes;

/**
 * A file whose pieces are in memory of this process; they stay valid, and as they were, after it is
 * closed.
 */
final class StoredBytes implements AutoCloseable {
  /** Opens a weight file or one that lies beside it. */
  @FunctionalInterface
  interface Opener {
    StoredBytes open(Path path) throws IOException;
  }

  private final Optional<FileChannel> channel;
  private final ShardedBytes memory;

  /** Opens a file, whose pieces are read when they are asked for. */
  StoredBytes(Path path) throws IOException {
    channel = Optional.of(FileChannel.open(path, StandardOpenOption.READ));
    memory = new ShardedBytes(List.of());
  }

  /** Takes a file that was read whole. */
  StoredBytes(List<ByteBuffer> whole) {
    channel = Optional.empty();
    memory = new ShardedBytes(whole);
  }

  long size() throws IOException {
    return channel.isPresent() ? channel.get().size() : memory.size();
  }

  /** Returns a piece, which must lie within the file and be shorter than 2 GiB. */
  ByteBuffer read(long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || length > size() - offset) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "bytes %d to %d lie outside the file of %d bytes",
              offset,
              offset + length,
              size()));
    }
    if (length > Integer.MAX_VALUE) {
      throw new IOException("a tensor of " + length + " bytes is too large; at most 2 GiB");
    }
    return channel.isPresent()
        ? PrivateBytes.read(channel.get(), offset, (int) length)
        : memory.piece(offset, length, "it");
  }

  /** Returns the first bytes, at most so many. */
  byte[] start(int most) throws IOException {
    byte[] start = new byte[(int) Math.min(most, size())];
    read(0, start.length).get(start);
    return start;
  }

  /** Returns the bytes for a reader that goes where it wants. */
  SeekableByteChannel channel() {
    return channel.isPresent() ? channel.get() : new MemoryChannel(memory);
  }

  @Override
  public void close() throws IOException {
    if (channel.isPresent()) {
      channel.get().close();
    }
  }
}
