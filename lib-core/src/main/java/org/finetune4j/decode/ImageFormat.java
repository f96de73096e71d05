package org.finetune4j.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The image formats that are decoded, told apart by their first bytes, never by a file's name. */
public enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  BMP,
  WEBP,
  TIFF;

  /** As many bytes as are needed to tell the format. */
  public static final int HEADER_LENGTH = 18;

  public static final String NAMES = "JPEG, PNG, GIF, BMP, WebP, TIFF";

  private static final Set<Integer> BITMAP_HEADER_LENGTHS =
      Set.of(12, 16, 40, 52, 56, 64, 108, 124);

  /** Either byte order; 42 for TIFF, 43 for BigTIFF. */
  private static final List<String> TIFF_SIGNATURES = List.of("II*\0", "MM\0*", "II+\0", "MM\0+");

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  public static Optional<ImageFormat> of(byte[] bytes) {
    if (startsWith(bytes, 0, new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF})) {
      return Optional.of(JPEG);
    }
    if (startsWith(bytes, 0, PNG_SIGNATURE)) {
      return Optional.of(PNG);
    }
    if (startsWith(bytes, 0, "GIF87a") || startsWith(bytes, 0, "GIF89a")) {
      return Optional.of(GIF);
    }
    if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) {
      return Optional.of(WEBP);
    }
    if (TIFF_SIGNATURES.stream().anyMatch(it -> startsWith(bytes, 0, it))) {
      return Optional.of(TIFF);
    }
    if (startsWith(bytes, 0, "BM") && hasBitmapHeader(bytes)) {
      return Optional.of(BMP);
    }
    return Optional.empty();
  }

  /** Two letters also begin many a text: the length of the second header must be a known one. */
  private static boolean hasBitmapHeader(byte[] bytes) {
    return bytes.length >= HEADER_LENGTH
        && BITMAP_HEADER_LENGTHS.contains((int) bytes[14])
        && startsWith(bytes, 15, new byte[3]);
  }

  private static boolean startsWith(byte[] bytes, int offset, String ascii) {
    return startsWith(bytes, offset, ascii.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean startsWith(byte[] bytes, int offset, byte[] start) {
    int end = offset + start.length;
    return bytes.length >= end && Arrays.equals(bytes, offset, end, start, 0, start.length);
  }
}
