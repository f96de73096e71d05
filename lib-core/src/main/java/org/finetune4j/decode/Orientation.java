package org.finetune4j.decode;

import java.util.Optional;
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

  /** Returns whether the stored picture stands upright. */
  boolean isUpright() {
    return equals(UPRIGHT);
  }

  /** Returns what a file says, upright if it says nothing or its metadata are broken. */
  static Orientation of(ImageFormat format, byte[] file, Optional<JpegSegments> segments) {
    try {
      return stored(format, file, segments).map(Orientation::of).orElse(UPRIGHT);
    } catch (RuntimeException e) {
      LOG.debug("Broken metadata are ignored", e);
      return UPRIGHT;
    }
  }

  private static Optional<Integer> stored(
      ImageFormat format, byte[] file, Optional<JpegSegments> segments) {
    return switch (format) {
      case JPEG ->
          first(
              segments.flatMap(JpegSegments::exif).map(it -> it.copy(file)),
              segments.flatMap(JpegSegments::xmp).map(it -> it.copy(file)));
      case PNG -> png(Chunks.ofPng(file));
      case WEBP -> webP(Chunks.ofWebP(file));
      case TIFF -> first(Optional.of(file), TiffTags.of(file).xmp().map(it -> it.copy(file)));
      case GIF, BMP -> Optional.empty();
    };
  }

  private static Optional<Integer> png(Chunks chunks) {
    Optional<byte[]> exif = chunks.named("eXIf").stream().findFirst();
    return first(exif.isPresent() ? exif : PngText.exif(chunks), PngText.xmp(chunks));
  }

  private static Optional<Integer> webP(Chunks chunks) {
    return first(
        chunks.named("EXIF").stream()
            .findFirst()
            .map(it -> new ByteRange(0, it.length).withoutExifPrefix(it).copy(it)),
        chunks.named("XMP ").stream().findFirst());
  }

  /** XMP speaks where EXIF is silent. */
  private static Optional<Integer> first(Optional<byte[]> exif, Optional<byte[]> xmp) {
    Optional<Integer> value =
        exif.isPresent() ? OrientationTag.inExif(exif.get()) : Optional.empty();
    return value.isPresent() ? value : xmp.flatMap(OrientationTag::inXmp);
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

  /** Returns how a size of the upright picture is stored. */
  public ImageSize stored(ImageSize upright) {
    return quarterTurns % 2 == 1
        ? new ImageSize(/* width= */ upright.height(), /* height= */ upright.width())
        : upright;
  }

  public Image apply(Image stored) {
    if (isUpright()) {
      return stored;
    }
    int width = stored.width();
    int height = stored.height();
    int channels = stored.channels();
    ImageSize size = stored(stored.size());
    byte[] from = stored.unwrap();
    byte[] to = new byte[from.length];
    for (int y = 0; y < height; y++) {
      int first = target(mirrored ? width - 1 : 0, y, width, height) * channels;
      int last = target(mirrored ? 0 : width - 1, y, width, height) * channels;
      int step = width == 1 ? 0 : (last - first) / (width - 1);
      int source = y * width * channels;
      int target = first;
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          to[target + c] = from[source++];
        }
        target += step;
      }
    }
    return Image.wrap(size, channels, to);
  }

  /** Returns where a pixel of a row that is mirrored already goes. */
  private int target(int column, int y, int width, int height) {
    return switch (quarterTurns) {
      case 0 -> y * width + column;
      case 1 -> column * height + height - 1 - y;
      case 2 -> (height - 1 - y) * width + width - 1 - column;
      default -> (width - 1 - column) * height + y;
    };
  }
}
