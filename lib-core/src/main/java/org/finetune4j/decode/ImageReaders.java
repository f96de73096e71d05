package org.finetune4j.decode;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;
import org.finetune4j.decode.webp.WebPFiles;

/**
 * The readers for each format, chosen by us and not by the order in which some application's
 * plugins happen to be registered. ImageIO's own registry is only read.
 */
final class ImageReaders {
  private static final String JDK = "com.sun.imageio.plugins.";
  private static final ImageReaderSpi JPEG = jpeg();
  private static final ImageReaderSpi PNG = jdk("png.PNGImageReaderSpi");
  private static final ImageReaderSpi GIF = jdk("gif.GIFImageReaderSpi");
  private static final ImageReaderSpi BMP = new BMPImageReaderSpi();
  private static final ImageReaderSpi TIFF = new TIFFImageReaderSpi();
  private static final ImageReaderSpi BIG_TIFF = new BigTIFFImageReaderSpi();

  /** Makes the parameters of a reading. */
  @FunctionalInterface
  interface Parameters {
    ImageReadParam of(ImageReader reader) throws IOException;
  }

  private ImageReaders() {}

  /** Returns a new reader; the caller disposes of it. */
  static ImageReader of(ImageFormat format, byte[] file) throws IOException {
    ImageReaderSpi provider =
        switch (format) {
          case JPEG -> JPEG;
          case PNG -> PNG;
          case GIF -> GIF;
          case BMP -> BMP;
          case WEBP -> WebPFiles.readers();
          case TIFF -> file.length > 3 && (file[2] == 43 || file[3] == 43) ? BIG_TIFF : TIFF;
        };
    return provider.createReaderInstance();
  }

  /**
   * Reads the first picture.
   *
   * @param others makes the parameters for all formats but WebP
   */
  static BufferedImage first(ImageFormat format, ImageReader reader, Parameters others)
      throws IOException {
    return format == ImageFormat.WEBP ? WebPFiles.first(reader) : reader.read(0, others.of(reader));
  }

  private static ImageReaderSpi jdk(String name) {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (all.hasNext()) {
      ImageReaderSpi provider = all.next();
      if (provider.getClass().getName().equals(JDK + name)) {
        return provider;
      }
    }
    throw new IllegalStateException(
        "The JDK's image reader "
            + name
            + " is not registered with ImageIO. Something removed it.");
  }

  /** TwelveMonkeys' JPEG reader takes the JDK's from the registry that it is registered with. */
  private static ImageReaderSpi jpeg() {
    ServiceRegistry registry =
        new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
    registry.registerServiceProvider(jdk("jpeg.JPEGImageReaderSpi"), ImageReaderSpi.class);
    JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
    registry.registerServiceProvider(provider, ImageReaderSpi.class);
    return provider;
  }
}
