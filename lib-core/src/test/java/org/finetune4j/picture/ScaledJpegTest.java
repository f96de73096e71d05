package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.finetune4j.decode.pixel.BufferedImages;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JPEG files at a part of their size. The truth is what Pillow decodes of the same bytes at the
 * same scale ({@code images/scaled/make_scaled.py}).
 */
class ScaledJpegTest {
  private static final ImageDecoder DECODER = ImageDecoder.standard();
  private static final int DAMAGED = Boolean.getBoolean("finetune4j.thorough") ? 6_000 : 900;
  private static final List<String> FILES =
      List.of(
          "baseline420",
          "baseline422",
          "baseline444",
          "baseline440",
          "baseline411",
          "baseline414",
          "narrow422",
          "gray",
          "gray22",
          "rgb",
          "restart",
          "best",
          "worst",
          "noise",
          "wide420",
          "wide-gray22",
          "wide-progressive",
          "progressive420",
          "progressive422",
          "progressive444",
          "progressive-gray",
          "progressive-restart");

  static Stream<String> files() {
    return FILES.stream();
  }

  private static byte[] resource(String file) throws IOException {
    try (InputStream in = ScaledJpegTest.class.getResourceAsStream("/images/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    }
  }

  private static ImageSize part(Image whole, int denominator) {
    return new ImageSize(whole.width() / denominator, whole.height() / denominator);
  }

  @ParameterizedTest
  @MethodSource("files")
  void equalsPillowsDraft(String name) throws IOException {
    byte[] file = resource("scaled/" + name + ".jpg");
    Image whole = DECODER.decode(file);
    for (int denominator = 2; denominator <= 8; denominator *= 2) {
      Image expected;
      try (InputStream in =
          ScaledJpegTest.class.getResourceAsStream(
              "/images/scaled/" + name + "." + denominator + ".png")) {
        expected = BufferedImages.toImage(ImageIO.read(Objects.requireNonNull(in)));
      }
      assertThat(DECODER.draft(part(whole, denominator)).decode(file))
          .as("1/%d", denominator)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"47, 31", "46, 31", "47, 30", "1000, 1"})
  void noSideGetsSmallerThanAskedFor(int width, int height) throws IOException {
    byte[] file = resource("scaled/baseline420.jpg");

    assertThat(DECODER.draft(new ImageSize(width, height)).decode(file))
        .isEqualTo(DECODER.decode(file));
  }

  /** What is asked for is the upright picture. */
  @Test
  void standsUpright() throws IOException {
    byte[] plain = resource("scaled/baseline420.jpg");
    byte[] exif =
        HexFormat.of()
            .parseHex(
                "ffe10022457869660000"
                    + "4d4d002a00000008"
                    + "0001011200030000000100060000"
                    + "00000000");
    byte[] turned = Arrays.copyOf(plain, 2 + exif.length + plain.length - 2);
    System.arraycopy(exif, 0, turned, 2, exif.length);
    System.arraycopy(plain, 2, turned, 2 + exif.length, plain.length - 2);

    assertThat(DECODER.decode(turned).size()).isEqualTo(new ImageSize(61, 93));
    assertThat(DECODER.draft(new ImageSize(15, 23)).decode(turned).size())
        .isEqualTo(new ImageSize(16, 24));
    assertThat(DECODER.draft(new ImageSize(23, 15)).decode(turned).size())
        .isEqualTo(new ImageSize(31, 47));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cmyk.jpg", "ycck.jpg", "rgb.png", "lossy.webp"})
  void otherKindsComeAtTheirFullSize(String name) throws IOException {
    byte[] file = resource(name);

    assertThat(DECODER.draft(new ImageSize(1, 1)).decode(file)).isEqualTo(DECODER.decode(file));
  }

  /** The full decoder is the judge of what is damaged. */
  @ParameterizedTest
  @MethodSource("files")
  void whatBreaksOffIsRefusedAsAlways(String name) throws IOException {
    byte[] file = resource("scaled/" + name + ".jpg");
    byte[] cut = Arrays.copyOf(file, file.length - 40);

    assertThatThrownBy(() -> DECODER.draft(new ImageSize(1, 1)).decode(cut))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it ends before its last pixel");
  }

  @Test
  void damagedFilesAreTakenOrRefusedAsAtFullSize() throws IOException {
    SplittableRandom random = new SplittableRandom(22);
    ImageDecoder draft = DECODER.draft(new ImageSize(1, 1));
    int taken = 0;
    for (int i = 0; i < DAMAGED; i++) {
      byte[] file = resource("scaled/" + FILES.get(i % FILES.size()) + ".jpg");
      for (int change = random.nextInt(3); change >= 0; change--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      boolean whole = decodes(DECODER, file);
      assertThat(decodes(draft, file)).as("file %d", i).isEqualTo(whole);
      taken += whole ? 1 : 0;
    }
    assertThat(taken).isBetween(DAMAGED / 30, DAMAGED * 29 / 30);
  }

  private static boolean decodes(ImageDecoder decoder, byte[] file) {
    try {
      decoder.decode(file);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void canBeInterrupted() throws IOException {
    byte[] file = resource("scaled/baseline420.jpg");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> DECODER.draft(new ImageSize(1, 1)).decode(file))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** 36 MB of pixels and 48 MB of coefficients are never in memory. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPhotoOfTwelveMegapixelsTakesLittleMemory(boolean progressive) throws IOException {
    byte[] file = photo(progressive);
    ImageDecoder draft = DECODER.draft(ImageSize.square(448));
    assertThat(draft.decode(file).size()).isEqualTo(new ImageSize(1000, 750));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    draft.decode(file);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(12_000_000);
  }

  private static byte[] photo(boolean progressive) throws IOException {
    BufferedImage picture = new BufferedImage(4000, 3000, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = picture.createGraphics();
    canvas.setPaint(new GradientPaint(0, 0, Color.ORANGE, 4000, 3000, Color.BLUE));
    canvas.fillRect(0, 0, 4000, 3000);
    canvas.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam how = writer.getDefaultWriteParam();
      if (progressive) {
        how.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.write(null, new IIOImage(picture, null, null), how);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
