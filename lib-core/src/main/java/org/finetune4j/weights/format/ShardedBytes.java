package org.finetune4j.weights.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/** One run of bytes that lies in several buffers. */
record ShardedBytes(List<ByteBuffer> shards) {
  long size() {
    return shards.stream().mapToLong(ByteBuffer::remaining).sum();
  }

  /** Returns a piece: a view where it lies in one shard, else a copy. */
  ByteBuffer piece(long offset, long length, String owner) throws IOException {
    if (length > size() - offset || length > Integer.MAX_VALUE) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "'%s' takes %d bytes, but the shards have %d left; one is missing or cut short",
              owner,
              length,
              size() - offset));
    }
    long start = 0;
    ByteBuffer copy = ByteBuffer.allocate(0);
    for (ByteBuffer shard : shards) {
      long from = Math.max(offset, start);
      long to = Math.min(offset + length, start + shard.remaining());
      if (from < to) {
        ByteBuffer part = shard.slice((int) (from - start), (int) (to - from));
        if (to - from == length) {
          return part;
        }
        if (copy.capacity() == 0) {
          copy = ByteBuffer.allocateDirect((int) length);
        }
        copy.put(part);
      }
      start += shard.remaining();
    }
    return copy.flip();
  }
}
