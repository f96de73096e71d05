package org.finetune4j.decode;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file's bytes for a reader that gives up on it: some readers invent zeros for whatever is
 * missing at the end, at the cost of an exception per pixel. A file of 200 bytes could keep them
 * busy for minutes.
 */
final class EncodedInput extends ImageInputStreamImpl {
  private static final int READS_PAST_END = 1000;

  private final byte[] bytes;
  private int readsPastEnd;

  EncodedInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    checkClosed();
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      return pastEnd();
    }
    return bytes[(int) streamPos++] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    checkClosed();
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (streamPos >= bytes.length) {
      return pastEnd();
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  private int pastEnd() throws IOException {
    if (++readsPastEnd > READS_PAST_END) {
      throw new IOException(TruncationListener.TRUNCATED);
    }
    return -1;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public boolean isCached() {
    return true;
  }

  @Override
  public boolean isCachedMemory() {
    return true;
  }
}
