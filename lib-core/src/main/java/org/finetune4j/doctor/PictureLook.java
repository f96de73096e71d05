package org.finetune4j.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.decode.DamageRules;
import org.finetune4j.decode.EncodedImage;
import org.finetune4j.decode.ImageFormat;
import org.finetune4j.decode.Orientation;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageDecoder;

/**
 * What the pixels of one picture say.
 *
 * @param sha256 of the file
 * @param size of the picture, upright
 * @param hash 64 bits that change little when the picture does: whether brightness rises from each
 *     of 9x8 fields to the next (dHash; N. Krawetz 2013, <i>Kind of Like That</i>)
 * @param mirroredHash that of the mirrored picture
 * @param luma its brightness, for looking for parts of it elsewhere
 * @param contrast the standard deviation of the brightness of these fields, 0 to 128
 * @param brightness the mean, 0 to 255
 * @param sharpness the variance of the Laplacian of brightness at 256 pixels (Pech-Pacheco et al.
 *     2000, <i>Diatom autofocusing in brightfield microscopy</i>)
 * @param gray whether red, green and blue are equal everywhere, but for rounding
 * @param turned whether EXIF turns or mirrors the stored pixels
 */
record PictureLook(
    String sha256,
    ImageSize size,
    long hash,
    long mirroredHash,
    Luma luma,
    double contrast,
    double brightness,
    double sharpness,
    boolean gray,
    boolean turned) {
  private static final int SIDE = 256;
  private static final int COLOR = 10;

  static PictureLook of(LabeledImage picture, ImageDecoder decoder) throws IOException {
    Image image = picture.decode(decoder);
    Image small = fitted(image);
    Image luma = small.toGray();
    byte[] fields =
        Resize.squash(luma, new ImageSize(9, 8), Interpolation.BILINEAR).toGray().samples();
    return new PictureLook(
        picture.sha256(decoder),
        image.size(),
        hash(fields, 1),
        hash(fields, -1),
        Luma.of(luma),
        deviation(fields),
        mean(luma.samples()),
        sharpness(luma),
        isGray(small),
        isTurned(picture));
  }

  private static Image fitted(Image image) {
    int longer = Math.max(image.width(), image.height());
    if (longer <= SIDE) {
      return image;
    }
    int width = (int) Math.max(1, Math.round((double) image.width() * SIDE / longer));
    int height = (int) Math.max(1, Math.round((double) image.height() * SIDE / longer));
    return Resize.squash(image, new ImageSize(width, height), Interpolation.BILINEAR);
  }

  /**
   * Returns the hash.
   *
   * @param way 1 from left to right, -1 from right to left
   */
  private static long hash(byte[] fields, int way) {
    long hash = 0;
    for (int row = 0; row < 8; row++) {
      for (int column = 0; column < 8; column++) {
        int at = row * 9 + (way > 0 ? column : 8 - column);
        hash = hash << 1 | ((fields[at + way] & 0xFF) > (fields[at] & 0xFF) ? 1 : 0);
      }
    }
    return hash;
  }

  private static double mean(byte[] values) {
    double sum = 0;
    for (byte value : values) {
      sum += value & 0xFF;
    }
    return sum / values.length;
  }

  private static double deviation(byte[] values) {
    double mean = mean(values);
    double squares = 0;
    for (byte value : values) {
      squares += ((value & 0xFF) - mean) * ((value & 0xFF) - mean);
    }
    return Math.sqrt(squares / values.length);
  }

  private static double sharpness(Image luma) {
    int width = luma.width();
    byte[] y = luma.samples();
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int row = 1; row < luma.height() - 1; row++) {
      for (int at = row * width + 1; at < (row + 1) * width - 1; at++) {
        int laplacian =
            (y[at - 1] & 0xFF)
                + (y[at + 1] & 0xFF)
                + (y[at - width] & 0xFF)
                + (y[at + width] & 0xFF)
                - 4 * (y[at] & 0xFF);
        sum += laplacian;
        squares += (double) laplacian * laplacian;
        count++;
      }
    }
    return count == 0 ? Double.MAX_VALUE : squares / count - sum / count * (sum / count);
  }

  private static boolean isGray(Image image) {
    if (image.channels() == 1) {
      return true;
    }
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      int red = rgb[i] & 0xFF;
      int green = rgb[i + 1] & 0xFF;
      int blue = rgb[i + 2] & 0xFF;
      int most = Math.max(red, Math.max(green, blue));
      if (most - Math.min(red, Math.min(green, blue)) > COLOR) {
        return false;
      }
    }
    return true;
  }

  /** The picture was decoded before, so that the file is one and of bounded size. */
  private static boolean isTurned(LabeledImage picture) throws IOException {
    if (picture.path().isEmpty()) {
      return false;
    }
    byte[] file = Files.readAllBytes(picture.path().get());
    Optional<ImageFormat> format = ImageFormat.of(file);
    return format.isPresent()
        && !new EncodedImage(format.get(), file, new DamageRules(false, true))
            .orientation()
            .equals(Orientation.of(1));
  }

  double aspect() {
    return (double) Math.max(size.width(), size.height()) / Math.min(size.width(), size.height());
  }
}
