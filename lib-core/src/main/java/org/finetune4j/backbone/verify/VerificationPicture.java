package org.finetune4j.backbone.verify;

import java.nio.FloatBuffer;
import org.finetune4j.image.ImageSize;

/**
 * The picture on which backbones are verified, made by a formula in whole numbers, so that it is
 * the same to the bit everywhere.
 */
public final class VerificationPicture {
  /** Odd sides, on which implementations of padding differ first. */
  public static final ImageSize SIZE = new ImageSize(107, 93);

  private VerificationPicture() {}

  /** Returns the picture in channel, row, column order, RGB, 0 to 255. */
  public static FloatBuffer pixels(ImageSize size) {
    float[] pixels = new float[3 * size.width() * size.height()];
    int at = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < size.height(); y++) {
        for (int x = 0; x < size.width(); x++) {
          int texture = (x * x + 3 * y * y + x * y * (c + 1)) / 16;
          pixels[at++] = (x * 7 + y * 13 + c * 29 + texture) % 256;
        }
      }
    }
    return FloatBuffer.wrap(pixels);
  }
}
