package org.finetune4j.weights.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A file that was read whole, for those who read channels. */
final class MemoryChannel implements SeekableByteChannel {
  private final ShardedBytes bytes;
  private long position;

  MemoryChannel(ShardedBytes bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    long count = Math.min(target.remaining(), bytes.size() - position);
    if (count <= 0) {
      return target.hasRemaining() ? -1 : 0;
    }
    target.put(bytes.piece(position, count, "it"));
    position += count;
    return (int) count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return bytes.size();
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
