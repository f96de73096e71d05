package org.finetune4j.decode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.finetune4j.decode.jpeg.JpegSegment;

/**
 * What colors the components of a JPEG are is told by two markers and by the components' names, and
 * readers disagree about what counts most. Segments are changed so that none is in doubt, and all
 * follow libjpeg: JFIF means brightness and two colors, whatever Adobe's marker says; that marker
 * counts more than names; four components without it are inks.
 */
final class JpegColors {
  private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
  private static final int FIRST_FRAME = 0xC0;
  private static final int LAST_FRAME = 0xC2;
  private static final int START_OF_SCAN = 0xDA;
  private static final int APP0 = 0xE0;
  private static final int APP14 = 0xEE;

  /** Where the transform stands in Adobe's segment; 2 means three of four inks are transformed. */
  private static final int TRANSFORM = 15;

  private static final byte YCCK = 2;

  private final byte[] jpeg;
  private final boolean adobeIsSilent;
  private final boolean renamed;
  private final boolean blackApart;

  JpegColors(byte[] jpeg, List<JpegSegment> segments) {
    this.jpeg = jpeg;
    boolean jfif = segments.stream().anyMatch(it -> starts(it, APP0, JFIF));
    OptionalInt transform =
        segments.stream()
            .filter(it -> starts(it, APP14, ADOBE) && it.length() > TRANSFORM)
            .mapToInt(it -> at(it, TRANSFORM))
            .reduce((first, last) -> last);
    int components =
        segments.stream().filter(this::isFrame).mapToInt(it -> at(it, 9)).findFirst().orElse(0);
    this.adobeIsSilent = jfif && components == 3;
    boolean ycc = transform.orElse(0) != 0;
    this.renamed = components == 4 ? transform.isEmpty() : !jfif && ycc;
    this.blackApart = components == 4 && ycc;
  }

  private boolean starts(JpegSegment segment, int marker, byte[] name) {
    int from = segment.start() + 4;
    return segment.marker() == marker
        && segment.length() >= 4 + name.length
        && Arrays.equals(jpeg, from, from + name.length, name, 0, name.length);
  }

  private boolean isFrame(JpegSegment segment) {
    return segment.marker() >= FIRST_FRAME
        && segment.marker() <= LAST_FRAME
        && segment.length() > 9;
  }

  private int at(JpegSegment segment, int offset) {
    return jpeg[segment.start() + offset] & 0xFF;
  }

  /** Writes a segment as a reader should see it; nothing if it should not. */
  void write(JpegSegment segment, ByteArrayOutputStream out) {
    if (segment.marker() == APP14 && adobeIsSilent) {
      return;
    }
    if (segment.marker() == APP14 && blackApart && segment.length() > TRANSFORM) {
      byte[] bytes = Arrays.copyOfRange(jpeg, segment.start(), segment.end());
      bytes[TRANSFORM] = YCCK;
      out.writeBytes(bytes);
      return;
    }
    boolean scan = segment.marker() == START_OF_SCAN && segment.length() > 5;
    int named = isFrame(segment) ? 10 : scan ? 5 : 0;
    int header = Math.min(segment.length(), named == 0 || !renamed ? 0 : 2 + named + 4 * 3);
    if (header > 0) {
      byte[] bytes = Arrays.copyOfRange(jpeg, segment.start(), segment.start() + header);
      rename(bytes, named, bytes[named - 1], named == 10 ? 3 : 2);
      out.writeBytes(bytes);
    }
    out.write(jpeg, segment.start() + header, segment.length() - header);
  }

  /** Names that mean nothing to anybody: those of readers who see red, green and blue in others. */
  private static void rename(byte[] bytes, int first, int count, int step) {
    for (int i = 0; i < count && first + i * step < bytes.length; i++) {
      bytes[first + i * step] = (byte) (bytes[first + i * step] ^ 0x80);
    }
  }
}
