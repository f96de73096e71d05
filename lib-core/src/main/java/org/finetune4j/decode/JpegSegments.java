package org.finetune4j.decode;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** The segments of a JPEG file, as far as they matter beside the pixels. */
public final class JpegSegments {
  /** Programs write about ten scans into a progressive file; each costs a pass over the picture. */
  public static final int MAX_SCANS = 100;

  public static final int SCANS_AT_FULL_SIZE = 16;

  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int APP15 = 0xEF;
  private static final int COMMENT = 0xFE;
  private static final int START_OF_SCAN = 0xDA;

  private JpegSegments() {}

  /**
   * Returns the file without profiles, thumbnails, comments and other metadata: what is left
   * decides the pixels, and what is gone cannot attack a parser.
   */
  static byte[] pixelsOnly(byte[] jpeg) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(jpeg.length);
    out.write(jpeg, 0, 2);
    int at = 2;
    while (isSegment(jpeg, at)) {
      int marker = jpeg[at + 1] & 0xFF;
      int end = at + 2 + length(jpeg, at);
      if (marker == START_OF_SCAN || end > jpeg.length) {
        break;
      }
      boolean colorModel = marker == APP0 || marker == APP14;
      boolean metadata = (marker > APP0 && marker <= APP15) || marker == COMMENT;
      if (colorModel || !metadata) {
        out.write(jpeg, at, end - at);
      }
      at = end;
    }
    out.write(jpeg, at, jpeg.length - at);
    return out.toByteArray();
  }

  /** Returns how many scans the file has. */
  static int scans(byte[] jpeg) {
    int scans = 0;
    for (int i = 2; i + 1 < jpeg.length; i++) {
      if (jpeg[i] == (byte) 0xFF && (jpeg[i + 1] & 0xFF) == START_OF_SCAN) {
        scans++;
      }
    }
    return scans;
  }

  /** Returns where the EXIF data lies. */
  static Optional<ByteRange> exif(byte[] jpeg) {
    int at = 2;
    while (isSegment(jpeg, at) && (jpeg[at + 1] & 0xFF) != START_OF_SCAN) {
      int length = length(jpeg, at);
      ByteRange content = new ByteRange(at + 4, length - 2);
      if ((jpeg[at + 1] & 0xFF) == APP1 && content.fits(jpeg) && content.hasExifPrefix(jpeg)) {
        return Optional.of(content.withoutExifPrefix(jpeg));
      }
      at += 2 + length;
    }
    return Optional.empty();
  }

  private static boolean isSegment(byte[] jpeg, int at) {
    return at + 4 <= jpeg.length && jpeg[at] == (byte) 0xFF && length(jpeg, at) >= 2;
  }

  private static int length(byte[] jpeg, int at) {
    return ((jpeg[at + 2] & 0xFF) << 8) | (jpeg[at + 3] & 0xFF);
  }
}
