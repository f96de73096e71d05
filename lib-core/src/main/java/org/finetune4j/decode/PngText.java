package org.finetune4j.decode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What programs hide in a PNG's text chunks: EXIF data as hexadecimal digits, XMP packets. */
final class PngText {
  private static final String RAW_EXIF = "Raw profile type exif";
  private static final String XMP = "XML:com.adobe.xmp";

  private static final Set<String> KINDS = Set.of("tEXt", "zTXt", "iTXt");

  /** Far more than EXIF data and XMP packets have; text can be packed a thousandfold. */
  private static final int MOST = 4 << 20;

  private PngText() {}

  /** Returns the EXIF data that ImageMagick and others write as text. */
  static Optional<byte[]> exif(Chunks png) {
    return find(png, RAW_EXIF).map(PngText::unhex);
  }

  /** Returns the XMP packet. */
  static Optional<byte[]> xmp(Chunks png) {
    return find(png, XMP);
  }

  private static Optional<byte[]> find(Chunks png, String keyword) {
    for (Chunks.Chunk chunk : png.all()) {
      byte[] content =
          KINDS.contains(chunk.name()) ? chunk.content().copy(png.file()) : new byte[0];
      if (startsWith(content, keyword)) {
        return text(chunk.name(), content, keyword.length() + 1);
      }
    }
    return Optional.empty();
  }

  private static boolean startsWith(byte[] content, String keyword) {
    byte[] start = (keyword + "\0").getBytes(StandardCharsets.ISO_8859_1);
    return content.length > start.length
        && Arrays.equals(content, 0, start.length, start, 0, start.length);
  }

  /** tEXt is plain, zTXt packed behind a method, iTXt either, behind flags and two more texts. */
  private static Optional<byte[]> text(String kind, byte[] content, int at) {
    return switch (kind) {
      case "tEXt" -> Optional.of(from(content, at));
      case "zTXt" -> unpack(content, at + 1);
      case "iTXt" -> international(content, at);
      default -> Optional.empty();
    };
  }

  private static Optional<byte[]> international(byte[] content, int at) {
    boolean packed = at < content.length && content[at] == 1;
    int text = behindZero(content, behindZero(content, at + 2));
    return packed ? unpack(content, text) : Optional.of(from(content, text));
  }

  private static int behindZero(byte[] content, int from) {
    int at = Math.min(from, content.length);
    while (at < content.length && content[at] != 0) {
      at++;
    }
    return Math.min(at + 1, content.length);
  }

  private static byte[] from(byte[] content, int at) {
    return Arrays.copyOfRange(content, Math.min(at, content.length), content.length);
  }

  private static Optional<byte[]> unpack(byte[] content, int at) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(from(content, at));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      for (int n = inflater.inflate(buffer);
          n > 0 && out.size() < MOST;
          n = inflater.inflate(buffer)) {
        out.write(buffer, 0, n);
      }
      return Optional.of(out.toByteArray());
    } catch (DataFormatException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }

  /** A line break, the profile's name, its length, then digits in lines. */
  private static byte[] unhex(byte[] profile) {
    String[] lines = new String(profile, StandardCharsets.ISO_8859_1).strip().split("\n", 3);
    if (lines.length < 3) {
      return new byte[0];
    }
    String digits = lines[2].replaceAll("\\s", "");
    byte[] exif = HexFormat.of().parseHex(digits, 0, digits.length() & ~1);
    return new ByteRange(0, exif.length).withoutExifPrefix(exif).copy(exif);
  }
}
