package org.finetune4j.doctor.part;

import java.nio.ByteBuffer;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;

/** The brightness of a picture, 48 pixels at its longer side. Two kilobytes; immutable. */
public final class Luma {
  private static final int SIDE = 48;

  /** What {@link #write} takes. */
  public static final int MOST_BYTES = 2 + SIDE * SIDE;

  private final int width;
  private final int height;
  private final byte[] samples;

  private Luma(int width, int height, byte[] samples) {
    this.width = width;
    this.height = height;
    this.samples = samples;
  }

  /** Returns that of a gray picture. */
  public static Luma of(Image gray) {
    double scale = (double) SIDE / Math.max(gray.width(), gray.height());
    ImageSize size =
        new ImageSize(
            (int) Math.max(1, Math.round(gray.width() * scale)),
            (int) Math.max(1, Math.round(gray.height() * scale)));
    Image small = Resize.squash(gray, size, Interpolation.BILINEAR).toGray();
    return new Luma(size.width(), size.height(), small.samples());
  }

  /** Writes at most {@link #MOST_BYTES}. */
  public void write(ByteBuffer target) {
    target.put((byte) width).put((byte) height).put(samples);
  }

  /** Reads what {@link #write} wrote. */
  public static Luma read(ByteBuffer source) {
    int width = source.get();
    int height = source.get();
    byte[] samples = new byte[width * height];
    source.get(samples);
    return new Luma(width, height, samples);
  }

  ImageSize size() {
    return new ImageSize(width, height);
  }

  /** Returns the sums of all samples above and left of each corner, by row. */
  double[][] sums() {
    double[][] sums = new double[height + 1][width + 1];
    for (int y = 0; y < height; y++) {
      double row = 0;
      for (int x = 0; x < width; x++) {
        row += samples[y * width + x] & 0xFF;
        sums[y + 1][x + 1] = sums[y][x + 1] + row;
      }
    }
    return sums;
  }
}
