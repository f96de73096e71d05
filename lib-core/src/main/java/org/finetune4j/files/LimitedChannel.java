package org.finetune4j.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A file of which only so many bytes may be read at first: a reader that keeps an object for each
 * entry of a table takes many times what the table has.
 */
public final class LimitedChannel implements SeekableByteChannel {
  private final SeekableByteChannel file;
  private long left;

  /**
   * Starts.
   *
   * @param most bytes that may be read before {@link #lift}
   */
  public LimitedChannel(SeekableByteChannel file, long most) {
    this.file = file;
    this.left = most;
  }

  /** Takes the limit away. */
  public void lift() {
    left = Long.MAX_VALUE;
  }

  /** Returns whether more was asked for than is allowed. */
  public boolean isExceeded() {
    return left < 0;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int count = file.read(target);
    left -= Math.max(0, count);
    if (left < 0) {
      throw new IOException("more was read than is allowed");
    }
    return count;
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return file.write(source);
  }

  @Override
  public SeekableByteChannel truncate(long size) throws IOException {
    file.truncate(size);
    return this;
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
