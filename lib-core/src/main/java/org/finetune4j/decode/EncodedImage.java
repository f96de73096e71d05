package org.finetune4j.decode;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import org.finetune4j.decode.gif.GifCanvas;
import org.finetune4j.decode.jpeg.JpegMemory;
import org.finetune4j.decode.jpeg.ScaledJpeg;
import org.finetune4j.decode.pixel.Alpha;
import org.finetune4j.decode.pixel.BufferedImages;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;

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

    /**
     * Checks one picture that is decoded at a part of its size.
     *
     * @param decoded so many pixels it will have
     */
    default void check(long width, long height, int scans, long decoded) throws IOException {
      check(width, height, scans);
    }

    /**
     * Checks the memory that one picture takes while it is read and turned into ours.
     *
     * @param bytesPerPixel more than six where colors have 16 bits, for example
     */
    default void checkMemory(long pixels, double bytesPerPixel) throws IOException {}
  }

  private static final int MAX_BANDS = 5;

  private static final ImageTypeSpecifier RGB =
      ImageTypeSpecifier.createInterleaved(
          ColorSpace.getInstance(ColorSpace.CS_sRGB),
          new int[] {0, 1, 2},
          DataBuffer.TYPE_BYTE,
          false,
          false);

  /** Each block of 8x8 pixels of a JPEG takes at least one bit. */
  private static final long JPEG_PIXELS_PER_BYTE = 512;

  /** An empty page of A4 at 600 dots per inch takes some hundred bytes, and half a second. */
  private static final long PIXELS_OF_FEW_BYTES = 36_000_000;

  private static final long PIXELS_PER_BYTE = 4_096;

  /** Three samples as they are stored, and three upright. */
  private static final double BYTES_TO_TURN = 6;

  private final ImageFormat format;
  private final byte[] file;
  private final Optional<JpegSegments> segments;
  private final int scans;
  private final Orientation orientation;
  private final DamageRules rules;
  private boolean truncated;

  /**
   * Looks at a file's structure.
   *
   * @throws IOException if it has more parts than a picture has, or damage that the rules refuse
   */
  public EncodedImage(ImageFormat format, byte[] file, DamageRules rules) throws IOException {
    this.format = format;
    this.rules = rules;
    this.file = file;
    this.segments =
        format == ImageFormat.JPEG ? Optional.of(JpegSegments.of(file)) : Optional.empty();
    if (rules.strict() && format == ImageFormat.PNG) {
      PngChunks.requireIntact(file);
    }
    if (rules.strict() && segments.isPresent() && !segments.get().isWhole()) {
      throw new IOException("It lacks the marker of its end.");
    }
    this.scans = segments.map(JpegSegments::scans).orElse(1);
    this.orientation = Orientation.of(format, file, segments);
  }

  /** Returns how the picture must be turned to stand upright. */
  public Orientation orientation() {
    return orientation;
  }

  /**
   * Returns the first picture of the file as it is stored, or a JPEG at a half, a quarter or an
   * eighth of its size.
   *
   * @param least the size, as it is stored, below which neither side may get
   */
  public Image read(SizeCheck sizes, ImageSize least) throws IOException {
    Optional<Image> scaled = segments.isPresent() ? readScaled(sizes, least) : Optional.empty();
    return scaled.isPresent() ? scaled.get() : read(sizes);
  }

  private Optional<Image> readScaled(SizeCheck sizes, ImageSize least) throws IOException {
    JpegSegments parts = segments.orElseThrow();
    if (!parts.isWhole()) {
      return Optional.empty();
    }
    Optional<ScaledJpeg> jpeg = ScaledJpeg.of(file, parts.all());
    if (jpeg.isEmpty()) {
      return Optional.empty();
    }
    ImageSize size = jpeg.get().size();
    int denominator = denominator(size, least);
    if (denominator == 1) {
      return Optional.empty();
    }
    requireBytesFor(size.pixels(), parts.length());
    long decoded = jpeg.get().size(denominator).pixels();
    sizes.check(size.width(), size.height(), scans, decoded);
    return jpeg.get().decode(denominator);
  }

  private static int denominator(ImageSize size, ImageSize least) {
    int most = Math.min(size.width() / least.width(), size.height() / least.height());
    return most >= 8 ? 8 : most >= 4 ? 4 : most >= 2 ? 2 : 1;
  }

  /** Readers would paint gray for seconds what a file of some hundred bytes does not hold. */
  private static void requireBytesFor(long jpegPixels, long bytes) throws IOException {
    if (jpegPixels > JPEG_PIXELS_PER_BYTE * bytes) {
      throw new IOException(TruncationListener.TRUNCATED);
    }
  }

  /** Returns the first picture of the file, as it is stored. */
  public Image read(SizeCheck limits) throws IOException {
    SizeCheck sizes = worthIt(limits);
    return switch (format) {
      case JPEG -> toImage(read(segments.orElseThrow().pixelsOnly(), sizes));
      case PNG -> toImage(read(PngChunks.pixelsOnly(file), sizes));
      case GIF -> toImage(readGif(sizes));
      case BMP -> readBmp(sizes);
      case WEBP -> readWebP(sizes);
      case TIFF -> readTiff(sizes);
    };
  }

  /** A file of a few bytes is not worth more than a second's work. */
  private SizeCheck worthIt(SizeCheck limits) {
    return new SizeCheck() {
      @Override
      public void check(long width, long height, int passes) throws IOException {
        limits.check(width, height, passes);
        long pixels = width * height;
        if (pixels > PIXELS_OF_FEW_BYTES && pixels > PIXELS_PER_BYTE * file.length) {
          throw new IOException(
              "Its "
                  + width
                  + "x"
                  + height
                  + " pixels come from "
                  + file.length
                  + " bytes. Where a byte stands for more than "
                  + PIXELS_PER_BYTE
                  + " pixels, at most "
                  + PIXELS_OF_FEW_BYTES
                  + " are accepted.");
        }
      }

      @Override
      public void checkMemory(long pixels, double bytesPerPixel) throws IOException {
        limits.checkMemory(pixels, bytesPerPixel);
      }
    };
  }

  private static Image toImage(BufferedImage picture) {
    return BufferedImages.takeOver(picture, Alpha.AS_STORED);
  }

  private Image readBmp(SizeCheck sizes) throws IOException {
    BmpFile bitmap = BmpFile.of(file, sizes);
    if (bitmap.isTruncated() && !rules.keepTruncated()) {
      throw new IOException(TruncationListener.TRUNCATED);
    }
    Image image = toImage(read(bitmap.plain(), sizes));
    truncated |= bitmap.isTruncated();
    return image;
  }

  private Image readTiff(SizeCheck sizes) throws IOException {
    TiffTags tags = TiffTags.of(file);
    TiffRules.check(tags, file);
    return TiffColors.read(tags.firstPicture(file), tags, bytes -> read(bytes, sizes));
  }

  private BufferedImage readGif(SizeCheck sizes) throws IOException {
    GifCanvas canvas = GifCanvas.of(file);
    SizeCheck whole =
        (width, height, passes) -> {
          long[] size = canvas.size((int) width, (int) height);
          sizes.check(size[0], size[1], passes);
        };
    return canvas.withFirst(read(canvas.firstPicture(), whole));
  }

  private Image readWebP(SizeCheck sizes) throws IOException {
    WebPStill still = WebPStill.of(file);
    if (still.hasCanvas()) {
      sizes.check(still.canvas().width(), still.canvas().height(), 1);
    }
    return still.onCanvas(toImage(read(still.file(), sizes)));
  }

  private BufferedImage read(byte[] bytes, SizeCheck sizes) throws IOException {
    ImageReader reader = ImageReaders.of(format, bytes);
    try (ImageInputStream in = new EncodedInput(bytes)) {
      reader.setInput(in, false, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      sizes.check(reader.getWidth(0), reader.getHeight(0), scans);
      sizes.checkMemory(
          pixels, Math.max(bytesPerPixel(bytes), orientation.isUpright() ? 0 : BYTES_TO_TURN));
      if (format == ImageFormat.JPEG) {
        requireBytesFor(pixels, bytes.length);
      }
      if (format == ImageFormat.PNG) {
        PngChunks.requireBytesFor(bytes);
      }
      if (format == ImageFormat.TIFF) {
        checkTiff(reader, sizes);
      }
      TruncationListener truncation = new TruncationListener(scans > 1);
      reader.addIIOReadWarningListener(truncation);
      if (rules.keepTruncated()) {
        return kept(reader, truncation);
      }
      BufferedImage picture = ImageReaders.first(format, reader, this::target);
      truncation.check();
      return picture;
    } finally {
      reader.dispose();
    }
  }

  /**
   * Readers keep samples as they are in the file until they are narrowed to eight bits; a reader of
   * several scans keeps the coefficients of all blocks, outside of the heap.
   */
  private double bytesPerPixel(byte[] bytes) {
    return switch (format) {
      case JPEG -> {
        JpegSegments parts = segments.orElseThrow();
        yield JpegMemory.bytesPerPixel(file, parts.all(), parts.components(), parts.scans());
      }
      case PNG -> PngChunks.memoryPerPixel(bytes);
      case GIF -> 5;
      case BMP -> BmpFile.memoryPerPixel(bytes);
      case WEBP -> WebPStill.memoryPerPixel(bytes);
      case TIFF -> TiffRules.memoryPerPixel(TiffTags.of(bytes));
    };
  }

  private BufferedImage kept(ImageReader reader, TruncationListener truncation) throws IOException {
    PartialPicture partial = new PartialPicture();
    reader.addIIOReadUpdateListener(partial);
    boolean silent = format == ImageFormat.BMP || format == ImageFormat.TIFF;
    try {
      BufferedImage picture =
          ImageReaders.first(format, reader, silent ? partial::target : this::target);
      truncated = truncation.isDataMissing();
      return picture;
    } catch (IOException | RuntimeException e) {
      if (partial.picture().isEmpty()) {
        throw e;
      }
      truncated = true;
      return partial.picture().get();
    }
  }

  /** Photos come in the order of our pixels: by default blue is first, and rows are swapped. */
  private ImageReadParam target(ImageReader reader) throws IOException {
    ImageReadParam parameters = reader.getDefaultReadParam();
    if (segments.isPresent() && segments.get().components() == 3) {
      parameters.setDestination(RGB.createBufferedImage(reader.getWidth(0), reader.getHeight(0)));
    }
    return parameters;
  }

  /** Returns whether the picture that was read ends before its last pixel. */
  public boolean isTruncated() {
    return truncated;
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
}
