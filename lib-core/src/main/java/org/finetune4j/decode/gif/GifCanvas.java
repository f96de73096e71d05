package org.finetune4j.decode.gif;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Arrays;

/**
 * The logical screen of a GIF (GIF89a, section 18), on which its first frame may be smaller. What
 * the frame does not cover is transparent if the frame has a transparent color, else the first
 * color of its palette, as in Pillow.
 */
public final class GifCanvas {
  private static final int IMAGE = 0x2C;
  private static final int EXTENSION = 0x21;
  private static final int CONTROL = 0xF9;
  private static final int HEADER = 13;
  private static final int DESCRIPTOR = 10;

  /** Of comments and the like: less is not worth a copy. */
  private static final int LITTLE = 1 << 16;

  private final byte[] gif;
  private final int width;
  private final int height;

  /** Where the last block that says something about the first frame stands; 0 if there is none. */
  private final int control;

  /** Where the first frame begins, or what is none. */
  private final int frame;

  private GifCanvas(byte[] gif) {
    this.gif = gif;
    this.width = number(6);
    this.height = number(8);
    int at = HEADER + palette(10);
    int last = 0;
    while (at + 9 < gif.length && (gif[at] & 0xFF) == EXTENSION) {
      last = (gif[at + 1] & 0xFF) == CONTROL ? at : last;
      at = afterBlocks(at + 2);
    }
    this.control = last;
    this.frame = at;
  }

  /** Looks at a file up to its first frame. */
  public static GifCanvas of(byte[] gif) {
    return new GifCanvas(gif);
  }

  /**
   * Returns the file as every reader reads it: without comments and the like before its first frame
   * (there may be millions, and the reader keeps them all), and with plain codes.
   *
   * @throws IOException if the frame's codes are begun anew more often than any program does
   */
  public byte[] firstPicture() throws IOException {
    byte[] plain = hasFrame() ? GifCodes.plain(gif, frame + DESCRIPTOR + palette(frame + 9)) : gif;
    int start = Math.min(plain.length, HEADER + palette(10));
    if (frame >= plain.length || frame - start <= LITTLE) {
      return plain;
    }
    int controlEnd = control == 0 ? 0 : afterBlocks(control + 2);
    byte[] first = Arrays.copyOf(plain, start + (controlEnd - control) + plain.length - frame);
    System.arraycopy(plain, control, first, start, controlEnd - control);
    System.arraycopy(plain, frame, first, start + (controlEnd - control), plain.length - frame);
    return first;
  }

  private int afterBlocks(int first) {
    int at = first;
    while (at < gif.length && gif[at] != 0) {
      at += 1 + (gif[at] & 0xFF);
    }
    return at + 1;
  }

  /** Returns the frame at its place. */
  public BufferedImage withFirst(BufferedImage picture) {
    boolean whole = picture.getWidth() == width && picture.getHeight() == height;
    if (whole || !hasFrame() || width == 0 || height == 0) {
      return picture;
    }
    // A frame may reach beyond the screen, which then grows, as in Pillow.
    int canvasWidth = Math.max(width, left() + picture.getWidth());
    int canvasHeight = Math.max(height, top() + picture.getHeight());
    ColorModel colors = picture.getColorModel();
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
    raster.setRect(left(), top(), picture.getRaster());
    return canvas;
  }

  /** Returns the size that {@link #withFirst} needs, for a frame of this size. */
  public long[] size(int frameWidth, int frameHeight) {
    return new long[] {Math.max(width, left() + frameWidth), Math.max(height, top() + frameHeight)};
  }

  private boolean hasFrame() {
    return frame + 9 < gif.length && (gif[frame] & 0xFF) == IMAGE;
  }

  private int left() {
    return hasFrame() ? number(frame + 1) : 0;
  }

  private int top() {
    return hasFrame() ? number(frame + 3) : 0;
  }

  private int palette(int flags) {
    return flags < gif.length && (gif[flags] & 0x80) != 0 ? 3 << ((gif[flags] & 7) + 1) : 0;
  }

  private int number(int at) {
    return at + 1 < gif.length ? (gif[at] & 0xFF) | (gif[at + 1] & 0xFF) << 8 : 0;
  }
}
