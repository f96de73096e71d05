package org.finetune4j.model.bundle;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.OutputStream;

/** Counts and hashes what is written to it, and keeps none of it. */
final class CountingHash extends OutputStream {
  private final Hasher hasher = Hashing.sha256().newHasher();
  private long size;

  @Override
  public void write(int one) {
    hasher.putByte((byte) one);
    size++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    hasher.putBytes(bytes, offset, length);
    size += length;
  }

  long size() {
    return size;
  }

  String sha256() {
    return hasher.hash().toString();
  }
}
