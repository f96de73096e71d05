package org.finetune4j.decode;

import com.drew.imaging.tiff.TiffProcessingException;
import com.drew.imaging.tiff.TiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifTiffHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the stored rows and columns must be turned so that the picture stands upright (EXIF tag
 * 0x0112). A value n of the tag is first mirrored left to right if {@code mirrored}, then turned
 * clockwise.
 *
 * @param mirrored whether rows are reversed first
 * @param quarterTurns clockwise turns by 90 degrees after that, 0 to 3
 */
public record Orientation(boolean mirrored, int quarterTurns) {
  private static final Logger LOG = LoggerFactory.getLogger(Orientation.class);
  private static final Orientation UPRIGHT = new Orientation(false, 0);

  public static Orientation of(ImageFormat format, byte[] file) {
    try {
      Optional<ByteRange> exif =
          switch (format) {
            case JPEG -> JpegSegments.exif(file);
            case PNG -> chunk(file, 8, ByteOrder.BIG_ENDIAN, "eXIf");
            case WEBP -> chunk(file, 12, ByteOrder.LITTLE_ENDIAN, "EXIF");
            case TIFF -> Optional.of(new ByteRange(0, file.length));
            case GIF, BMP -> Optional.empty();
          };
      return exif.isPresent() ? fromTiff(exif.get().copy(file)) : UPRIGHT;
    } catch (IOException | TiffProcessingException | RuntimeException e) {
      LOG.debug("Broken EXIF data is ignored", e);
      return UPRIGHT;
    }
  }

  /** Returns the content of a chunk; PNG and RIFF order length and type differently. */
  private static Optional<ByteRange> chunk(byte[] file, int first, ByteOrder order, String type) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(order);
    boolean png = order == ByteOrder.BIG_ENDIAN;
    long at = first;
    while (at + 8 <= file.length) {
      int header = (int) at;
      long length = bytes.getInt(png ? header : header + 4) & 0xFFFFFFFFL;
      int typeAt = png ? header + 4 : header;
      String found = new String(file, typeAt, 4, StandardCharsets.US_ASCII);
      if (found.equals(type) && at + 8 + length <= file.length) {
        return Optional.of(new ByteRange(header + 8, (int) length).withoutExifPrefix(file));
      }
      at += 8 + length + (png ? 4 : length & 1);
    }
    return Optional.empty();
  }

  private static Orientation fromTiff(byte[] tiff) throws TiffProcessingException, IOException {
    Metadata metadata = new Metadata();
    new TiffReader().processTiff(new ByteArrayReader(tiff), new OnlyOrientation(metadata), 0);
    ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    Integer value =
        directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
    return value == null ? UPRIGHT : of(value);
  }

  public static Orientation of(int exifValue) {
    return switch (exifValue) {
      case 2 -> new Orientation(true, 0);
      case 3 -> new Orientation(false, 2);
      case 4 -> new Orientation(true, 2);
      case 5 -> new Orientation(true, 3);
      case 6 -> new Orientation(false, 1);
      case 7 -> new Orientation(true, 1);
      case 8 -> new Orientation(false, 3);
      default -> UPRIGHT;
    };
  }

  public Image apply(Image stored) {
    if (equals(UPRIGHT)) {
      return stored;
    }
    int width = stored.width();
    int height = stored.height();
    int channels = stored.channels();
    boolean swap = quarterTurns % 2 == 1;
    ImageSize size = swap ? new ImageSize(height, width) : stored.size();
    byte[] from = stored.samples();
    byte[] to = new byte[from.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = mirrored ? width - 1 - x : x;
        int target =
            switch (quarterTurns) {
              case 0 -> y * width + column;
              case 1 -> column * height + height - 1 - y;
              case 2 -> (height - 1 - y) * width + width - 1 - column;
              default -> (width - 1 - column) * height + y;
            };
        System.arraycopy(from, (y * width + x) * channels, to, target * channels, channels);
      }
    }
    return Image.wrap(size, channels, to);
  }

  /** Reads one tag of the first directory: the others could be made to cost any memory. */
  private static final class OnlyOrientation extends ExifTiffHandler {
    OnlyOrientation(Metadata metadata) {
      super(metadata, null, 0);
    }

    @Override
    public boolean customProcessTag(
        int tagOffset,
        Set<Integer> processedIfdOffsets,
        int tiffHeaderOffset,
        RandomAccessReader reader,
        int tagId,
        int byteCount) {
      return tagId != ExifIFD0Directory.TAG_ORIENTATION || byteCount > 8;
    }

    @Override
    public boolean tryEnterSubIfd(int tagId) {
      return false;
    }

    @Override
    public boolean hasFollowerIfd() {
      return false;
    }
  }
}
