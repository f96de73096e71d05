package org.finetune4j.decode;

import com.luciad.imageio.webp.internal.NativeLoader;
import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readers for each format, chosen by us and not by the order in which some application's
 * plugins happen to be registered. ImageIO's own registry is only read.
 */
final class ImageReaders {
  private static final Logger LOG = LoggerFactory.getLogger(ImageReaders.class);
  private static final String JDK = "com.sun.imageio.plugins.";
  private static final ImageReaderSpi JPEG = jpeg();
  private static final ImageReaderSpi PNG = jdk("png.PNGImageReaderSpi");
  private static final ImageReaderSpi GIF = jdk("gif.GIFImageReaderSpi");
  private static final ImageReaderSpi BMP = new BMPImageReaderSpi();
  private static final ImageReaderSpi WEBP = webP();
  private static final ImageReaderSpi TIFF = new TIFFImageReaderSpi();
  private static final ImageReaderSpi BIG_TIFF = new BigTIFFImageReaderSpi();

  private static final Deque<ImageReadParam> WEBP_PARAMETERS = new ConcurrentLinkedDeque<>();

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
          case WEBP -> WEBP;
          case TIFF -> file.length > 3 && (file[2] == 43 || file[3] == 43) ? BIG_TIFF : TIFF;
        };
    return provider.createReaderInstance();
  }

  /**
   * Reads the first picture.
   *
   * <p>Every set of parameters that webp-imageio makes stays in memory for good (it is registered
   * with a cleaner as its own action), so those of WebP are used again, after a refused file too:
   * as many as threads decode. Where libwebp gets no memory, it answers with an error without
   * message.
   *
   * @param others makes the parameters for all other formats
   */
  static BufferedImage first(ImageFormat format, ImageReader reader, Parameters others)
      throws IOException {
    if (format != ImageFormat.WEBP) {
      return reader.read(0, others.of(reader));
    }
    ImageReadParam free = WEBP_PARAMETERS.poll();
    ImageReadParam parameters = free == null ? reader.getDefaultReadParam() : free;
    try {
      return reader.read(0, parameters);
    } catch (OutOfMemoryError e) {
      if (e.getMessage() != null) {
        throw e; // Java's own memory is short
      }
      throw new IOException("libwebp does not get the memory that it asks for.", e);
    } finally {
      WEBP_PARAMETERS.push(parameters);
    }
  }

  /**
   * libwebp where its native library loads, else a reader in Java, which is near to it. The loader
   * is asked itself: webp-imageio's own classes print its failure and go on.
   */
  private static ImageReaderSpi webP() {
    try {
      if (!NativeLoader.initialize()) {
        throw new IllegalStateException("there is none for it");
      }
      return new com.luciad.imageio.webp.WebPImageReaderSpi();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn(
          "libwebp cannot be loaded on this machine ({}); WebP pictures are read in Java: slower,"
              + " and lossy ones differ by some levels",
          e.toString());
      return new WebPImageReaderSpi();
    }
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
