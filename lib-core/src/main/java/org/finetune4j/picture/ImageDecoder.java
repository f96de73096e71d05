package org.finetune4j.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.finetune4j.decode.DamageRules;
import org.finetune4j.decode.EncodedImage;
import org.finetune4j.decode.ImageFormat;
import org.finetune4j.decode.JpegSegments;
import org.finetune4j.decode.Orientation;
import org.finetune4j.decode.UnreadableFormat;
import org.finetune4j.decode.pixel.BufferedImages;
import org.finetune4j.decode.webp.WebPFiles;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns image files into pixels: JPEG (baseline, progressive, gray, CMYK), PNG (palette, alpha,
 * 16-bit), GIF (first frame), BMP, WebP and TIFF, told apart by content, not by name.
 *
 * <ul>
 *   <li>The result stands upright: the orientation that EXIF or, where it is silent, XMP says is
 *       applied.
 *   <li>An animation gives its first frame, at its place on the whole canvas.
 *   <li>What follows a picture in its file (a phone's video, a second picture) is ignored.
 *   <li>Gray pictures keep one channel, all others have three.
 *   <li>Transparency is composited on white.
 *   <li>16-bit samples keep their upper eight bits.
 *   <li>TIFF samples that do not say what is black and what is white (floating-point, signed,
 *       32-bit) are refused.
 *   <li>Color profiles are ignored, as in Pillow, torchvision and Keras, whose networks learned
 *       from such pixels.
 *   <li>Truncated and broken files are refused, and so are pictures beyond the limits: the size is
 *       read from the header before memory for the pixels is allocated.
 * </ul>
 *
 * <p>A file from outside can at worst be refused with an {@link IOException}. Decoders are
 * immutable and safe to share between threads; ImageIO's global settings and registry are left as
 * they are.
 */
public final class ImageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(ImageDecoder.class);
  private static final ImageDecoder STANDARD = builder().build();

  private static final int PIECE = 1 << 20;

  /** As in libpng: readers take a while for every row, however short. */
  private static final long MOST_PER_SIDE = 1_000_000;

  /** Red, green and blue of eight bits, as they are stored and upright. */
  private static final double BYTES_PER_PIXEL = 6;

  /** What is left is for the file and all others; large arrays need space in one piece. */
  private static final double SHARE_OF_HEAP = 3 / 4.0;

  private final long maxPixels;
  private final long maxFileBytes;
  private final DecodingBudget budget;
  private final DamageRules damage;
  private final Consumer<String> kept;
  private final Optional<ImageSize> least;

  private ImageDecoder(
      long maxPixels,
      long maxFileBytes,
      DecodingBudget budget,
      DamageRules damage,
      Consumer<String> kept,
      Optional<ImageSize> least) {
    this.maxPixels = maxPixels;
    this.maxFileBytes = maxFileBytes;
    this.budget = budget;
    this.damage = damage;
    this.kept = kept;
    this.least = least;
  }

  private ImageDecoder with(Optional<ImageSize> newLeast) {
    return new ImageDecoder(maxPixels, maxFileBytes, budget, damage, kept, newLeast);
  }

  /** Returns the decoder with the default limits: 64 million pixels, files of 256 MiB. */
  public static ImageDecoder standard() {
    return STANDARD;
  }

  /** Returns a builder with the default limits. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns this decoder for pictures that are made smaller anyway: a JPEG file may come at a half,
   * a quarter or an eighth of its size, but neither side below these pixels. Of a 12-megapixel
   * photo that takes a fraction of the time and memory. The pixels equal those of Pillow's {@code
   * draft} and libjpeg's scaled decoding; they are nearly, not exactly, what reducing the whole
   * picture gives. All other files, and JPEG files of rare kinds, come at their full size.
   *
   * @param atLeast width and height of the upright picture
   */
  public ImageDecoder draft(ImageSize atLeast) {
    return with(Optional.of(Objects.requireNonNull(atLeast, "atLeast")));
  }

  /**
   * Returns this decoder for somebody else who hears of each truncated picture that is kept, beside
   * whom {@link Builder#onKept} named.
   *
   * @param listener gets a message that names the file; called in the thread that decodes
   */
  public ImageDecoder alsoTelling(Consumer<String> listener) {
    Objects.requireNonNull(listener, "listener");
    return new ImageDecoder(maxPixels, maxFileBytes, budget, damage, kept.andThen(listener), least);
  }

  /**
   * Returns what is odd about how pictures are read on this machine, and logged: WebP is read in
   * Java, with slightly other pixels, where libwebp cannot be loaded. Empty if nothing is.
   */
  public List<String> warnings() {
    return WebPFiles.warnings();
  }

  /** Returns this decoder for pictures at their full size, whatever {@link #draft} said before. */
  public ImageDecoder whole() {
    return least.isEmpty() ? this : with(Optional.empty());
  }

  /**
   * Decodes a file.
   *
   * @throws IOException if it cannot be read, is no picture, is broken or beyond the limits; the
   *     message names the file
   */
  public Image decode(Path file) throws IOException {
    return decode(Objects.requireNonNull(file, "file").toString(), read(file));
  }

  /**
   * Returns the bytes of a file within the limit.
   *
   * @throws IOException if it cannot be read, is no regular file or is larger than the limit
   */
  public byte[] read(Path file) throws IOException {
    try (InputStream in = open(file)) {
      if (!file.getFileSystem().equals(FileSystems.getDefault())) {
        return readEntry(file, in);
      }
      byte[] bytes = new byte[(int) Files.size(file)];
      int length = fill(bytes, in);
      byte[] grown = readAll(file.toString(), in);
      if (length == bytes.length && grown.length == 0) {
        return bytes;
      }
      byte[] all = Arrays.copyOf(bytes, Math.addExact(length, grown.length));
      System.arraycopy(grown, 0, all, length, grown.length);
      return all;
    }
  }

  /** In pieces: a channel keeps a buffer as large as the largest piece, for each thread. */
  private static int fill(byte[] bytes, InputStream in) throws IOException {
    int length = 0;
    int count = 0;
    while (count >= 0 && length < bytes.length) {
      count = in.read(bytes, length, Math.min(PIECE, bytes.length - length));
      length += Math.max(0, count);
    }
    return length;
  }

  /** What an archive says of its entries may be wrong: neither its size nor its end is trusted. */
  private static byte[] readEntry(Path file, InputStream in) throws IOException {
    long size = Files.size(file);
    byte[] bytes = in.readNBytes((int) size);
    if (bytes.length < size || in.read() >= 0) {
      throw new IOException(
          "Cannot decode picture " + file + ": its archive says that it has " + size + " bytes.");
    }
    return bytes;
  }

  /**
   * Opens a file within the limit, so that nothing is read in vain and no pipe is waited for.
   *
   * @throws IOException as {@link #read} does
   */
  public InputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(
          "Cannot decode picture "
              + file
              + ": it is a folder. Name a file in it, or read all with"
              + " ImageDataset.fromDirectory.");
    }
    AtomicFiles.requireRegular(file);
    if (Files.size(file) > maxFileBytes) {
      throw new IOException(tooManyBytes(file.toString()));
    }
    return Files.newInputStream(file);
  }

  private String tooManyBytes(String name) {
    return "Cannot decode picture "
        + name
        + ": it has more bytes than the limit of "
        + maxFileBytes
        + ". Set another with ImageDecoder.builder().maxFileBytes(...).";
  }

  /**
   * Decodes what is left in a stream, and leaves it open.
   *
   * @throws IOException if it cannot be read, is no picture, is broken or beyond the limits
   */
  public Image decode(InputStream in) throws IOException {
    return decode("from a stream", readAll("from a stream", in));
  }

  /**
   * Decodes the bytes of a whole file.
   *
   * @throws IOException if they are no picture, broken or beyond the limits
   */
  public Image decode(byte[] encoded) throws IOException {
    return decode("of " + encoded.length + " bytes", encoded);
  }

  /**
   * Decodes a file and uses the picture. Calls on any number of threads share {@link
   * Builder#memory}: they wait for each other rather than fill the heap.
   *
   * @param use what is done with the picture, for example a prediction; it must not keep it
   * @return what {@code use} returns
   * @throws IOException as for {@link #decode(Path)}, and if the thread is interrupted while it
   *     waits
   */
  public <T> T decode(Path file, Function<Image, T> use) throws IOException {
    Objects.requireNonNull(use, "use");
    Objects.requireNonNull(file, "file");
    budget.enter();
    try {
      return decode(file.toString(), read(file), use);
    } finally {
      budget.leave();
    }
  }

  /**
   * Decodes what is left in a stream and uses the picture, as {@link #decode(Path, Function)} does.
   * A stream is read when its turn has come, and holds its place while it is read: clients that may
   * be slow are better read into memory or a file before.
   */
  public <T> T decode(InputStream in, Function<Image, T> use) throws IOException {
    Objects.requireNonNull(use, "use");
    Objects.requireNonNull(in, "in");
    budget.enter();
    try {
      return decode("from a stream", readAll("from a stream", in), use);
    } finally {
      budget.leave();
    }
  }

  /** Decodes the bytes of a file and uses the picture, as {@link #decode(Path, Function)} does. */
  public <T> T decode(byte[] encoded, Function<Image, T> use) throws IOException {
    Objects.requireNonNull(use, "use");
    Objects.requireNonNull(encoded, "encoded");
    return decode("of " + encoded.length + " bytes", encoded, use);
  }

  private <T> T decode(String name, byte[] encoded, Function<Image, T> use) throws IOException {
    try (DecodingBudget.Share share = budget.share(encoded.length)) {
      return use.apply(decodeIn(share, name, encoded));
    }
  }

  /**
   * Memory that ran out need not be short. Up to JDK 21, a thread whose allocation waits for a
   * garbage collection fails although the heap is half empty, if other threads' native code enters
   * arrays again and again before it (JDK-8192647): the JPEG reader's does. Where nobody else
   * decodes, nobody else enters. And large arrays, which are not moved, may lie where no room for
   * another is left beside them; those of the first try are gone at the second.
   */
  private Image decodeIn(DecodingBudget.Room room, String name, byte[] encoded) throws IOException {
    EncodedImage.SizeCheck sizes = sizes(room);
    try {
      return decode(name, encoded, sizes);
    } catch (OutOfMemoryError e) {
      LOG.debug("Picture {} is decoded again, alone", name, e);
      room.takeAll();
      return decode(name, encoded, sizes);
    }
  }

  private EncodedImage.SizeCheck sizes(DecodingBudget.Room room) {
    return new EncodedImage.SizeCheck() {
      @Override
      public void check(long width, long height, int scans) throws IOException {
        check(width, height, scans, width * height);
      }

      @Override
      public void check(long width, long height, int scans, long decoded) throws IOException {
        checkPixels(width, height, scans);
        room.take(decoded);
      }

      @Override
      public void checkMemory(long pixels, double bytesPerPixel) throws IOException {
        requireMemory(pixels, bytesPerPixel);
        requireHeap(pixels, bytesPerPixel);
      }
    };
  }

  /**
   * Takes over the pixels of an AWT picture: transparency is composited on white, gray stays gray.
   *
   * @throws IllegalArgumentException if it is beyond the pixel limit
   */
  public Image decode(BufferedImage picture) {
    long pixels = (long) picture.getWidth() * picture.getHeight();
    if (pixels > maxPixels) {
      throw new IllegalArgumentException(tooManyPixels(picture.getWidth(), picture.getHeight()));
    }
    return BufferedImages.toImage(picture);
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name for messages
   * @throws IOException as {@link #decode(Path)} does
   */
  public Image decode(String name, byte[] encoded) throws IOException {
    return decodeIn(
        pixels -> {},
        Objects.requireNonNull(name, "name"),
        Objects.requireNonNull(encoded, "encoded"));
  }

  private Image decode(String name, byte[] encoded, EncodedImage.SizeCheck sizes)
      throws IOException {
    try {
      checkLength(encoded.length);
      ImageFormat format =
          ImageFormat.of(encoded).orElseThrow(() -> new IOException(notAnImage(encoded)));
      EncodedImage file = new EncodedImage(format, encoded, damage);
      Orientation orientation = file.orientation();
      Image stored =
          least.isPresent() ? file.read(sizes, orientation.stored(least.get())) : file.read(sizes);
      if (file.isTruncated()) {
        kept.accept("Picture " + name + " is truncated or damaged, and kept as far as it goes.");
      }
      return orientation.apply(stored);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError | AssertionError e) {
      // The codecs answer broken files with any of these; for our caller it is one thing.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new IOException("Cannot decode picture " + name + ": " + reason, e);
    }
  }

  private byte[] readAll(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes((int) Math.min(maxFileBytes + 1, Integer.MAX_VALUE - 8));
    if (bytes.length > maxFileBytes) {
      throw new IOException(tooManyBytes(name));
    }
    return bytes;
  }

  private void checkLength(int length) throws IOException {
    if (length == 0) {
      throw new IOException("It is empty.");
    }
    if (length > maxFileBytes) {
      throw new IOException(
          "It has "
              + length
              + " bytes, the limit is "
              + maxFileBytes
              + ". Set another with ImageDecoder.builder().maxFileBytes(...).");
    }
  }

  private void checkPixels(long width, long height, int scans) throws IOException {
    if (width < 1 || height < 1 || width > maxPixels / height) {
      throw new IOException(tooManyPixels(width, height));
    }
    if (Math.max(width, height) > MOST_PER_SIDE) {
      throw new IOException(
          "It has " + width + "x" + height + " pixels; a side has at most " + MOST_PER_SIDE + ".");
    }
    if (scans > JpegSegments.MAX_SCANS
        || width * height * scans > maxPixels * JpegSegments.SCANS_AT_FULL_SIZE) {
      throw new IOException(
          "Its "
              + width
              + "x"
              + height
              + " pixels are refined in "
              + scans
              + " scans, more than any camera or program writes.");
    }
  }

  private void requireMemory(long pixels, double bytesPerPixel) throws IOException {
    if (pixels * bytesPerPixel > maxPixels * BYTES_PER_PIXEL) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Its %d pixels take %.0f bytes each while they are read; at most %d such are accepted,"
                  + " because it is %d pixels of %.0f bytes. Set another limit with"
                  + " ImageDecoder.builder().maxPixels(...).",
              pixels,
              bytesPerPixel,
              (long) (maxPixels * BYTES_PER_PIXEL / bytesPerPixel),
              maxPixels,
              BYTES_PER_PIXEL));
    }
  }

  /** A single array that does not fit would end as an error of the JVM, of which nobody is told. */
  private static void requireHeap(long pixels, double bytesPerPixel) throws IOException {
    long heap = Runtime.getRuntime().maxMemory();
    if (pixels * bytesPerPixel > heap * SHARE_OF_HEAP) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Its %d pixels take %.0f MB while they are read and turned upright, and a picture may"
                  + " take three quarters of the JVM's heap, which is at most %d MB. Give it more with"
                  + " -Xmx, or make the picture smaller.",
              pixels,
              pixels * bytesPerPixel / 1e6,
              heap / 1_000_000));
    }
  }

  private String tooManyPixels(long width, long height) {
    return "It has "
        + width
        + "x"
        + height
        + " pixels; at least 1x1 and at most "
        + maxPixels
        + " pixels are accepted. Set another limit with ImageDecoder.builder().maxPixels(...).";
  }

  private static String notAnImage(byte[] bytes) {
    Optional<UnreadableFormat> known = UnreadableFormat.of(bytes);
    if (known.isPresent()) {
      return "It is "
          + known.get().description()
          + ", which is not read here ("
          + ImageFormat.NAMES
          + " are). "
          + known.get().wayOut();
    }
    return "Its first bytes are those of no supported format ("
        + ImageFormat.NAMES
        + ") but "
        + HexFormat.ofDelimiter(" ")
            .formatHex(bytes, 0, Math.min(bytes.length, ImageFormat.HEADER_LENGTH))
        + ".";
  }

  /** Sets the limits of a decoder. */
  public static final class Builder {
    private long maxPixels = 64_000_000;
    private long maxFileBytes = 256L << 20;
    private DecodingBudget budget = DecodingBudget.ofHeap();
    private DamageRules damage = DamageRules.STANDARD;
    private Consumer<String> kept = LOG::warn;

    private Builder() {}

    /**
     * Sets what becomes of files that end before their last pixel; default {@link
     * Truncated#REFUSE}. What is kept is reported: in the log, or to {@link #onKept}.
     */
    public Builder truncated(Truncated what) {
      Objects.requireNonNull(what, "what");
      this.damage = new DamageRules(damage.strict(), what == Truncated.KEEP);
      return this;
    }

    /**
     * Sets who hears of each truncated picture that is kept; default the log, as a warning.
     *
     * @param listener gets a message that names the file; called in the thread that decodes
     */
    public Builder onKept(Consumer<String> listener) {
      this.kept = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Refuses files whose damage touches no pixel, too: PNG with a wrong sum in any chunk, without
     * its end chunk or with something behind it, JPEG without its end marker. By default they are
     * read, as by browsers and Pillow.
     */
    public Builder strict() {
      this.damage = new DamageRules(true, damage.keepTruncated());
      return this;
    }

    /**
     * Sets the largest width times height; default 64 million. Decoding takes up to six bytes per
     * pixel for a moment, so 384 MB by default. Pictures that take more while they are read may
     * have as many pixels fewer: PNG, TIFF, BMP and CMYK of four samples seven bytes (54 million),
     * colors of 16 bits nine, with opacity eleven, progressive JPEG whose colors are as large as
     * its brightness nine, WebP eight. No side may have more than a million pixels. No picture may
     * take more than three quarters of the JVM's largest heap.
     *
     * @throws IllegalArgumentException if below 1 or above 500 million
     */
    public Builder maxPixels(long pixels) {
      if (pixels < 1 || pixels > 500_000_000) {
        throw new IllegalArgumentException(
            "maxPixels must be 1 to 500000000, but is " + pixels + ".");
      }
      this.maxPixels = pixels;
      return this;
    }

    /**
     * Sets the largest file in bytes; default 256 MiB.
     *
     * @throws IllegalArgumentException if below 1 or above 1 GiB
     */
    public Builder maxFileBytes(long bytes) {
      if (bytes < 1 || bytes > 1L << 30) {
        throw new IllegalArgumentException(
            "maxFileBytes must be 1 to " + (1L << 30) + ", but is " + bytes + ".");
      }
      this.maxFileBytes = bytes;
      return this;
    }

    /**
     * Sets how much memory pictures may take that are decoded and used at once, as in {@link
     * ImageDecoder#decode(Path, Function)} and by a classifier; others wait. A picture is counted
     * with eight bytes per pixel; one that is larger than all of it is decoded alone. Default: all
     * decoders of the process together may take half of the largest heap.
     *
     * @param bytes for this decoder alone
     * @throws IllegalArgumentException if below 1 MiB
     */
    public Builder memory(long bytes) {
      if (bytes < 1 << 20) {
        throw new IllegalArgumentException(
            "memory must be at least " + (1 << 20) + " bytes, but is " + bytes + ".");
      }
      this.budget = new DecodingBudget(bytes);
      return this;
    }

    /** Returns the decoder. */
    public ImageDecoder build() {
      return new ImageDecoder(maxPixels, maxFileBytes, budget, damage, kept, Optional.empty());
    }
  }
}
