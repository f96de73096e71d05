package org.finetune4j.decode;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.Optional;

/**
 * The logical screen of a GIF (GIF89a, section 18), on which its first frame may be smaller. What
 * the frame does not cover is transparent if the frame has a transparent color, else the first
 * color of its palette, as in Pillow.
 *
 * @param width of the screen
 * @param height of the screen
 */
record GifCanvas(int width, int height) {
  private static final int IMAGE = 0x2C;
  private static final int EXTENSION = 0x21;

  /** Returns the screen that a file's header describes. */
  static GifCanvas of(byte[] gif) {
    return new GifCanvas(number(gif, 6), number(gif, 8));
  }

  /** Returns the frame at its place. */
  BufferedImage withFirst(BufferedImage frame, byte[] gif) {
    Optional<int[]> corner = firstCorner(gif);
    boolean whole = frame.getWidth() == width && frame.getHeight() == height;
    if (whole || corner.isEmpty() || width == 0 || height == 0) {
      return frame;
    }
    int x = corner.get()[0];
    int y = corner.get()[1];
    // A frame may reach beyond the screen, which then grows, as in Pillow.
    int canvasWidth = Math.max(width, x + frame.getWidth());
    int canvasHeight = Math.max(height, y + frame.getHeight());
    ColorModel colors = frame.getColorModel();
    WritableRaster raster = colors.createCompatibleWritableRaster(canvasWidth, canvasHeight);
    BufferedImage canvas = new BufferedImage(colors, raster, false, null);
    int background =
        colors instanceof IndexColorModel palette ? Math.max(0, palette.getTransparentPixel()) : 0;
    if (background > 0) {
      int[] row = new int[canvasWidth];
      Arrays.fill(row, background);
      for (int line = 0; line < canvasHeight; line++) {
        raster.setSamples(0, line, canvasWidth, 1, 0, row);
      }
    }
    raster.setRect(x, y, frame.getRaster());
    return canvas;
  }

  /** Returns the size that {@link #withFirst} needs, for a frame of this size. */
  long[] size(byte[] gif, int frameWidth, int frameHeight) {
    int[] corner = firstCorner(gif).orElse(new int[2]);
    return new long[] {
      Math.max(width, corner[0] + frameWidth), Math.max(height, corner[1] + frameHeight)
    };
  }

  /** Returns where the first frame's upper left corner lies. */
  private static Optional<int[]> firstCorner(byte[] gif) {
    int at = 13 + palette(gif, 10);
    while (at + 9 < gif.length && (gif[at] & 0xFF) == EXTENSION) {
      at += 2;
      while (at < gif.length && gif[at] != 0) {
        at += 1 + (gif[at] & 0xFF);
      }
      at++;
    }
    return at + 9 < gif.length && (gif[at] & 0xFF) == IMAGE
        ? Optional.of(new int[] {number(gif, at + 1), number(gif, at + 3)})
        : Optional.empty();
  }

  private static int palette(byte[] gif, int flags) {
    return flags < gif.length && (gif[flags] & 0x80) != 0 ? 3 << ((gif[flags] & 7) + 1) : 0;
  }

  private static int number(byte[] gif, int at) {
    return at + 1 < gif.length ? (gif[at] & 0xFF) | (gif[at + 1] & 0xFF) << 8 : 0;
  }
}
