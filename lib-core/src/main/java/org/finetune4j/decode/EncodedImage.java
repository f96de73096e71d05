package org.finetune4j.decode;

import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/** The bytes of one image file on their way through a reader. */
public final class EncodedImage {
  /** Refuses a picture by what its header says. */
  public interface SizeCheck {
    /**
     * Checks one picture.
     *
     * @param scans passes over all pixels that decoding takes: above 1 in progressive JPEG only
     */
    void check(long width, long height, int scans) throws IOException;
  }

  private static final int MAX_BANDS = 5;

  private final ImageFormat format;
  private final byte[] bytes;
  private final int scans;

  public EncodedImage(ImageFormat format, byte[] bytes) {
    this.format = format;
    this.scans = format == ImageFormat.JPEG ? JpegSegments.scans(bytes) : 1;
    this.bytes =
        switch (format) {
          case JPEG -> JpegSegments.pixelsOnly(bytes);
          case WEBP -> withoutProfileFlag(bytes);
          default -> bytes;
        };
  }

  /** Returns the first picture of the file. */
  public BufferedImage read(SizeCheck sizes) throws IOException {
    ImageReader reader = ImageReaders.of(format);
    try (ImageInputStream in = new EncodedInput(bytes)) {
      reader.setInput(in, false, true);
      sizes.check(reader.getWidth(0), reader.getHeight(0), scans);
      if (format == ImageFormat.TIFF) {
        checkTiff(reader, sizes);
      }
      TruncationListener truncation = new TruncationListener(scans > 1);
      reader.addIIOReadWarningListener(truncation);
      BufferedImage picture = reader.read(0);
      truncation.check();
      return picture;
    } finally {
      reader.dispose();
    }
  }

  /** A TIFF's header can ask for tiles far larger than the picture, and for thousands of bands. */
  private static void checkTiff(ImageReader reader, SizeCheck sizes) throws IOException {
    sizes.check(reader.getTileWidth(0), reader.getTileHeight(0), 1);
    ImageTypeSpecifier type = reader.getRawImageType(0);
    if (type != null && type.getNumBands() > MAX_BANDS) {
      throw new IOException(
          "It has " + type.getNumBands() + " samples per pixel; at most 5 are accepted.");
    }
  }

  /** Clears the bit of the extended header that announces a color profile, so none is applied. */
  private static byte[] withoutProfileFlag(byte[] webp) {
    int flags = 20;
    boolean extended = webp.length > flags && webp[12] == 'V' && webp[15] == 'X';
    if (!extended || (webp[flags] & 0x20) == 0) {
      return webp;
    }
    byte[] copy = webp.clone();
    copy[flags] &= (byte) ~0x20;
    return copy;
  }
}
