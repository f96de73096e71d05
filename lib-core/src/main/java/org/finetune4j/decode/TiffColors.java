package org.finetune4j.decode;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.List;
import org.finetune4j.decode.pixel.Alpha;
import org.finetune4j.decode.pixel.BufferedImages;
import org.finetune4j.decode.pixel.Lab;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;

/**
 * TIFF files whose samples the reader would not turn into the colors that others see: it is told
 * that they are plain ones, and the colors are made here.
 */
final class TiffColors {
  private static final int GRAY = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int LAB = 8;

  /** Reads the samples of a file as they are. */
  interface Reader {
    BufferedImage read(byte[] file) throws IOException;
  }

  private TiffColors() {}

  static Image read(byte[] file, TiffTags tags, Reader reader) throws IOException {
    int colors = tags.first(TiffTags.PHOTOMETRIC).orElse(GRAY);
    int samples = tags.first(TiffTags.SAMPLES_PER_PIXEL).orElse(1);
    int bits = tags.first(TiffTags.BITS_PER_SAMPLE).orElse(1);
    if (colors == LAB && samples == 3 && (bits == 8 || bits == 16)) {
      Raster raster = reader.read(tags.with(file, TiffTags.PHOTOMETRIC, RGB)).getRaster();
      return fromLab(raster, bits);
    }
    if (colors == PALETTE && samples == 2 && bits == 8) {
      Raster raster = reader.read(tags.with(file, TiffTags.PHOTOMETRIC, GRAY)).getRaster();
      return fromPalette(raster, tags.all(TiffTags.COLOR_MAP), TiffRules.alpha(tags));
    }
    return BufferedImages.takeOver(reader.read(file), TiffRules.alpha(tags));
  }

  private static Image fromLab(Raster raster, int bits) {
    int width = raster.getWidth();
    byte[] pixels = new byte[Math.multiplyExact(width * 3, raster.getHeight())];
    int[] row = new int[3 * width];
    Lab lab = new Lab(bits);
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < row.length; x += 3) {
        lab.toRgb(row[x], row[x + 1], row[x + 2], pixels, y * row.length + x);
      }
    }
    return Image.wrap(new ImageSize(width, raster.getHeight()), 3, pixels);
  }

  /** Palettes hold all reds, all greens, all blues, in sixteen bits; some programs write eight. */
  private static Image fromPalette(Raster raster, List<Integer> palette, Alpha alpha)
      throws IOException {
    if (palette.isEmpty() || palette.size() % 3 != 0) {
      throw new IOException("Its palette is missing or damaged.");
    }
    int shift = palette.stream().allMatch(it -> it < 256) ? 0 : 8;
    int entries = palette.size() / 3;
    int width = raster.getWidth();
    byte[] pixels = new byte[Math.multiplyExact(width * 3, raster.getHeight())];
    int bands = raster.getNumBands();
    int[] row = new int[bands * width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int index = row[bands * x];
        int opacity = alpha == Alpha.NONE || bands < 2 ? 255 : row[bands * x + 1];
        for (int c = 0; c < 3; c++) {
          int value = index < entries ? palette.get(c * entries + index) >> shift : 0;
          pixels[(y * width + x) * 3 + c] =
              (byte) BufferedImages.onWhite(alpha == Alpha.PREMULTIPLIED, value, opacity);
        }
      }
    }
    return Image.wrap(new ImageSize(width, raster.getHeight()), 3, pixels);
  }
}
