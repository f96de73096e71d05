package org.finetune4j.weights.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.finetune4j.files.PrivateBytes;

/**
 * A file whose pieces are read into memory of this process; they stay valid, and as they were,
 * after it is closed.
 */
final class StoredBytes implements AutoCloseable {
  private final FileChannel channel;

  StoredBytes(Path path) throws IOException {
    channel = FileChannel.open(path, StandardOpenOption.READ);
  }

  long size() throws IOException {
    return channel.size();
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
    return PrivateBytes.read(channel, offset, (int) length);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
