package org.finetune4j.decode;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the orientation (TIFF tag 0x0112) out of EXIF data, and out of XMP where EXIF is silent, as
 * Pillow does.
 */
final class OrientationTag {
  private static final Pattern XMP_ORIENTATION =
      Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private OrientationTag() {}

  /** Returns the value in EXIF data, which is a TIFF file without pictures. */
  static Optional<Integer> inExif(byte[] tiff) {
    return TiffTags.of(tiff).first(TiffTags.ORIENTATION);
  }

  /** Returns the value in an XMP packet. */
  static Optional<Integer> inXmp(byte[] packet) {
    Matcher found = XMP_ORIENTATION.matcher(new String(packet, StandardCharsets.ISO_8859_1));
    return found.find() ? Optional.of(Integer.parseInt(found.group(1))) : Optional.empty();
  }
}
