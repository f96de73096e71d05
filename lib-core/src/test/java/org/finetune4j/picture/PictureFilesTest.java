package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.SkippedFile;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Picture files as phones, programs and the web write them, made of plain ones. */
class PictureFilesTest {
  private static final ImageDecoder DECODER = ImageDecoder.standard();
  private static final String MANY_LOST = "more than a tenth of the files is left out";

  private static byte[] resource(String file) throws IOException {
    try (InputStream in = PictureFilesTest.class.getResourceAsStream("/images/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    }
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  // EXIF data that say nothing but an orientation.
  private static byte[] exif(int orientation) {
    return exif(3, orientation);
  }

  private static byte[] exif(int type, int orientation) {
    return ByteBuffer.allocate(26)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(ascii("II*\0"))
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 274)
        .putShort((short) type)
        .putInt(1)
        .putInt(orientation)
        .putInt(0)
        .array();
  }

  private static byte[] xmp(int orientation) {
    return ascii(
        "<x:xmpmeta><rdf:Description tiff:Orientation=\"" + orientation + "\"/></x:xmpmeta>");
  }

  private static byte[] jpegWith(byte[] segment) throws IOException {
    byte[] jpeg = resource("baseline.jpg");
    return join(Arrays.copyOf(jpeg, 2), segment, Arrays.copyOfRange(jpeg, 2, jpeg.length));
  }

  private static byte[] app1(byte[]... content) {
    byte[] all = join(content);
    return join(
        hex("FFE1"), ByteBuffer.allocate(2).putShort((short) (all.length + 2)).array(), all);
  }

  private static byte[] pngWith(String name, byte[] content) throws IOException {
    byte[] png = resource("rgb.png");
    int behindHeader = 33;
    return join(
        Arrays.copyOf(png, behindHeader),
        chunk(name, content),
        Arrays.copyOfRange(png, behindHeader, png.length));
  }

  private static byte[] chunk(String name, byte[] content) {
    CRC32 sum = new CRC32();
    sum.update(ascii(name));
    sum.update(content);
    return join(
        ByteBuffer.allocate(4).putInt(content.length).array(),
        ascii(name),
        content,
        ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  private static byte[] webPWith(String name, byte[] content) throws IOException {
    byte[] still = resource("lossless.webp");
    byte[] padded = content.length % 2 == 0 ? content : join(content, new byte[1]);
    byte[] chunks =
        join(
            ascii("VP8X"),
            hex("0A000000 0C000000"),
            size(DECODER.decode(still)),
            Arrays.copyOfRange(still, 12, still.length),
            ascii(name),
            number(content.length),
            padded);
    return join(ascii("RIFF"), number(4 + chunks.length), ascii("WEBP"), chunks);
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static byte[] size(Image image) {
    return join(
        Arrays.copyOf(number(image.width() - 1), 3), Arrays.copyOf(number(image.height() - 1), 3));
  }

  static IntStream orientations() {
    return IntStream.rangeClosed(1, 8);
  }

  /** Every place where an orientation can stand, by every value; JPEG's EXIF is the reference. */
  @ParameterizedTest
  @MethodSource("orientations")
  void standsUprightWhereverTheOrientationStands(int value) throws IOException {
    byte[] rawProfile =
        ascii(
            "\nexif\n      32\n"
                + HexFormat.of().formatHex(join(ascii("Exif\0\0"), exif(value)))
                + "\n");
    Deflater deflater = new Deflater();
    deflater.setInput(rawProfile);
    deflater.finish();
    byte[] packed = new byte[200];
    int length = deflater.deflate(packed);
    deflater.end();

    assertUpright("baseline.jpg", value, jpegWith(app1(ascii("Exif\0\0"), exif(value))));
    assertUpright(
        "baseline.jpg", value, jpegWith(app1(ascii("http://ns.adobe.com/xap/1.0/\0"), xmp(value))));
    assertUpright("rgb.png", value, pngWith("eXIf", exif(value)));
    assertUpright(
        "rgb.png", value, pngWith("tEXt", join(ascii("Raw profile type exif\0"), rawProfile)));
    assertUpright(
        "rgb.png",
        value,
        pngWith("zTXt", join(ascii("Raw profile type exif\0\0"), Arrays.copyOf(packed, length))));
    assertUpright(
        "rgb.png", value, pngWith("iTXt", join(ascii("XML:com.adobe.xmp\0\0\0\0\0"), xmp(value))));
    assertUpright("lossless.webp", value, webPWith("EXIF", exif(value)));
    assertUpright("lossless.webp", value, webPWith("XMP ", xmp(value)));
    assertUpright("bilevel.tif", value, oriented(resource("bilevel.tif"), value));
    assertUpright("raw.tif", value, oriented(resource("raw.tif"), value));
  }

  private static void assertUpright(String plain, int value, byte[] file) throws IOException {
    Image stored = DECODER.decode(resource(plain));
    Image upright = DECODER.decode(file);
    boolean turned = value > 4;
    assertThat(upright.width()).isEqualTo(turned ? stored.height() : stored.width());
    int w = stored.width() - 1;
    int h = stored.height() - 1;
    for (int y = 0; y < stored.height(); y++) {
      for (int x = 0; x < stored.width(); x++) {
        int[] to =
            switch (value) {
              case 1 -> new int[] {x, y};
              case 2 -> new int[] {w - x, y};
              case 3 -> new int[] {w - x, h - y};
              case 4 -> new int[] {x, h - y};
              case 5 -> new int[] {y, x};
              case 6 -> new int[] {h - y, x};
              case 7 -> new int[] {h - y, w - x};
              default -> new int[] {y, w - x};
            };
        assertThat(pixel(upright, to[0], to[1])).isEqualTo(pixel(stored, x, y));
      }
    }
  }

  private static int pixel(Image image, int x, int y) {
    byte[] rgb = image.rgb();
    int at = 3 * (y * image.width() + x);
    return (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | (rgb[at + 2] & 0xFF);
  }

  /** Appends a directory with one more field, and points the header at it. */
  private static byte[] oriented(byte[] tiff, int value) {
    ByteBuffer from = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(from.getShort(0)).isEqualTo((short) 0x4949);
    int directory = from.getInt(4);
    int count = from.getShort(directory);
    byte[] fields = Arrays.copyOfRange(tiff, directory + 2, directory + 2 + 12 * count);
    int before = 0;
    while (before < count && from.getShort(directory + 2 + 12 * before) < 274) {
      before++;
    }
    boolean there = before < count && from.getShort(directory + 2 + 12 * before) == 274;
    byte[] field =
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) 274)
            .putShort((short) 3)
            .putInt(1)
            .putInt(value)
            .array();
    byte[] head = Arrays.copyOf(fields, 12 * before);
    byte[] tail = Arrays.copyOfRange(fields, 12 * (there ? before + 1 : before), fields.length);
    byte[] all = join(head, field, tail);
    byte[] result = join(tiff, Arrays.copyOf(number(all.length / 12), 2), all, new byte[4]);
    ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN).putInt(4, tiff.length);
    return result;
  }

  /**
   * Whole numbers of any width count (bytes do not in Pillow); texts and what has no type do not.
   */
  @ParameterizedTest
  @CsvSource({"1, true", "2, false", "3, true", "4, true", "7, false"})
  void anOrientationIsAWholeNumber(int type, boolean counts) throws IOException {
    Image upright = DECODER.decode(resource("baseline.jpg"));
    Image read = DECODER.decode(jpegWith(app1(ascii("Exif\0\0"), exif(type, 6))));
    assertThat(read.width()).isEqualTo(counts ? upright.height() : upright.width());
  }

  @Test
  void aVideoBehindAPhoneCamerasPictureIsNoPartOfIt() throws IOException {
    byte[] video = new byte[100_000];
    Arrays.fill(video, (byte) 7);
    for (int i = 0; i + 4 < video.length; i += 50) {
      video[i] = (byte) 0xFF;
      video[i + 1] = (byte) 0xDA; // would be the start of a scan
    }
    for (String file : new String[] {"baseline.jpg", "progressive.jpg"}) {
      byte[] motion = join(resource(file), hex("00000018 66747970 6D703432"), video);
      assertThat(DECODER.decode(motion)).isEqualTo(DECODER.decode(resource(file)));
      byte[] twice = join(resource(file), resource("progressive.jpg"));
      assertThat(DECODER.decode(twice)).isEqualTo(DECODER.decode(resource(file)));
    }
  }

  @Test
  void fillBytesMayStandBeforeEveryMarker() throws IOException {
    byte[] plain = resource("orientation6.jpg");
    byte[] fill = hex("FFFFFF");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(plain, 0, 2);
    int at = 2;
    while ((plain[at + 1] & 0xFF) != 0xDA) {
      int end = at + 2 + ((plain[at + 2] & 0xFF) << 8 | (plain[at + 3] & 0xFF));
      out.writeBytes(fill);
      out.write(plain, at, end - at);
      at = end;
    }
    out.writeBytes(fill);
    out.write(plain, at, plain.length - 2 - at);
    out.writeBytes(fill);
    out.writeBytes(hex("FFD9"));

    assertThat(DECODER.decode(out.toByteArray())).isEqualTo(DECODER.decode(plain));
  }

  @Test
  void aMissingEndMarkerIsJudgedByThePictureNotByItsThumbnail() throws IOException {
    byte[] thumbnail = resource("progressive.jpg");
    byte[] small = Arrays.copyOf(thumbnail, Math.min(thumbnail.length, 60_000));
    byte[] with = jpegWith(app1(ascii("Exif\0\0"), exif(1), small));
    byte[] cut = Arrays.copyOf(with, with.length - 2);

    assertThat(DECODER.decode(cut)).isEqualTo(DECODER.decode(resource("baseline.jpg")));
  }

  @Test
  void tablesWithoutEndAreRefused() throws IOException {
    byte[] table = hex("FFC4 0014 00 00000000000000000000000000000000 00".replace(" ", ""));
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 400_000; i++) {
      many.writeBytes(table);
    }
    byte[] file = jpegWith(many.toByteArray());

    assertThatThrownBy(() -> DECODER.decode(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 2000 segments");
  }

  /** The logical screen is larger than the frame, which does not lie in its corner. */
  @Test
  void aGifsFirstFrameLiesOnItsCanvas() throws IOException {
    byte[] gif = resource("picture.gif");
    Image frame = DECODER.decode(gif);
    ByteBuffer bytes = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
    int descriptor = 13 + ((gif[10] & 0x80) != 0 ? 3 << ((gif[10] & 7) + 1) : 0);
    while (gif[descriptor] == 0x21) {
      descriptor += 2;
      while (gif[descriptor] != 0) {
        descriptor += 1 + (gif[descriptor] & 0xFF);
      }
      descriptor++;
    }
    bytes.putShort(6, (short) (frame.width() + 9)).putShort(8, (short) (frame.height() + 5));
    bytes.putShort(descriptor + 1, (short) 4).putShort(descriptor + 3, (short) 3);

    Image canvas = DECODER.decode(gif);

    assertThat(canvas.width()).isEqualTo(frame.width() + 9);
    assertThat(canvas.height()).isEqualTo(frame.height() + 5);
    for (int y = 0; y < frame.height(); y++) {
      for (int x = 0; x < frame.width(); x++) {
        assertThat(pixel(canvas, x + 4, y + 3)).isEqualTo(pixel(frame, x, y));
      }
    }
  }

  /** Programs that do not compress begin a table before every pixel, some of them twice. */
  @Test
  void aGifMayBeginItsTableTwiceAtOnce() throws IOException {
    byte[] header = hex("474946383961 0400 0100 F1 00 00 000000 FFFFFF FF0000 00FF00");
    byte[] frame = hex("2C 0000 0000 0400 0100 00 02");
    int[] codes = {4, 4, 1, 4, 2, 4, 4, 4, 3, 4, 1, 5}; // of three bits: 4 begins, 5 ends
    long bits = 0;
    for (int i = 0; i < codes.length; i++) {
      bits |= (long) codes[i] << (3 * i);
    }
    byte[] packed =
        Arrays.copyOf(
            ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bits).array(), 5);

    Image image = DECODER.decode(join(header, frame, hex("05"), packed, hex("00 3B")));

    assertThat(IntStream.range(0, 4).map(x -> pixel(image, x, 0)))
        .containsExactly(0xFFFFFF, 0xFF0000, 0x00FF00, 0xFFFFFF);
  }

  /** One frame of an animation, at its place on a larger canvas, white elsewhere. */
  @Test
  void aWebPAnimationsFirstFrameLiesOnItsCanvas() throws IOException {
    byte[] still = resource("lossless.webp");
    Image frame = DECODER.decode(still);
    byte[] picture = Arrays.copyOfRange(still, 12, still.length);
    byte[] placed =
        join(
            Arrays.copyOf(number(2), 3),
            Arrays.copyOf(number(1), 3),
            size(frame),
            hex("640000 00"),
            picture);
    byte[] canvasSize =
        join(
            Arrays.copyOf(number(frame.width() + 9), 3),
            Arrays.copyOf(number(frame.height() + 5), 3));
    byte[] chunks =
        join(
            ascii("VP8X"),
            hex("0A000000 02000000"),
            canvasSize,
            ascii("ANIM"),
            hex("06000000 FFFFFFFF 0000"),
            ascii("ANMF"),
            number(placed.length),
            placed);
    byte[] file = join(ascii("RIFF"), number(4 + chunks.length), ascii("WEBP"), chunks);

    Image canvas = DECODER.decode(file);

    assertThat(canvas.width()).isEqualTo(frame.width() + 10);
    assertThat(pixel(canvas, 0, 0)).isEqualTo(0xFFFFFF);
    assertThat(pixel(canvas, 4, 2)).isEqualTo(pixel(frame, 0, 0));
    assertThat(pixel(canvas, 3 + frame.width(), 1 + frame.height()))
        .isEqualTo(pixel(frame, frame.width() - 1, frame.height() - 1));
  }

  /** A TIFF of one row, uncompressed. */
  private static byte[] tiff(
      int samples, int bits, int photometric, int extra, int format, byte[] row) {
    int width = row.length * 8 / bits / samples;
    int[][] fields = {
      {256, 3, width}, {257, 3, 1}, {258, 3, bits}, {259, 3, 1}, {262, 3, photometric},
      {273, 4, 8}, {277, 3, samples}, {278, 3, 1}, {279, 4, row.length}, {284, 3, 1},
      {338, 3, extra}, {339, 3, format}
    };
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    int count = 0;
    for (int[] field : fields) {
      if (field[0] == 338 && extra < 0) {
        continue;
      }
      // All samples have as many bits: one number stands for all in what is read here.
      directory.writeBytes(Arrays.copyOf(number(field[0]), 2));
      directory.writeBytes(Arrays.copyOf(number(field[1]), 2));
      directory.writeBytes(number(1));
      directory.writeBytes(number(field[2]));
      count++;
    }
    byte[] padded = row.length % 2 == 0 ? row : join(row, new byte[1]);
    return join(
        ascii("II*\0"),
        number(8 + padded.length),
        padded,
        Arrays.copyOf(number(count), 2),
        directory.toByteArray(),
        new byte[4]);
  }

  @Test
  void samplesBehindTheColorsMeanWhatATiffSays() throws IOException {
    byte[] row = hex("64 32 0A 80 C8 96 64 FF");

    Image unspecified = DECODER.decode(tiff(4, 8, 2, 0, 1, row));
    Image premultiplied = DECODER.decode(tiff(4, 8, 2, 1, 1, row));
    Image straight = DECODER.decode(tiff(4, 8, 2, 2, 1, row));

    assertThat(pixel(unspecified, 0, 0)).isEqualTo(0x64320A);
    assertThat(pixel(premultiplied, 0, 0)).isEqualTo(0xE3B189); // c + 255 - 128
    assertThat(pixel(straight, 0, 0)).isEqualTo(0xB19884); // c * 128 / 255 + 127
    assertThat(pixel(straight, 1, 0)).isEqualTo(0xC89664);
  }

  /** Without a field that says so, a fourth sample is opacity, as in Pillow. */
  @Test
  void aFourthSampleIsOpacityWhereATiffIsSilent() throws IOException {
    Image silent = DECODER.decode(tiff(4, 8, 2, -1, 1, hex("64 32 0A 80")));

    assertThat(pixel(silent, 0, 0)).isEqualTo(0xB19884);
  }

  /** Colors of LittleCMS 2 through Pillow 12's ImageCms, flags 0x100 (not approximated). */
  @Test
  void labTiffsHaveTheColorsOfColorManagement() throws IOException {
    byte[] row = hex("FF0000 800000 8A5046 64C81E C80AB4 030000");

    Image picture = DECODER.decode(tiff(3, 8, 8, -1, 1, row));

    assertThat(IntStream.range(0, 6).map(x -> pixel(picture, x, 0)))
        .containsExactly(0xFFFFFF, 0x777777, 0xFD0700, 0x007025, 0x79C1FF, 0x040404);
  }

  @ParameterizedTest
  @CsvSource({"0, 0x64320A", "2, 0xB19884"})
  void palettesMayHaveSamplesBesideTheIndex(int extra, int expected) throws IOException {
    byte[] file = tiff(2, 8, 3, extra, 1, hex("01 80"));
    byte[] palette = new byte[3 * 512];
    palette[3] = 0x64;
    palette[512 + 3] = 0x32;
    palette[1024 + 3] = 0x0A;
    ByteBuffer fields = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int at = fields.getInt(4) + 2 + 9 * 12; // the planes are not mentioned, but colors
    fields.putShort(at, (short) 320).putInt(at + 4, 768).putInt(at + 8, file.length);

    Image picture = DECODER.decode(join(file, palette));

    assertThat(pixel(picture, 0, 0)).isEqualTo(expected);
  }

  @Test
  void oldStyleJpegWithSmallerColorsIsRefused() {
    byte[] file = tiff(3, 8, 6, -1, 1, new byte[3]);
    ByteBuffer fields = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    fields.putInt(fields.getInt(4) + 2 + 3 * 12 + 8, 6);

    assertThatThrownBy(() -> DECODER.decode(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("old-style JPEG")
        .hasMessageContaining("LZW");
  }

  /** As in a file that Pillow's own tests have. */
  @Test
  void bitmapsMayNameThePlaceOfTheirPaletteAsThatOfTheirPixels() throws IOException {
    byte[] file = resource("palette.bmp");
    Image right = DECODER.decode(file);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(10, 54);

    assertThat(DECODER.decode(file)).isEqualTo(right);
  }

  /** The header of 56 bytes has a mask of opacity, too. */
  @Test
  void bitmapsOfVersion3HaveOpacity() throws IOException {
    ByteBuffer file = ByteBuffer.allocate(74).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("BM")).putInt(74).putInt(0).putInt(70);
    file.putInt(56).putInt(1).putInt(1).putShort((short) 1).putShort((short) 32).putInt(3);
    file.position(54).putInt(0xFF0000).putInt(0xFF00).putInt(0xFF).putInt(0xFF000000);
    file.putInt(0x8064320A);

    assertThat(pixel(DECODER.decode(file.array()), 0, 0)).isEqualTo(0xB19884);
  }

  @Test
  void inksMixAsInPillow() throws IOException {
    Image red = DECODER.decode(tiff(4, 8, 5, -1, 1, hex("00 FF FF 00 40 00 80 20")));

    assertThat(pixel(red, 0, 0)).isEqualTo(0xFF0000);
    assertThat(pixel(red, 1, 0)).isEqualTo(0xA7DF6F); // light 223: 223 - 223 * ink / 255
  }

  @ParameterizedTest
  @CsvSource({"32, 3, floating-point", "32, 2, signed", "16, 2, signed", "32, 1, 32-bit"})
  void samplesWithoutBlackAndWhiteAreRefused(int bits, int format, String name) {
    byte[] file = tiff(1, bits, 1, -1, format, new byte[16]);

    assertThatThrownBy(() -> DECODER.decode(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("unsigned integers of 8 or 16 bits");
  }

  /** Skips keep color 0; an index beyond the palette is black. */
  @Test
  void runsOfABitmapAreUnpacked() throws IOException {
    byte[] palette = hex("0000FF00 00FF0000"); // red, green
    byte[] runs = hex("0201 0002 0100 0101 0000 0003 000105 00 0001");
    byte[] header =
        ByteBuffer.allocate(54)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(ascii("BM"))
            .putInt(0)
            .putInt(0)
            .putInt(54 + palette.length)
            .putInt(40)
            .putInt(4)
            .putInt(2)
            .putShort((short) 1)
            .putShort((short) 8)
            .putInt(1)
            .putInt(runs.length)
            .putInt(0)
            .putInt(0)
            .putInt(2)
            .array();

    Image image = DECODER.decode(join(header, palette, runs));

    int[] expected = {
      0xFF0000, 0x00FF00, 0x000000, 0xFF0000, 0x00FF00, 0x00FF00, 0xFF0000, 0x00FF00
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(pixel(image, i % 4, i / 4)).as("pixel %s", i).isEqualTo(expected[i]);
    }
  }

  @Test
  void damageThatDoesNotTouchPixelsDoesNoHarmToAPng() throws IOException {
    Image plain = DECODER.decode(resource("rgb.png"));
    byte[] badSum = pngWith("tEXt", ascii("Comment\0hello"));
    badSum[33 + 8 + 13] ^= 1;
    byte[] bomb = new byte[64 << 20];
    Deflater deflater = new Deflater();
    deflater.setInput(bomb);
    deflater.finish();
    byte[] packed = new byte[200_000];
    int length = deflater.deflate(packed);
    deflater.end();
    byte[] profile = pngWith("iCCP", join(ascii("p\0\0"), Arrays.copyOf(packed, length)));
    byte[] png = resource("rgb.png");

    assertThat(DECODER.decode(badSum)).isEqualTo(plain);
    assertThat(DECODER.decode(profile)).isEqualTo(plain);
    assertThat(DECODER.decode(Arrays.copyOf(png, png.length - 12))).isEqualTo(plain);
    assertThat(DECODER.decode(join(png, new byte[1000]))).isEqualTo(plain);
    assertThatThrownBy(() -> DECODER.decode(pngWith("CgBI", new byte[4])))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Apple's variant of PNG");
  }

  /** The header claims 7000 x 5000 pixels; readers would paint them all gray. */
  @Test
  void fewBytesAreNotWorthSecondsOfWork() throws IOException {
    byte[] jpeg = resource("baseline.jpg");
    int header = 2;
    while ((jpeg[header + 1] & 0xFF) != 0xC0) {
      header += 2 + ((jpeg[header + 2] & 0xFF) << 8 | (jpeg[header + 3] & 0xFF));
    }
    ByteBuffer.wrap(jpeg).putShort(header + 5, (short) 7000).putShort(header + 7, (short) 5000);
    byte[] fax = resource("bilevel.tif");
    ByteBuffer tiff = ByteBuffer.wrap(fax).order(ByteOrder.LITTLE_ENDIAN);
    int fields = tiff.getInt(4);
    for (int i = 0; i < tiff.getShort(fields); i++) {
      int at = fields + 2 + 12 * i;
      if (tiff.getShort(at) == 257) {
        tiff.putShort(at + 2, (short) 4).putInt(at + 8, 60_000_000);
      } else if (tiff.getShort(at) == 259) {
        tiff.putInt(at + 8, 4);
      } else if (tiff.getShort(at) == 256) {
        tiff.putInt(at + 8, 1);
      }
    }

    byte[] png = resource("rgb.png");
    ByteBuffer.wrap(png).putInt(16, 7000).putInt(20, 5000);

    for (byte[] file : new byte[][] {jpeg, fax, png}) {
      assertThatThrownBy(() -> DECODER.decode(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("it ends before its last pixel");
    }
  }

  /** A lossless WebP of one color; its size is written in 14 bits each, less one. */
  @Test
  void aFewBytesMayBeABlankPageButNoMore() throws IOException {
    byte[] blank = hex("524946461A000000 57454250 5650384C 0E000000 2F3FDFCF07071011FD0F4444FF03");
    ByteBuffer size = ByteBuffer.wrap(blank).order(ByteOrder.LITTLE_ENDIAN);

    assertThatThrownBy(() -> DECODER.decode(blank))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Its 8000x8000 pixels come from 34 bytes.");
    size.putInt(21, (size.getInt(21) & 0xF0000000) | (100 - 1) << 14 | (200 - 1));
    assertThat(DECODER.decode(blank).size()).isEqualTo(new ImageSize(200, 100));
  }

  @ParameterizedTest
  @CsvSource({
    "0000001C 66747970 68656963 00000000 6D696631 68656963 686569780000, HEIC, Export as JPEG",
    "0000001C 66747970 6D696631 00000000 6D696631 61766966 6D6961660000, AVIF, avifdec",
    "0000001C 66747970 61766966 00000000 61766966 6D696631 6D6961660000, AVIF, avifdec",
    "FF0A 00000000000000000000000000000000, JPEG XL, djxl",
    "0000000C 4A584C20 0D0A870A 0000000000000000, JPEG XL, djxl",
    "0000000C 6A502020 0D0A870A 0000000000000000, JPEG 2000, opj_decompress",
    "3C3F786D6C 2076657273696F6E3D22312E30223F3E 3C737667 20786D6C, SVG, rsvg-convert",
    "25504446 2D312E37 0A00000000000000000000, PDF, pdftoppm",
    "0000001C 66747970 63727820 00000001 63727820 69736F6D, a camera's RAW format, darktable",
    "46554A49 46494C4D 4343442D 52415720 30323031, a camera's RAW format, darktable",
    "49492A00 10000000 43520200 00000000 00000000, a camera's RAW format, darktable",
    "38425053 00010000 00000000 00030000, Photoshop, Export as PNG"
  })
  void formatsThatAreNotReadAreNamedWithTheWayOut(String start, String name, String wayOut) {
    assertThatThrownBy(() -> DECODER.decode(hex(start)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("It is " + name)
        .hasMessageContaining(wayOut);
  }

  /** Readers of TIFF would give the small preview, as if it were the photo. */
  @ParameterizedTest
  @CsvSource({"50706, 284", "330, 254"}) // the version of DNG; directories behind a smaller picture
  void rawFormatsThatLookLikeTiffAreNamed(int first, int second) {
    byte[] file = tiff(3, 8, 2, 0, 1, hex("010203"));
    ByteBuffer fields = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int directory = fields.getInt(4) + 2;
    fields
        .putShort(directory + 10 * 12, (short) first)
        .putShort(directory + 9 * 12, (short) second);

    assertThatThrownBy(() -> DECODER.decode(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("It is a camera's RAW format")
        .hasMessageContaining("darktable");
  }

  @Test
  void foldersSayWhatTheyLost(@TempDir Path folder) throws IOException {
    Path cats = Files.createDirectories(folder.resolve("cats"));
    Files.write(cats.resolve("1.png"), resource("rgb.png"));
    Files.write(cats.resolve("2.heic"), hex("0000001C 66747970 68656963 00000000 6D696631"));

    ImageDataset dataset = ImageDataset.fromDirectory(folder);

    SkippedFile lost = dataset.skipped().get(0);
    assertThat(lost.reason()).isEqualTo(SkippedFile.Reason.FORMAT_NOT_READ);
    assertThat(lost.explanation()).startsWith("HEIC, cannot be read here. Export as JPEG");
    assertThat(dataset.toString())
        .startsWith("1 picture of 1 class {cats=1}; warning: 1 file is left out (HEIC, cannot")
        .contains(MANY_LOST);
    for (int i = 3; i < 11; i++) {
      Files.write(cats.resolve(i + ".png"), resource("rgb.png"));
    }
    assertThat(ImageDataset.fromDirectory(folder).toString()) // 9 pictures, of 10 files
        .contains("1 file is left out")
        .doesNotContain(MANY_LOST);
    assertThatThrownBy(() -> DECODER.decode(cats))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it is a folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {",cats", "1.png,", "a\u0000b.png,cats"})
  void listsNameTheLineThatCannotBeMeant(String line, @TempDir Path folder) throws IOException {
    Path csv =
        Files.writeString(folder.resolve("list.csv"), "file,label\n1.png,dogs\n" + line + "\n");

    assertThatThrownBy(() -> ImageDataset.fromCsv(csv))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("list.csv, line 3: it ");
  }
}
