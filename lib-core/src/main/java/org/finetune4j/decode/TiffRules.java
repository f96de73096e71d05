package org.finetune4j.decode;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.finetune4j.decode.pixel.Alpha;

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

  private static final Map<Integer, String> UNREADABLE_COLORS =
      Map.of(
          9, "L*a*b* as in ICC profiles",
          10, "L*a*b* as in faxes",
          32803, "those behind a camera's color filters",
          34892, "a camera's linear ones");

  private static final Set<Integer> FAX = Set.of(2, 3, 4);
  private static final int MOST_SAMPLES = 5;
  private static final int UNSIGNED = 1;
  private static final int UNDEFINED = 4;

  private TiffRules() {}

  /**
   * Refuses samples that have no meaning as a picture of 256 levels.
   *
   * @throws IOException if there are such, or if the file is a camera's RAW format, of which
   *     readers of TIFF see a preview only; the message says what to do
   */
  static void check(TiffTags tags, byte[] file) throws IOException {
    if (isRaw(tags, file)) {
      throw new IOException(
          "It is "
              + UnreadableFormat.RAW.description()
              + ", which is not read here. "
              + UnreadableFormat.RAW.wayOut());
    }
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
    if (FAX.contains(tags.first(TiffTags.COMPRESSION).orElse(1)) && rows > 8L * file.length) {
      throw new IOException(TruncationListener.TRUNCATED); // a row takes at least a bit
    }
    String compression = UNREADABLE_COMPRESSIONS.get(tags.first(TiffTags.COMPRESSION).orElse(1));
    if (compression != null) {
      throw new IOException(
          "Its pixels are compressed with "
              + compression
              + ", which is not read here. Save it with LZW, Deflate or no compression.");
    }
    if (isOldJpegWithSmallerColors(tags)) {
      throw new IOException(
          "Its pixels are compressed with old-style JPEG, whose colors are stored smaller than its"
              + " brightness: readers disagree about them. Save it with LZW, Deflate or no"
              + " compression.");
    }
    String colors = UNREADABLE_COLORS.get(tags.first(TiffTags.PHOTOMETRIC).orElse(1));
    if (colors != null) {
      throw new IOException(
          "Its colors are " + colors + ", which is not read here. Save it as RGB or gray.");
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

  /**
   * Returns what samples of one pixel take while they are read, and what is made of them where that
   * is not the same.
   */
  static double memoryPerPixel(TiffTags tags) {
    int bits = tags.first(TiffTags.BITS_PER_SAMPLE).orElse(1);
    int samples = tags.first(TiffTags.SAMPLES_PER_PIXEL).orElse(1);
    int colors = tags.first(TiffTags.PHOTOMETRIC).orElse(1);
    int made = colors < 2 ? 1 : 3;
    boolean same = bits == 8 && samples == made && (colors == 1 || colors == 2 || colors == 6);
    return samples * (bits > 8 ? 2.0 : 1.0) + (same ? 0 : made);
  }

  /**
   * DNG by its version, Canon's by letters, others by a small picture that leads to larger ones.
   */
  private static boolean isRaw(TiffTags tags, byte[] file) {
    boolean canon = file.length > 9 && file[8] == 'C' && file[9] == 'R';
    boolean small = (tags.first(TiffTags.SUBFILE_TYPE).orElse(0) & 1) == 1;
    return canon
        || !tags.all(TiffTags.DNG_VERSION).isEmpty()
        || (small && !tags.all(TiffTags.SUB_DIRECTORIES).isEmpty());
  }

  /** The specification of 1992 was withdrawn for what it left open. */
  private static boolean isOldJpegWithSmallerColors(TiffTags tags) {
    List<Integer> subsampling = tags.all(TiffTags.YCC_SUBSAMPLING);
    return tags.first(TiffTags.COMPRESSION).orElse(1) == 6
        && tags.first(TiffTags.PHOTOMETRIC).orElse(1) == 6
        && !subsampling.equals(List.of(1, 1));
  }

  /**
   * Returns what the sample behind the colors means: 0 nothing, 1 and 2 opacity. Where a file does
   * not say so and has a fourth sample, other readers take it for opacity.
   */
  static Alpha alpha(TiffTags tags) {
    List<Integer> extra = tags.all(TiffTags.EXTRA_SAMPLES);
    boolean silent =
        extra.isEmpty()
            && tags.first(TiffTags.PHOTOMETRIC).orElse(1) == 2
            && tags.first(TiffTags.SAMPLES_PER_PIXEL).orElse(1) == 4;
    int first = extra.isEmpty() ? silent ? 2 : 0 : extra.get(0);
    return switch (first) {
      case 1 -> Alpha.PREMULTIPLIED;
      case 2 -> Alpha.STRAIGHT;
      default -> Alpha.NONE;
    };
  }
}
