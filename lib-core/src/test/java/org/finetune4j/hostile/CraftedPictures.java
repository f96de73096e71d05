package org.finetune4j.hostile;

import static org.finetune4j.hostile.Crafted.times;

import com.google.common.primitives.Bytes;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Shorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.finetune4j.picture.ImageDecoder;

/** Pictures whose headers, texts and codes ask for far more work than their bytes are worth. */
final class CraftedPictures {
  private static final String FILE = "picture";

  /** So many pixels are accepted. */
  private static final int LONG_SIDE = 64_000_000;

  private CraftedPictures() {}

  static Subject subject() {
    return Subject.crafted(
        "crafted pictures",
        cases(),
        folder -> ImageDecoder.standard().decode(folder.resolve(FILE)));
  }

  static Crafted cases() {
    Crafted cases = new Crafted();
    png(cases);
    tiff(cases);
    bmp(cases);
    gif(cases);
    webP(cases);
    jpeg(cases);
    return cases;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = CraftedPictures.class.getResourceAsStream("/images/" + name)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private static byte[] deflated(int zeros) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(1))) {
      byte[] million = new byte[1_000_000];
      for (int at = 0; at < zeros; at += million.length) {
        out.write(million, 0, Math.min(million.length, zeros - at));
      }
    }
    return bytes.toByteArray();
  }

  private static void png(Crafted cases) {
    byte[] first = header(1, 3, 8, 0);
    byte[] nothing = new byte[0];
    cases
        .with(FILE, () -> compressed("zTXt", "XML:com.adobe.xmp\0\0"))
        .with(FILE, () -> compressed("zTXt", "Raw profile type exif\0\0"))
        .with(FILE, () -> compressed("iTXt", "XML:com.adobe.xmp\0\1\0\0\0"))
        .with(FILE, () -> compressed("iCCP", "x\0\0"))
        .with(FILE, () -> png(first, pixels(200_000_000)))
        .with(FILE, () -> png(first, times(1_000_000, chunk("teXt", nothing)), pixels(6)))
        .with(FILE, () -> png(first, times(1_000_000, chunk("IDAT", nothing)), pixels(6)))
        .with(FILE, () -> png(header(1, LONG_SIDE, 1, 0), pixels(2 * LONG_SIDE)))
        .with(FILE, () -> png(header(LONG_SIDE, 1, 1, 0), pixels(LONG_SIDE / 8 + 1)))
        .with(FILE, () -> png(header(7000, 7800, 8, 6), pixels(7800 * 28_001)))
        .with(FILE, () -> png(header(8000, 8000, 8, 6), pixels(8000 * 32_001)))
        .with(FILE, () -> png(header(8000, 8000, 8, 3), palette(), pixels(8000 * 8001)))
        .with(FILE, () -> png(header(8000, 8000, 16, 6), pixels(8000 * 64_001)))
        .with(FILE, () -> png(header(8000, 8000, 16, 2), pixels(8000 * 48_001)))
        .with(FILE, () -> png(header(1, 3, 8, 3), chunk("PLTE", new byte[9_000_000]), pixels(6)));
  }

  /** A tiny picture with a chunk whose content is compressed and far too long. */
  private static byte[] compressed(String name, String start) throws IOException {
    return png(header(1, 3, 8, 0), chunk(name, ascii(start), deflated(200_000_000)), pixels(6));
  }

  private static byte[] png(byte[]... chunks) {
    byte[] signature = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    return Bytes.concat(signature, Bytes.concat(chunks), chunk("IEND"));
  }

  private static byte[] header(int width, int height, int bits, int type) {
    byte[] rest = {(byte) bits, (byte) type, 0, 0, 0};
    return chunk("IHDR", Ints.toByteArray(width), Ints.toByteArray(height), rest);
  }

  private static byte[] palette() {
    return chunk("PLTE", new byte[] {1, 2, 3});
  }

  private static byte[] pixels(int zeros) throws IOException {
    return chunk("IDAT", deflated(zeros));
  }

  private static byte[] chunk(String name, byte[]... content) {
    byte[] body = Bytes.concat(ascii(name), Bytes.concat(content));
    CRC32 sum = new CRC32();
    sum.update(body);
    return Bytes.concat(
        Ints.toByteArray(body.length - 4), body, Ints.toByteArray((int) sum.getValue()));
  }

  private static void tiff(Crafted cases) {
    int many = Integer.MAX_VALUE;
    cases
        .with(FILE, () -> tiff(1, 8, sized(4, 4, 8, 1)))
        .with(FILE, () -> tiff(2, 8, sized(4, 4, 8, 1)))
        .with(FILE, () -> tiff(400_000, 0, sized(4, 4, 8, 1)))
        .with(FILE, () -> tiff(1, 0, with(sized(4, 4, 8, 1), 330, 4, 1, 8), 34665, 4, 1, 8))
        .with(FILE, () -> tiff(1, 0, with(sized(4, 4, 8, 1), 273, 4, many, 8), 279, 4, many, 8))
        .with(FILE, () -> tiff(1, 0, with(sized(4, 4, 16, 1), 320, 3, 196_608, 8), 262, 3, 1, 3))
        .with(FILE, () -> tiff(1, 0, with(sized(8000, 8000, 8, 1), 322, 4, 1, 1), 323, 4, 1, 1));
    for (int compression : new int[] {1, 2, 3, 4, 5, 7, 8, 32773}) {
      int bits = compression > 1 && compression < 5 ? 1 : 8;
      cases
          .with(FILE, () -> tiff(1, 0, sized(1, LONG_SIDE, bits, compression)))
          .with(FILE, () -> tiff(1, 0, sized(8000, 8000, bits, compression)));
    }
  }

  /** Fields in the order of their numbers: tag, type, count, value. */
  private static int[] sized(int width, int height, int bits, int compression) {
    return new int[] {
      256,
      4,
      1,
      width,
      257,
      4,
      1,
      height,
      258,
      3,
      1,
      bits,
      259,
      3,
      1,
      compression,
      262,
      3,
      1,
      1,
      273,
      4,
      1,
      8,
      278,
      4,
      1,
      height,
      279,
      4,
      1,
      4000
    };
  }

  private static int[] with(int[] fields, int... more) {
    return Ints.concat(fields, more);
  }

  private static byte[] tiff(int directories, int next, int[] fields, int... more) {
    int[] all = with(fields, more);
    ByteBuffer file =
        ByteBuffer.allocate(8 + directories * (6 + 3 * all.length) + 4096)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("II*\0")).putInt(8);
    for (int i = 0; i < directories; i++) {
      file.putShort((short) (all.length / 4));
      for (int at = 0; at < all.length; at += 4) {
        file.putShort((short) all[at]).putShort((short) all[at + 1]);
        file.putInt(all[at + 2]).putInt(all[at + 3]);
      }
      file.putInt(i == directories - 1 ? next : file.position() + 4);
    }
    return file.array();
  }

  private static void bmp(Crafted cases) {
    cases
        .with(FILE, () -> bmp(4, Integer.MIN_VALUE, 24, 0, new byte[100]))
        .with(FILE, () -> bmp(1, LONG_SIDE, 1, 0, new byte[100]))
        .with(FILE, () -> bmp(8000, 8000, 8, 1, new byte[] {0, 1}))
        .with(FILE, () -> bmp(8000, 8000, 8, 1, times(2_000_000, new byte[] {0, 0})))
        .with(FILE, () -> bmp(8000, 8000, 8, 1, times(2_000_000, new byte[] {0, 2, 1, 0})));
  }

  private static byte[] bmp(int width, int height, int bits, int compression, byte[] pixels) {
    int start = 54 + 1024;
    return ByteBuffer.allocate(start + pixels.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(ascii("BM"))
        .putInt(start + pixels.length)
        .putInt(0)
        .putInt(start)
        .putInt(40)
        .putInt(width)
        .putInt(height)
        .putShort((short) 1)
        .putShort((short) bits)
        .putInt(compression)
        .putInt(pixels.length)
        .position(start)
        .put(pixels)
        .array();
  }

  private static void gif(Crafted cases) {
    byte[] comment = {0x21, (byte) 0xFE, 0};
    byte[] clearCodes = times(5_000_000, new byte[] {0x24, 0x49, (byte) 0x92});
    byte[] dot = {0x44, 1};
    cases
        .with(FILE, () -> gif(0xFFFF, new byte[0], 1, dot))
        .with(FILE, () -> gif(1, times(2_000_000, comment), 1, dot))
        .with(FILE, () -> gif(8000, new byte[0], 8000, clearCodes))
        .with(FILE, () -> gif(8000, new byte[0], 8000, dot));
  }

  private static byte[] gif(int canvas, byte[] before, int side, byte[] codes) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(ascii("GIF89a"));
    file.writeBytes(little(canvas, canvas));
    file.writeBytes(new byte[3]);
    file.writeBytes(before);
    file.writeBytes(Bytes.concat(new byte[] {0x2C}, little(0, 0, side, side)));
    file.writeBytes(new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, 0, 2});
    for (int at = 0; at < codes.length; at += 255) {
      int length = Math.min(255, codes.length - at);
      file.write(length);
      file.write(codes, at, length);
    }
    file.writeBytes(new byte[] {0, 0x3B});
    return file.toByteArray();
  }

  private static byte[] little(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(numbers).forEach(number -> bytes.putShort((short) number));
    return bytes.array();
  }

  private static void webP(Crafted cases) {
    cases
        .with(FILE, () -> webP(canvas(0, 8000, 8000), lossy()))
        .with(FILE, () -> webP(canvas(0, 1 << 24, 1 << 24), lossy()))
        .with(FILE, () -> webP(canvas(2, 16_383, 3_900), riff("ANMF", new byte[16], lossy())))
        .with(
            FILE,
            () ->
                webP(
                    canvas(2, 20, 20),
                    riff("ANMF", new byte[16], riff("ANMF", new byte[16], lossy()))))
        .with(FILE, () -> webP(canvas(0, 20, 20), times(1_000_000, riff("XXXX")), lossy()))
        .with(FILE, () -> webP(riff("VP8L", new byte[] {0x2F, -1, -1, -1, 0xF}, new byte[8])))
        .with(FILE, () -> webP(plain(5600, 5700)))
        .with(FILE, () -> webP(plain(8000, 8000)));
  }

  /** Of one color: five codes of one symbol, so that pixels take no bits at all. */
  private static byte[] plain(int width, int height) {
    int size = (width - 1) | (height - 1) << 14;
    return riff(
        "VP8L",
        new byte[] {0x2F},
        Ints.toByteArray(Integer.reverseBytes(size)),
        Ints.toByteArray(Integer.reverseBytes(0x088888)));
  }

  private static byte[] lossy() throws IOException {
    byte[] file = resource("lossy.webp");
    return Arrays.copyOfRange(file, 12, file.length);
  }

  private static byte[] webP(byte[]... chunks) {
    return riff("RIFF", Bytes.concat(ascii("WEBP"), Bytes.concat(chunks)));
  }

  private static byte[] riff(String name, byte[]... content) {
    byte[] body = Bytes.concat(content);
    byte[] length = Ints.toByteArray(Integer.reverseBytes(body.length));
    return Bytes.concat(ascii(name), length, body, new byte[body.length % 2]);
  }

  private static byte[] canvas(int flags, int width, int height) {
    byte[] sides = new byte[6];
    for (int i = 0; i < 3; i++) {
      sides[i] = (byte) ((width - 1) >> (8 * i));
      sides[3 + i] = (byte) ((height - 1) >> (8 * i));
    }
    return riff("VP8X", new byte[] {(byte) flags, 0, 0, 0}, sides);
  }

  private static void jpeg(Crafted cases) {
    byte[] profile = Bytes.concat(ascii("ICC_PROFILE\0"), new byte[] {1, 1}, new byte[60_000]);
    byte[] xmp = ascii("http://ns.adobe.com/xap/1.0/\0" + "<a>".repeat(20_000));
    cases
        .with(FILE, () -> photo(times(1_000_000, segment(0xE5))))
        .with(FILE, () -> photo(times(20_000_000, new byte[] {-1})))
        .with(FILE, () -> photo(times(500, segment(0xE2, profile))))
        .with(FILE, () -> photo(times(500, segment(0xE1, xmp))))
        .with(FILE, () -> photo(times(1_000_000, new byte[] {-1, (byte) 0xD8})))
        .with(
            FILE,
            () ->
                photo(
                    segment(
                        0xE1, ascii("Exif\0\0"), tiff(2, 8, sized(4, 4, 8, 1), 34665, 4, 1, 8))))
        .with(FILE, () -> colors(6500, 6500))
        .with(FILE, () -> colors(8000, 8000))
        .with(FILE, () -> gray(8000, 8000, 0))
        .with(FILE, () -> gray(65_500, 970, 0))
        .with(FILE, () -> gray(4000, 4000, 19))
        .with(FILE, () -> gray(4000, 4000, 1000))
        .with(FILE, () -> gray(8000, 8000, 99));
  }

  private static byte[] photo(byte[] before) throws IOException {
    byte[] file = resource("baseline.jpg");
    return Bytes.concat(Arrays.copyOf(file, 2), before, Arrays.copyOfRange(file, 2, file.length));
  }

  private static byte[] segment(int marker, byte[]... content) {
    byte[] body = Bytes.concat(content);
    byte[] start = {-1, (byte) marker};
    return Bytes.concat(start, Shorts.toByteArray((short) (body.length + 2)), body);
  }

  /** One bit or two per block; a progressive picture of so many more scans of empty blocks. */
  private static byte[] gray(int width, int height, int scans) {
    int blocks = (width + 7) / 8 * ((height + 7) / 8);
    boolean progressive = scans > 0;
    byte[] frame =
        Bytes.concat(
            new byte[] {8},
            Shorts.toByteArray((short) height),
            Shorts.toByteArray((short) width),
            new byte[] {1, 1, 0x11, 0});
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {-1, (byte) 0xD8});
    file.writeBytes(segment(0xDB, new byte[1], times(64, new byte[] {1})));
    file.writeBytes(segment(progressive ? 0xC2 : 0xC0, frame));
    file.writeBytes(segment(0xC4, table(0, 0)));
    file.writeBytes(segment(0xC4, table(0x10, progressive ? 0xE0 : 0)));
    file.writeBytes(scan(0, progressive ? 0 : 63, blocks * (progressive ? 1 : 2)));
    for (int i = 0; i < scans; i++) { // runs of 16,384 empty blocks, of 15 bits each
      file.writeBytes(scan(1 + i % 63, 1 + i % 63, (blocks + 16_383) / 16_384 * 15));
    }
    file.writeBytes(new byte[] {-1, (byte) 0xD9});
    return file.toByteArray();
  }

  /** Progressive, three colors of the full size: coefficients of all blocks are kept. */
  private static byte[] colors(int width, int height) {
    int blocks = (width + 7) / 8 * ((height + 7) / 8);
    byte[] frame =
        Bytes.concat(
            new byte[] {8},
            Shorts.toByteArray((short) height),
            Shorts.toByteArray((short) width),
            new byte[] {3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0});
    return Bytes.concat(
        new byte[] {-1, (byte) 0xD8},
        segment(0xDB, new byte[1], times(64, new byte[] {1})),
        segment(0xC2, frame),
        segment(0xC4, table(0, 0)),
        segment(0xDA, new byte[] {3, 1, 0, 2, 0, 3, 0, 0, 0, 0}),
        new byte[(3 * blocks + 7) / 8],
        new byte[] {-1, (byte) 0xD9});
  }

  /** A Huffman table of a single code, of one bit. */
  private static byte[] table(int number, int meaning) {
    byte[] table = new byte[18];
    table[0] = (byte) number;
    table[1] = 1;
    table[17] = (byte) meaning;
    return table;
  }

  private static byte[] scan(int first, int last, int bits) {
    byte[] header = {1, 1, 0, (byte) first, (byte) last, 0};
    return Bytes.concat(segment(0xDA, header), new byte[(bits + 7) / 8]);
  }
}
