package org.finetune4j.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.finetune4j.decode.pixel.BufferedImages;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.image.Image;

/**
 * Writes pictures as PNG or JPEG, and takes them to AWT and back. Thread-safe.
 *
 * <pre>{@code
 * ImageEncoder.save(augmented, Path.of("augmented.png"));
 * }</pre>
 */
public final class ImageEncoder {
  private static final float QUALITY = 0.95f;

  private ImageEncoder() {}

  /**
   * Writes a picture as PNG, which keeps every pixel, or as JPEG of quality 95 %, by the ending of
   * the file's name.
   *
   * @param file ends in {@code .png}, {@code .jpg} or {@code .jpeg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public static void save(Image image, Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    boolean jpeg = name.endsWith(".jpg") || name.endsWith(".jpeg");
    if (!jpeg && !name.endsWith(".png")) {
      throw new IllegalArgumentException(
          "A picture's file must end in .png, .jpg or .jpeg, but is " + file + ".");
    }
    byte[] bytes = jpeg ? jpeg(image, QUALITY) : png(image);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  /** Returns a picture as the bytes of a PNG file. */
  public static byte[] png(Image image) {
    return encoded(image, "png", 1);
  }

  /**
   * Returns a picture as the bytes of a JPEG file.
   *
   * @param quality 0 (smallest) to 1 (best)
   * @throws IllegalArgumentException if the quality is out of range
   */
  public static byte[] jpeg(Image image, double quality) {
    if (!(quality >= 0 && quality <= 1)) {
      throw new IllegalArgumentException("A quality is from 0 to 1, not " + quality + ".");
    }
    return encoded(image, "jpeg", (float) quality);
  }

  private static byte[] encoded(Image image, String format, float quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam options = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        options.setCompressionQuality(quality);
      }
      writer.write(null, new IIOImage(toBufferedImage(image), null, null), options);
    } catch (IOException e) {
      throw new IllegalStateException("Memory takes every byte.", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Returns a picture for AWT and Swing: of three bytes a pixel, or of one if it is gray. */
  public static BufferedImage toBufferedImage(Image image) {
    int type = image.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    BufferedImage picture = new BufferedImage(image.width(), image.height(), type);
    byte[] samples = image.samples();
    int[] row = new int[image.width() * image.channels()];
    for (int y = 0; y < image.height(); y++) {
      for (int i = 0; i < row.length; i++) {
        row[i] = samples[y * row.length + i] & 0xFF;
      }
      picture.getRaster().setPixels(0, y, image.width(), 1, row);
    }
    return picture;
  }

  /** Returns the pixels of an AWT picture; what is transparent is put on white. */
  public static Image toImage(BufferedImage picture) {
    return BufferedImages.toImage(picture);
  }
}
