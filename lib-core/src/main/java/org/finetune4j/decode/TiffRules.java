package org.finetune4j.decode;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a TIFF file's tags say about its samples, and what of it cannot be read here. */
final class TiffRules {
  private static final Map<Integer, String> UNREADABLE_COMPRESSIONS =
      Map.of(
          34712, "JPEG 2000",
          34887, "LERC",
          34925, "LZMA",
          50000, "Zstandard",
          50001, "WebP",
          50002, "JPEG XL");

  private static final Set<Integer> FAX = Set.of(2, 3, 4);
  private static final int MOST_SAMPLES = 5;
  private static final int UNSIGNED = 1;
  private static final int UNDEFINED = 4;

  private TiffRules() {}

  /**
   * Refuses samples that have no meaning as a picture of 256 levels.
   *
   * @param length of the file
   * @throws IOException if there are such; the message says what to do
   */
  static void check(TiffTags tags, int length) throws IOException {
    if (!tags.isWhole()) {
      throw new IOException(
          "Its header gives fractions where whole numbers belong: it is damaged.");
    }
    int samples = tags.first(TiffTags.SAMPLES_PER_PIXEL).orElse(1);
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw new IOException(
          "It has "
              + Integer.toUnsignedLong(samples)
              + " samples per pixel; at most 5 are accepted.");
    }
    int rows = tags.first(TiffTags.HEIGHT).orElse(0);
    if (FAX.contains(tags.first(TiffTags.COMPRESSION).orElse(1)) && rows > 8L * length) {
      throw new IOException(TruncationListener.TRUNCATED); // a row takes at least a bit
    }
    String compression = UNREADABLE_COMPRESSIONS.get(tags.first(TiffTags.COMPRESSION).orElse(1));
    if (compression != null) {
      throw new IOException(
          "Its pixels are compressed with "
              + compression
              + ", which is not read here. Save it with LZW, Deflate or no compression.");
    }
    int format = tags.first(TiffTags.SAMPLE_FORMAT).orElse(UNSIGNED);
    int bits = tags.first(TiffTags.BITS_PER_SAMPLE).orElse(1);
    if ((format != UNSIGNED && format != UNDEFINED) || bits > 16) {
      throw new IOException(
          "Its samples are "
              + (format == 3 ? "floating-point" : format == 2 ? "signed" : bits + "-bit")
              + " numbers, which do not say what is black and what is white. Scale them to unsigned"
              + " integers of 8 or 16 bits and save it again.");
    }
  }

  /** Returns what samples of one pixel take while they are read. */
  static double bytesPerPixel(TiffTags tags) {
    int bits = tags.first(TiffTags.BITS_PER_SAMPLE).orElse(1);
    return tags.first(TiffTags.SAMPLES_PER_PIXEL).orElse(1) * (bits > 8 ? 2.0 : 1.0);
  }

  /** Returns what the sample behind the colors means: 0 nothing, 1 and 2 opacity. */
  static Alpha alpha(TiffTags tags) {
    List<Integer> extra = tags.all(TiffTags.EXTRA_SAMPLES);
    int first = extra.isEmpty() ? 0 : extra.get(0);
    return switch (first) {
      case 1 -> Alpha.PREMULTIPLIED;
      case 2 -> Alpha.STRAIGHT;
      default -> Alpha.NONE;
    };
  }
}
