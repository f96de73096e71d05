package org.finetune4j.augment;

import java.util.Arrays;
import org.finetune4j.image.Image;

/**
 * The rows of a picture, blurred along the row when first asked for; only the last few are kept.
 */
final class BlurredRows {
  private final Image image;
  private final float[] weights;
  private final float[][] rows;
  private final int[] held;
  private final float[] padded;

  BlurredRows(Image image, float[] weights) {
    this.image = image;
    this.weights = weights;
    int slots = Math.min(weights.length, image.height());
    this.rows = new float[slots][image.width() * image.channels()];
    this.held = new int[slots];
    Arrays.fill(held, -1);
    this.padded = new float[(image.width() + weights.length - 1) * image.channels()];
  }

  /** Returns a row, valid until so many others were asked for; rows outside are mirrored. */
  float[] row(int index) {
    int y = mirrored(index, image.height());
    int slot = y % rows.length;
    if (held[slot] != y) {
      blur(y, rows[slot]);
      held[slot] = y;
    }
    return rows[slot];
  }

  private void blur(int y, float[] row) {
    int channels = image.channels();
    int radius = weights.length / 2;
    byte[] from = image.unwrap();
    for (int x = -radius; x < image.width() + radius; x++) {
      int source = (y * image.width() + mirrored(x, image.width())) * channels;
      for (int c = 0; c < channels; c++) {
        padded[(x + radius) * channels + c] = from[source + c] & 0xFF;
      }
    }
    Arrays.fill(row, 0);
    for (int k = 0; k < weights.length; k++) {
      addShifted(padded, k * channels, weights[k], row);
    }
  }

  private static void addShifted(float[] from, int shift, float weight, float[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] += weight * from[shift + i];
    }
  }

  private static int mirrored(int index, int length) {
    if (index >= 0 && index < length) {
      return index;
    }
    int within = Math.floorMod(index, 2 * length);
    return within < length ? within : 2 * length - 1 - within;
  }
}
