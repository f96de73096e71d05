package org.finetune4j.weights.download;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that refuses to give more than so many bytes. */
final class LimitedStream extends FilterInputStream {
  private final long limit;
  private long count;

  LimitedStream(InputStream in, long limit) {
    super(in);
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    count(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long skipped = super.skip(bytes);
    count(skipped);
    return skipped;
  }

  private void count(long read) throws IOException {
    count += read;
    if (count > limit) {
      throw new IOException("the tarball unpacks to more than " + limit + " bytes");
    }
  }
}
