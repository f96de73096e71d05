package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.finetune4j.image.Image;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageEncoderTest {
  @TempDir Path dir;

  private static Image ramp(int width, int height, int channels) {
    byte[] samples = new byte[width * height * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i * 3);
    }
    return channels == 1 ? Image.gray(width, height, samples) : Image.of(width, height, samples);
  }

  @Test
  void pngKeepsEveryPixel() throws IOException {
    for (int channels : new int[] {1, 3}) {
      Image image = ramp(7, 5, channels);
      Path file = dir.resolve("new/picture.PNG");
      ImageEncoder.save(image, file);
      assertThat(ImageDecoder.standard().decode(file)).isEqualTo(image);
      assertThat(ImageEncoder.toImage(ImageEncoder.toBufferedImage(image))).isEqualTo(image);
    }
  }

  @Test
  void awtSeesTheSameColors() {
    BufferedImage awt =
        ImageEncoder.toBufferedImage(Image.of(2, 1, new byte[] {1, 2, 3, (byte) 250, 5, 6}));
    assertThat(awt.getRGB(0, 0)).isEqualTo(0xFF010203);
    assertThat(awt.getRGB(1, 0)).isEqualTo(0xFFFA0506);
  }

  @Test
  void jpegIsCloseAndSmallerWithLessQuality() throws IOException {
    byte[] flat = new byte[64 * 64 * 3];
    Arrays.fill(flat, (byte) 100);
    ImageEncoder.save(Image.of(64, 64, flat), dir.resolve("flat.jpg"));
    Image read = ImageDecoder.standard().decode(dir.resolve("flat.jpg"));
    assertThat(Math.abs(read.sample(30, 30, 1) - 100)).isLessThanOrEqualTo(2);
    assertThat(ImageIO.read(dir.resolve("flat.jpg").toFile()).getWidth()).isEqualTo(64);
    assertThat(ImageEncoder.jpeg(ramp(64, 64, 3), 0.3).length)
        .isLessThan(ImageEncoder.jpeg(ramp(64, 64, 3), 0.9).length);
    assertThatThrownBy(() -> ImageEncoder.jpeg(ramp(1, 1, 3), 2)).hasMessageContaining("not 2.0");
    assertThatThrownBy(() -> ImageEncoder.save(ramp(1, 1, 3), dir.resolve("a.gif")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".png, .jpg or .jpeg");
  }

  @Test
  void sheetsHaveCellsAsToldAndWholeCaptions() throws IOException {
    ContactSheet narrow = ContactSheet.builder().cell(100, 80).add(ramp(10, 5, 3), "short").build();
    assertThat(narrow.image().width()).isEqualTo(100 + 2 * 8);
    ContactSheet wrapped =
        ContactSheet.builder()
            .cell(100, 80)
            .add(ramp(10, 5, 3), "a_very_long_class_name_of_a_dog-breed 97.3 %")
            .build();
    assertThat(wrapped.image().width()).isEqualTo(narrow.image().width());
    assertThat(wrapped.image().height()).isGreaterThanOrEqualTo(narrow.image().height() + 2 * 17);
    wrapped.save(dir.resolve("sheet.png"));
    ContactSheet broken = ContactSheet.builder().cell(100, 80).add(ramp(10, 5, 3), "a\nb").build();
    assertThat(broken.image().height()).isEqualTo(narrow.image().height() + 17);
  }

  @Test
  void sheetsThatNoArrayHoldsAreRefused() {
    ContactSheet.Builder builder = ContactSheet.builder().columns(1).cell(4096, 4096);
    for (int i = 0; i < 600_000; i++) {
      builder.add(ramp(1, 1, 3));
    }

    assertThatThrownBy(() -> builder.build().image())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The sheet would have 4112x2462400008 pixels")
        .hasMessageEndingWith("Add fewer pictures or make the cells smaller.");
  }

  @Test
  void aCaptionKeepsTheSignOfItsNumber() {
    Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR).createGraphics();
    String caption = "black-headed gull in winter plumage 100.0 %";
    for (int width = 60; width < 400; width++) {
      List<String> lines = ContactSheet.wrapped(graphics.getFontMetrics(), caption, width);
      assertThat(lines.get(lines.size() - 1)).as("%s pixels", width).endsWith("100.0 %");
      assertThat(lines).allMatch(line -> !line.isEmpty());
    }
    graphics.dispose();
  }
}
