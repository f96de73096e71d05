package org.finetune4j.decode.webp;

import com.luciad.imageio.webp.internal.NativeLoader;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How WebP files are read on this machine. */
public final class WebPFiles {
  private static final Logger LOG = LoggerFactory.getLogger(WebPFiles.class);
  private static final List<String> WARNINGS = new CopyOnWriteArrayList<>();
  private static final ImageReaderSpi READERS = found();
  private static final Deque<ImageReadParam> PARAMETERS = new ConcurrentLinkedDeque<>();

  private WebPFiles() {}

  /** Returns what makes readers. */
  public static ImageReaderSpi readers() {
    return READERS;
  }

  /** Returns what is odd about the readers of this machine. */
  public static List<String> warnings() {
    return List.copyOf(WARNINGS);
  }

  /**
   * Reads the first picture.
   *
   * <p>Every set of parameters that webp-imageio makes stays in memory for good (it is registered
   * with a cleaner as its own action), so they are used again, after a refused file too: as many as
   * threads decode. Where libwebp gets no memory, it answers with an error without message.
   */
  public static BufferedImage first(ImageReader reader) throws IOException {
    ImageReadParam free = PARAMETERS.poll();
    ImageReadParam parameters = free == null ? reader.getDefaultReadParam() : free;
    try {
      return reader.read(0, parameters);
    } catch (OutOfMemoryError e) {
      if (e.getMessage() != null) {
        throw e; // Java's own memory is short
      }
      throw new IOException("libwebp does not get the memory that it asks for.", e);
    } finally {
      PARAMETERS.push(parameters);
    }
  }

  /**
   * libwebp where its native library loads, else a reader in Java, which is near to it. The loader
   * is asked itself: webp-imageio's own classes print its failure and go on.
   */
  private static ImageReaderSpi found() {
    try {
      if (!NativeLoader.initialize()) {
        throw new IllegalStateException("there is none for it");
      }
      return new com.luciad.imageio.webp.WebPImageReaderSpi();
    } catch (RuntimeException | LinkageError e) {
      String warning =
          "libwebp cannot be loaded on this machine ("
              + e
              + "); WebP pictures are read in Java: slower, and lossy ones differ by some levels";
      WARNINGS.add(warning);
      LOG.warn(warning);
      return new WebPImageReaderSpi();
    }
  }
}
