package org.finetune4j.decode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Formats that hold pictures but are not read here, told by their first bytes, with a way out. */
public enum UnreadableFormat {
  HEIC("HEIC", "Export as JPEG, or set the phone's camera to 'most compatible'."),
  AVIF("AVIF", "Convert it with avifdec or export as JPEG or WebP."),
  JPEG_XL("JPEG XL", "Convert it with djxl or export as JPEG or PNG."),
  JPEG_2000("JPEG 2000", "Convert it with opj_decompress or export as JPEG or PNG."),
  SVG("SVG, a drawing", "Render it at the size you need with rsvg-convert and save as PNG."),
  PDF("PDF, a document", "Render its pages with pdftoppm and save as PNG."),
  RAW("a camera's RAW format", "Develop it with dcraw, darktable or the camera's program."),
  PHOTOSHOP("Photoshop", "Export as PNG or TIFF."),
  ICON("an icon", "Save it as PNG.");

  /** As many bytes as are needed to tell the format. */
  public static final int HEADER_LENGTH = 256;

  private static final List<String> HEIC_BRANDS =
      List.of("heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs", "mif1", "msf1");
  private static final List<String> RAW_BRANDS = List.of("crx ");

  private final String description;
  private final String wayOut;

  UnreadableFormat(String description, String wayOut) {
    this.description = description;
    this.wayOut = wayOut;
  }

  /** Returns the format's name. */
  public String description() {
    return description;
  }

  /** Returns what to do. */
  public String wayOut() {
    return wayOut;
  }

  /** Tells the format. */
  public static Optional<UnreadableFormat> of(byte[] bytes) {
    String text =
        new String(bytes, 0, Math.min(bytes.length, HEADER_LENGTH), StandardCharsets.ISO_8859_1);
    if (text.startsWith("ftyp", 4)) {
      return ofBrand(text);
    }
    if (text.startsWith("\377\n") || text.startsWith("\0\0\0\fJXL ")) {
      return Optional.of(JPEG_XL);
    }
    if (text.startsWith("\0\0\0\fjP  ") || text.startsWith("\377O\377Q")) {
      return Optional.of(JPEG_2000);
    }
    if (text.startsWith("%PDF-")) {
      return Optional.of(PDF);
    }
    if (text.startsWith("8BPS")) {
      return Optional.of(PHOTOSHOP);
    }
    if (text.startsWith("FUJIFILMCCD-RAW")
        || text.startsWith("IIRO")
        || text.startsWith("IIRS")
        || text.startsWith("IIU\0")
        || text.startsWith("FOVb")) {
      return Optional.of(RAW);
    }
    if (text.startsWith("\0\0\1\0") || text.startsWith("\0\0\2\0")) {
      return Optional.of(ICON);
    }
    String start = text.replace("\357\273\277", "").stripLeading().toLowerCase(Locale.ROOT);
    boolean svg = start.startsWith("<svg") || (start.startsWith("<?xml") && start.contains("<svg"));
    return svg ? Optional.of(SVG) : Optional.empty();
  }

  /** ISO files (ISO/IEC 14496-12) name their brand, then those they are compatible with. */
  private static Optional<UnreadableFormat> ofBrand(String text) {
    int length = text.charAt(2) << 8 | text.charAt(3);
    String brands = text.substring(8, Math.max(8, Math.min(text.length(), length)));
    String main = brands.substring(0, Math.min(4, brands.length()));
    if (main.equals("avif") || main.equals("avis")) {
      return Optional.of(AVIF);
    }
    if (RAW_BRANDS.contains(main)) {
      return Optional.of(RAW);
    }
    if (HEIC_BRANDS.contains(main)) {
      return Optional.of(brands.contains("avif") ? AVIF : HEIC);
    }
    return Optional.empty();
  }
}
