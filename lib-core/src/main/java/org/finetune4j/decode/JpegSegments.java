package org.finetune4j.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune4j.decode.jpeg.Bytes;
import org.finetune4j.decode.jpeg.JpegSegment;

/**
 * The segments of a JPEG file, marker by marker from its start to the end of its picture (ITU-T
 * T.81, annex B). What lies behind the end (a phone's video, a second picture, garbage) is none of
 * them, nor is what lies inside of one (a thumbnail).
 */
public final class JpegSegments {
  /** Programs write about ten scans into a progressive file; each costs a pass over the picture. */
  public static final int MAX_SCANS = 100;

  public static final int SCANS_AT_FULL_SIZE = 16;

  /** Tables may stand again before every scan; readers keep all that they meet. */
  private static final int MAX_SEGMENTS = 2_000;

  private static final int FIRST_FRAME = 0xC0;
  private static final int LAST_FRAME = 0xC2;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int APP15 = 0xEF;
  private static final int COMMENT = 0xFE;
  private static final int START_OF_SCAN = 0xDA;
  private static final int END = 0xD9;
  private static final int FILL = 0xFF;
  private static final byte[] XMP =
      "http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.US_ASCII);

  private final byte[] jpeg;
  private final List<JpegSegment> segments = new ArrayList<>();
  private int end;

  private JpegSegments(byte[] jpeg) {
    this.jpeg = jpeg;
  }

  /**
   * Walks through a file.
   *
   * @throws IOException if there are more segments than any camera or program writes
   */
  static JpegSegments of(byte[] jpeg) throws IOException {
    JpegSegments found = new JpegSegments(jpeg);
    found.walk();
    return found;
  }

  private void walk() throws IOException {
    end = 2;
    for (int at = marker(end); at >= 0 && segments.size() <= MAX_SEGMENTS; at = marker(end)) {
      int marker = jpeg[at + 1] & 0xFF;
      if (marker == END) {
        end = at + 2;
        return;
      }
      int next = at + 2;
      if (!standsAlone(marker)) {
        if (at + 4 > jpeg.length || length(at) < 2) {
          return;
        }
        next = Math.min(jpeg.length, at + 2 + length(at));
      }
      if (marker == START_OF_SCAN) {
        next = codedEnd(next);
      }
      segments.add(new JpegSegment(marker, at, next - at));
      end = next;
    }
    if (segments.size() > MAX_SEGMENTS && scans() <= MAX_SCANS) {
      throw new IOException(
          "It has more than "
              + MAX_SEGMENTS
              + " segments, more than any camera or program writes.");
    }
  }

  /** Returns where the next marker stands, behind any number of fill bytes; -1 if none does. */
  private int marker(int from) {
    int at = from;
    if (at >= jpeg.length || (jpeg[at] & 0xFF) != FILL) {
      return -1;
    }
    while (at + 1 < jpeg.length && (jpeg[at + 1] & 0xFF) == FILL) {
      at++;
    }
    return at + 1 < jpeg.length && jpeg[at + 1] != 0 ? at : -1;
  }

  private static boolean standsAlone(int marker) {
    return marker == 0x01 || isRestart(marker) || marker == 0xD8;
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xD0 && marker <= 0xD7;
  }

  /** Returns where coded pixels end: before a marker that is neither restart nor stuffing. */
  private int codedEnd(int from) {
    for (int at = Bytes.nextMark(jpeg, from, jpeg.length);
        at + 1 < jpeg.length;
        at = Bytes.nextMark(jpeg, at + 1, jpeg.length)) {
      int next = jpeg[at + 1] & 0xFF;
      if (next != 0 && next != FILL && !isRestart(next)) {
        return at;
      }
    }
    return jpeg.length;
  }

  private int length(int at) {
    return ((jpeg[at + 2] & 0xFF) << 8) | (jpeg[at + 3] & 0xFF);
  }

  /**
   * Returns the file without profiles, thumbnails, comments and other metadata, without fill bytes
   * and what follows the picture: what is left decides the pixels, and what is gone cannot attack a
   * parser.
   */
  byte[] pixelsOnly() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(end);
    JpegColors colors = new JpegColors(jpeg, segments);
    out.write(jpeg, 0, 2);
    for (JpegSegment segment : segments) {
      int marker = segment.marker();
      boolean colorModel = marker == APP0 || marker == APP14;
      boolean metadata = (marker > APP0 && marker <= APP15) || marker == COMMENT;
      if ((colorModel || !metadata) && !standsAlone(marker)) {
        colors.write(segment, out);
      }
    }
    // A file that breaks off is passed on as it is, for the reader to say so.
    if (isWhole()) {
      out.write(FILL);
      out.write(END);
    } else {
      out.write(jpeg, end, jpeg.length - end);
    }
    return out.toByteArray();
  }

  /** Returns all, in the order of the file. */
  List<JpegSegment> all() {
    return segments;
  }

  /** Returns how many bytes they have together. */
  long length() {
    return segments.stream().mapToLong(JpegSegment::length).sum();
  }

  /** Returns whether the picture's end is marked. */
  boolean isWhole() {
    return end >= 2 && (jpeg[end - 1] & 0xFF) == END && (jpeg[end - 2] & 0xFF) == FILL;
  }

  /** Returns how many components its first frame has, 0 if there is none. */
  int components() {
    return segments.stream()
        .filter(it -> it.marker() >= FIRST_FRAME && it.marker() <= LAST_FRAME && it.length() > 9)
        .mapToInt(it -> jpeg[it.start() + 9] & 0xFF)
        .findFirst()
        .orElse(0);
  }

  /** Returns how many scans the picture has. */
  int scans() {
    return (int) segments.stream().filter(it -> it.marker() == START_OF_SCAN).count();
  }

  /** Returns where the EXIF data lies. */
  Optional<ByteRange> exif() {
    return application()
        .filter(it -> it.fits(jpeg) && it.hasExifPrefix(jpeg))
        .map(it -> it.withoutExifPrefix(jpeg))
        .findFirst();
  }

  /** Returns where the XMP packet lies. */
  Optional<ByteRange> xmp() {
    return application()
        .filter(it -> it.fits(jpeg) && it.length() >= XMP.length)
        .filter(
            it -> Arrays.equals(jpeg, it.offset(), it.offset() + XMP.length, XMP, 0, XMP.length))
        .map(it -> new ByteRange(it.offset() + XMP.length, it.length() - XMP.length))
        .findFirst();
  }

  private Stream<ByteRange> application() {
    return segments.stream()
        .filter(it -> it.marker() == APP1)
        .map(it -> new ByteRange(it.start() + 4, it.length() - 4));
  }
}
