package org.finetune4j.decode.jpeg;

import java.util.List;

/** What a reader of JPEG files keeps, by what their frame header says (ITU-T T.81, B.2.2). */
public final class JpegMemory {
  private static final int FIRST_FRAME = 0xC0;
  private static final int PROGRESSIVE = 0xC2;
  private static final int HEADER = 10;
  private static final int COEFFICIENT = 2;

  private JpegMemory() {}

  /**
   * Returns the bytes for each pixel: the result and, where pixels come in several scans or might,
   * coefficients.
   *
   * @param segments those of a picture
   * @param components of its first frame
   * @param scans how many there are
   */
  public static double bytesPerPixel(
      byte[] jpeg, List<JpegSegment> segments, int components, int scans) {
    double result = components == 4 ? 7 : Math.min(3, components); // four inks become three colors
    boolean progressive = segments.stream().anyMatch(it -> it.marker() == PROGRESSIVE);
    return progressive || scans > 1 ? result + COEFFICIENT * samples(jpeg, segments) : result;
  }

  /** Returns how many samples there are for each pixel: colors may be stored smaller. */
  private static double samples(byte[] jpeg, List<JpegSegment> segments) {
    double most = 0;
    for (JpegSegment segment : segments) {
      boolean frame = segment.marker() >= FIRST_FRAME && segment.marker() <= PROGRESSIVE;
      if (frame && segment.length() > HEADER) {
        most = Math.max(most, samples(jpeg, segment));
      }
    }
    return most;
  }

  private static double samples(byte[] jpeg, JpegSegment frame) {
    int count = Math.min(jpeg[frame.start() + 9] & 0xFF, (frame.length() - HEADER) / 3);
    int across = 1;
    int down = 1;
    double sum = 0;
    for (int c = 0; c < count; c++) {
      int sampling = jpeg[frame.start() + HEADER + 3 * c + 1];
      across = Math.max(across, sampling >> 4 & 15);
      down = Math.max(down, sampling & 15);
      sum += (sampling >> 4 & 15) * (sampling & 15);
    }
    return sum / (across * down);
  }
}
