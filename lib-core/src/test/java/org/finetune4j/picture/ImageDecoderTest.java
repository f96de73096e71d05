package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.finetune4j.decode.pixel.BufferedImages;
import org.finetune4j.image.Image;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Decodes the files in {@code images/}, a picture drawn by formula and written with Pillow 9.4 and
 * OpenCV. The truth in {@code images/expected/} is what Pillow decodes from the same bytes
 * (transparency composited on white by formula, 16 bits cut to 8).
 */
class ImageDecoderTest {
  private static final ImageDecoder DECODER = ImageDecoder.standard();

  @ParameterizedTest
  @CsvSource({
    "baseline.jpg, 3, 0",
    "subsampling444.jpg, 3, 0",
    "no-jfif444.jpg, 3, 0",
    "progressive.jpg, 3, 0",
    "gray.jpg, 1, 0",
    "rgb-adobe.jpg, 3, 0",
    "cmyk.jpg, 3, 1",
    "cmyk-black.jpg, 3, 1",
    "ycck.jpg, 3, 1",
    "rgb.png, 3, 0",
    "gray.png, 1, 0",
    "bilevel.png, 1, 0",
    "palette.png, 3, 0",
    "palette-alpha.png, 3, 0",
    "rgba.png, 3, 0",
    "gray-alpha.png, 1, 0",
    "color-key.png, 3, 0",
    "rgb16.png, 3, 0",
    "gray16.png, 1, 0",
    "rgba16.png, 3, 0",
    "picture.gif, 3, 0",
    "animated.gif, 3, 0",
    "transparent.gif, 3, 0",
    "rgb.bmp, 3, 0",
    "palette.bmp, 3, 0",
    "gray.bmp, 1, 0",
    "lossy.webp, 3, 0",
    "lossless.webp, 3, 0",
    "alpha.webp, 3, 0",
    "raw.tif, 3, 0",
    "lzw.tif, 3, 0",
    "adobe_deflate.tif, 3, 0",
    "packbits.tif, 3, 0",
    "jpeg.tif, 3, 0",
    "gray.tif, 1, 0",
    "bilevel.tif, 1, 0",
    "cmyk.tif, 3, 0",
    "rgba.tif, 3, 0",
    "rgb16.tif, 3, 0"
  })
  void decodesTheSamePixelsAsPillow(String file, int channels, int tolerance) throws IOException {
    Image image = DECODER.decode(resource(file));
    Image expected = expected(file);
    assertThat(image.size()).isEqualTo(expected.size());
    assertThat(image.channels()).isEqualTo(channels);
    assertThat(largestDifference(image, expected)).isLessThanOrEqualTo(tolerance);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orientation1.jpg",
        "orientation2.jpg",
        "orientation3.jpg",
        "orientation4.jpg",
        "orientation5.jpg",
        "orientation6.jpg",
        "orientation7.jpg",
        "orientation8.jpg",
        "orientation6.png",
        "orientation6.webp",
        "orientation6.tif"
      })
  void turnsPicturesUprightByTheirExifOrientation(String file) throws IOException {
    assertThat(DECODER.decode(resource(file))).isEqualTo(expected(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"profile.jpg", "profile.png", "profile.webp", "profile.tif"})
  void ignoresColorProfiles(String file) throws IOException {
    assertThat(DECODER.decode(resource(file))).isEqualTo(expected(file));
  }

  @Test
  void decodesPathsStreamsAndBytesAlike(@TempDir Path dir) throws IOException {
    byte[] bytes = resource("baseline.jpg");
    Path file = Files.write(dir.resolve("a picture"), bytes);
    Image image = DECODER.decode(bytes);
    assertThat(DECODER.decode(file)).isEqualTo(image);
    assertThat(DECODER.decode(new ByteArrayInputStream(bytes))).isEqualTo(image);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_4BYTE_ABGR_PRE,
      })
  void takesOverEveryAwtLayout(int type) {
    BufferedImage picture = new BufferedImage(5, 4, type);
    picture.setRGB(1, 2, 0xFF204060);
    Image image = DECODER.decode(picture);
    assertThat(image.sample(1, 2, 0)).isEqualTo(0x20);
    assertThat(image.sample(1, 2, 1)).isEqualTo(0x40);
    assertThat(image.sample(1, 2, 2)).isEqualTo(0x60);
    boolean transparent = picture.getColorModel().hasAlpha();
    assertThat(image.sample(0, 0, 0)).isEqualTo(transparent ? 255 : 0);
  }

  @Test
  void takesOverPartsOfAwtPicturesAndGray() {
    BufferedImage whole = new BufferedImage(8, 6, BufferedImage.TYPE_3BYTE_BGR);
    whole.setRGB(3, 4, 0xFF0A141E);
    Image part = DECODER.decode(whole.getSubimage(2, 3, 4, 3));
    assertThat(part.sample(1, 1, 0)).isEqualTo(10);
    assertThat(part.sample(1, 1, 2)).isEqualTo(30);

    BufferedImage gray = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    gray.getRaster().setSample(2, 1, 0, 77);
    assertThat(DECODER.decode(gray).channels()).isEqualTo(1);
    assertThat(DECODER.decode(gray).sample(2, 1, 0)).isEqualTo(77);

    BufferedImage coarse = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
    coarse.setRGB(0, 0, 0xFFFF0000);
    assertThat(DECODER.decode(coarse)).isEqualTo(Image.of(1, 1, new byte[] {-1, 0, 0}));
  }

  @Test
  void aMissingFileIsReportedAsSuch(@TempDir Path dir) {
    assertThatThrownBy(() -> DECODER.decode(dir.resolve("no.jpg")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageEndingWith("no.jpg: there is no such file");
    assertThatThrownBy(() -> DECODER.decode(Path.of("no.jpg")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            "no.jpg: there is no such file; relative paths begin at "
                + Path.of("").toAbsolutePath());
  }

  @Test
  void otherFilesAreRefusedByName(@TempDir Path dir) throws IOException {
    Path text = Files.writeString(dir.resolve("notes.jpg"), "BM is how bitmaps begin");
    assertThatThrownBy(() -> DECODER.decode(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("notes.jpg")
        .hasMessageContaining("JPEG, PNG, GIF, BMP, WebP, TIFF");
    Path empty = Files.createFile(dir.resolve("empty.png"));
    assertThatThrownBy(() -> DECODER.decode(empty))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("empty.png")
        .hasMessageContaining("empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "baseline.jpg",
        "progressive.jpg",
        "rgb.png",
        "picture.gif",
        "rgb.bmp",
        "lossless.webp",
        "lzw.tif"
      })
  void truncatedFilesAreRefused(String file) throws IOException {
    byte[] bytes = resource(file);
    byte[] half = Arrays.copyOf(bytes, bytes.length * 6 / 10);
    assertThatThrownBy(() -> DECODER.decode(half)).isInstanceOf(IOException.class);
  }

  @Test
  void aMissingEndMarkerDoesNoHarm() throws IOException {
    byte[] bytes = resource("baseline.jpg");
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 2);
    assertThat(DECODER.decode(cut)).isEqualTo(DECODER.decode(bytes));
  }

  @Test
  void sizesBeyondTheLimitAreRefusedFromTheHeader() throws IOException {
    byte[] png = resource("rgb.png");
    ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 50_000);
    assertThatThrownBy(() -> DECODER.decode(png))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("60000x50000")
        .hasMessageContaining("maxPixels");
    ImageDecoder small = ImageDecoder.builder().maxPixels(500).maxFileBytes(2000).build();
    assertThatThrownBy(() -> small.decode(resource("baseline.jpg")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("29x18 pixels; at least 1x1 and at most 500");
    assertThatThrownBy(() -> small.decode(new ByteArrayInputStream(new byte[2001])))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more bytes than the limit of 2000");
    assertThatThrownBy(() -> small.decode(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("30x20");
  }

  @Test
  void aJpegOfThousandsOfScansIsRefused() throws IOException {
    byte[] bytes = resource("progressive.jpg");
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(bytes, 0, bytes.length - 2);
    for (int i = 0; i < 2000; i++) {
      bomb.write(new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 0, 0});
    }
    assertThatThrownBy(() -> DECODER.decode(bomb.toByteArray()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("scans");
  }

  @Test
  void limitsOutOfRangeAreMisuse() {
    assertThatThrownBy(() -> ImageDecoder.builder().maxPixels(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxPixels must be 1 to 500000000, but is 0.");
    assertThatThrownBy(() -> ImageDecoder.builder().maxFileBytes(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void imageIoStaysAsItWas() throws IOException {
    List<ImageReaderSpi> before = providers();
    boolean cache = ImageIO.getUseCache();
    DECODER.decode(resource("cmyk.jpg"));
    DECODER.decode(resource("jpeg.tif"));
    assertThat(providers()).isEqualTo(before);
    assertThat(ImageIO.getUseCache()).isEqualTo(cache);
  }

  @Test
  void interlacedPngsDecodeToo() throws IOException {
    BufferedImage picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(new Color(10, 200, 90));
    graphics.fillOval(3, 3, 25, 20);
    graphics.dispose();
    var writer = ImageIO.getImageWritersByFormatName("png").next();
    var settings = writer.getDefaultWriteParam();
    settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), settings);
    }
    assertThat(bytes.toByteArray()[28]).as("interlace method").isEqualTo((byte) 1);
    assertThat(DECODER.decode(bytes.toByteArray())).isEqualTo(DECODER.decode(picture));
  }

  private static List<ImageReaderSpi> providers() {
    List<ImageReaderSpi> providers = new ArrayList<>();
    IIORegistry.getDefaultInstance()
        .getServiceProviders(ImageReaderSpi.class, true)
        .forEachRemaining(providers::add);
    return providers;
  }

  private static int largestDifference(Image a, Image b) {
    byte[] left = a.rgb();
    byte[] right = b.rgb();
    int largest = 0;
    for (int i = 0; i < left.length; i++) {
      largest = Math.max(largest, Math.abs((left[i] & 0xFF) - (right[i] & 0xFF)));
    }
    return largest;
  }

  private static Image expected(String file) throws IOException {
    try (InputStream in = open("expected/" + file + ".png")) {
      return BufferedImages.toImage(ImageIO.read(in));
    }
  }

  private static byte[] resource(String file) throws IOException {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    }
  }

  private static InputStream open(String file) throws IOException {
    InputStream in = ImageDecoderTest.class.getResourceAsStream("/images/" + file);
    if (in == null) {
      throw new NoSuchFileException(file);
    }
    return in;
  }
}
