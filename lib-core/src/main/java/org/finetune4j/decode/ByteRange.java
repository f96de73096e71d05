package org.finetune4j.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A part of a file's bytes. */
record ByteRange(int offset, int length) {
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  boolean fits(byte[] file) {
    return offset >= 0 && length >= 0 && length <= file.length - offset;
  }

  boolean hasExifPrefix(byte[] file) {
    return length >= EXIF.length
        && Arrays.equals(file, offset, offset + EXIF.length, EXIF, 0, EXIF.length);
  }

  /** EXIF data in a JPEG carries a prefix, in a WebP sometimes. */
  ByteRange withoutExifPrefix(byte[] file) {
    return hasExifPrefix(file) ? new ByteRange(offset + EXIF.length, length - EXIF.length) : this;
  }

  byte[] copy(byte[] file) {
    return Arrays.copyOfRange(file, offset, offset + length);
  }
}
