package org.finetune4j.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.decode.DamageRules;
import org.finetune4j.decode.EncodedImage;
import org.finetune4j.decode.ImageFormat;
import org.finetune4j.decode.Orientation;
import org.finetune4j.doctor.part.Luma;
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
  private static final int IN_A_FLOAT = 3;

  /** Floats of a row that holds all but the SHA-256: 50 bytes of numbers, and the brightness. */
  static final int COLUMNS = (50 + Luma.MOST_BYTES + IN_A_FLOAT - 1) / IN_A_FLOAT;

  private static final int SIDE = 256;
  private static final int COLOR = 10;

  static PictureLook of(LabeledImage picture, ImageDecoder decoder) throws IOException {
    if (picture.path().isEmpty()) {
      return of(picture.load(), decoder, Optional.empty());
    }
    // Read once, so that all is said of the same bytes.
    byte[] file = decoder.read(picture.path().get());
    LabeledImage read = LabeledImage.of(picture.path().get().toString(), file, picture.target());
    return of(read, decoder, Optional.of(file));
  }

  private static PictureLook of(LabeledImage picture, ImageDecoder decoder, Optional<byte[]> file)
      throws IOException {
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
        file.isPresent() && isTurned(file.get()));
  }

  /** Writes all but the SHA-256 as a row of floats, each of which holds three bytes exactly. */
  void write(float[] target, int offset) {
    ByteBuffer bytes = ByteBuffer.allocate(COLUMNS * IN_A_FLOAT);
    bytes.putInt(size.width()).putInt(size.height()).putLong(hash).putLong(mirroredHash);
    bytes.putDouble(contrast).putDouble(brightness).putDouble(sharpness);
    bytes.put((byte) (gray ? 1 : 0)).put((byte) (turned ? 1 : 0));
    luma.write(bytes);
    bytes.rewind();
    for (int i = 0; i < COLUMNS; i++) {
      int high = bytes.get() & 0xFF;
      int middle = bytes.get() & 0xFF;
      target[offset + i] = high << 16 | middle << 8 | (bytes.get() & 0xFF);
    }
  }

  /** Reads what {@link #write} wrote. */
  static PictureLook read(String sha256, float[] row) {
    ByteBuffer bytes = ByteBuffer.allocate(COLUMNS * IN_A_FLOAT);
    for (float three : row) {
      int value = (int) three;
      bytes.put((byte) (value >> 16)).put((byte) (value >> 8)).put((byte) value);
    }
    bytes.rewind();
    ImageSize size = new ImageSize(bytes.getInt(), bytes.getInt());
    long hash = bytes.getLong();
    long mirroredHash = bytes.getLong();
    double contrast = bytes.getDouble();
    double brightness = bytes.getDouble();
    double sharpness = bytes.getDouble();
    boolean gray = bytes.get() == 1;
    boolean turned = bytes.get() == 1;
    Luma luma = Luma.read(bytes);
    return new PictureLook(
        sha256, size, hash, mirroredHash, luma, contrast, brightness, sharpness, gray, turned);
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

  /** The picture was decoded before, so that the file is one. */
  private static boolean isTurned(byte[] file) throws IOException {
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
