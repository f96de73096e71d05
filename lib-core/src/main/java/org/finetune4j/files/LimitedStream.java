package org.finetune4j.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that refuses to give more than so many bytes: what unpacks to more is a bomb. */
public final class LimitedStream extends FilterInputStream {
  private final long limit;
  private final String refusal;
  private long count;

  /**
   * Starts.
   *
   * @param refusal the message of the {@link IOException} that more bytes end in
   */
  public LimitedStream(InputStream in, long limit, String refusal) {
    super(in);
    this.limit = limit;
    this.refusal = refusal;
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
      throw new IOException(refusal);
    }
  }
}
