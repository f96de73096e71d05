package org.finetune4j.decode.pixel;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;

/** From AWT's many pixel layouts to ours. */
public final class BufferedImages {
  private BufferedImages() {}

  /** Returns the pixels of a picture: transparency on white, gray as one channel. */
  public static Image toImage(BufferedImage picture) {
    return toImage(picture, Alpha.AS_STORED, false);
  }

  /**
   * Returns the pixels of a picture that nobody else has: where its array is laid out as ours, it
   * is taken over.
   *
   * @param alpha what the sample behind the colors means
   */
  public static Image takeOver(BufferedImage picture, Alpha alpha) {
    return toImage(picture, alpha, true);
  }

  private static Image toImage(BufferedImage picture, Alpha alpha, boolean own) {
    ColorModel colors = picture.getColorModel();
    if (colors instanceof IndexColorModel palette) {
      return fromPalette(picture.getRaster(), palette);
    }
    int colorSpace = colors.getColorSpace().getType();
    boolean gray = colorSpace == ColorSpace.TYPE_GRAY;
    boolean plain = gray || colorSpace == ColorSpace.TYPE_RGB;
    boolean small = hasSmallUnsignedSamples(picture.getRaster(), colors);
    if (colorSpace == ColorSpace.TYPE_CMYK && alpha != Alpha.AS_STORED && small) {
      return fromInks(picture.getRaster(), colors.getComponentSize(0));
    }
    if (!plain || !small) {
      return converted(picture);
    }
    int channels = gray ? 1 : 3;
    return isInterleavedBytes(picture.getRaster(), colors, channels)
        ? interleaved(picture.getRaster(), channels, own)
        : fromSamples(picture.getRaster(), colors, channels, alpha);
  }

  /** Printing inks without their profile, as Pillow mixes them: each takes light away. */
  private static Image fromInks(Raster raster, int bits) {
    int bands = raster.getNumBands();
    int width = raster.getWidth();
    byte[] samples = new byte[width * raster.getHeight() * 3];
    int[] row = new int[width * bands];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int pixel = 0; pixel < row.length; pixel += bands) {
        int light = 255 - toByte(row[pixel + 3], bits);
        for (int c = 0; c < 3; c++) {
          int product = toByte(row[pixel + c], bits) * light + 128;
          samples[target++] = (byte) (light - (((product >> 8) + product) >> 8));
        }
      }
    }
    return Image.wrap(size(raster), 3, samples);
  }

  private static boolean hasSmallUnsignedSamples(Raster raster, ColorModel colors) {
    int type = raster.getTransferType();
    return (type == DataBuffer.TYPE_BYTE
            || type == DataBuffer.TYPE_USHORT
            || type == DataBuffer.TYPE_INT)
        && colors.getComponentSize(0) <= 16;
  }

  private static boolean isInterleavedBytes(Raster raster, ColorModel colors, int channels) {
    return raster.getSampleModel() instanceof PixelInterleavedSampleModel
        && raster.getDataBuffer() instanceof DataBufferByte
        && raster.getNumBands() == channels
        && colors.getComponentSize(0) == 8;
  }

  /** The way of nearly every photo: a copy that at most swaps red and blue. */
  private static Image interleaved(Raster raster, int channels, boolean own) {
    PixelInterleavedSampleModel layout = (PixelInterleavedSampleModel) raster.getSampleModel();
    byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
    int x0 = raster.getMinX() - raster.getSampleModelTranslateX();
    int y0 = raster.getMinY() - raster.getSampleModelTranslateY();
    int first =
        raster.getDataBuffer().getOffset()
            + y0 * layout.getScanlineStride()
            + x0 * layout.getPixelStride();
    int rowLength = raster.getWidth() * channels;
    int[] offsets = layout.getBandOffsets();
    boolean packed =
        layout.getPixelStride() == channels
            && layout.getScanlineStride() == rowLength
            && data.length == (long) rowLength * raster.getHeight();
    if (own && packed && first == 0) {
      inOrder(data, offsets);
      return Image.wrap(size(raster), channels, data);
    }
    byte[] samples = new byte[Math.multiplyExact(rowLength, raster.getHeight())];
    for (int y = 0; y < raster.getHeight(); y++) {
      int row = first + y * layout.getScanlineStride();
      int target = y * rowLength;
      if (channels == 1) {
        copyGray(data, row + offsets[0], layout.getPixelStride(), samples, target, rowLength);
      } else {
        copyRgb(data, row, layout.getPixelStride(), offsets, samples, target, rowLength);
      }
    }
    return Image.wrap(size(raster), channels, samples);
  }

  /** A second array would double the memory of a photo. */
  private static void inOrder(byte[] samples, int[] offsets) {
    if (offsets.length == 1 || (offsets[0] == 0 && offsets[1] == 1)) {
      return;
    }
    for (int i = 0; i < samples.length; i += 3) {
      byte red = samples[i + offsets[0]];
      byte green = samples[i + offsets[1]];
      byte blue = samples[i + offsets[2]];
      samples[i] = red;
      samples[i + 1] = green;
      samples[i + 2] = blue;
    }
  }

  private static void copyGray(
      byte[] from, int first, int stride, byte[] to, int start, int length) {
    for (int i = 0; i < length; i++) {
      to[start + i] = from[first + i * stride];
    }
  }

  private static void copyRgb(
      byte[] from, int first, int stride, int[] offsets, byte[] to, int start, int length) {
    int red = offsets[0];
    int green = offsets[1];
    int blue = offsets[2];
    int source = first;
    for (int target = start; target < start + length; target += 3) {
      to[target] = from[source + red];
      to[target + 1] = from[source + green];
      to[target + 2] = from[source + blue];
      source += stride;
    }
  }

  private static Image fromSamples(Raster raster, ColorModel colors, int channels, Alpha meaning) {
    int bands = raster.getNumBands();
    boolean known = meaning == Alpha.AS_STORED ? colors.hasAlpha() : meaning != Alpha.NONE;
    boolean alpha = known && bands > channels;
    boolean premultiplied =
        meaning == Alpha.AS_STORED ? colors.isAlphaPremultiplied() : meaning == Alpha.PREMULTIPLIED;
    int width = raster.getWidth();
    byte[] samples = new byte[width * raster.getHeight() * channels];
    int[] row = new int[width * bands];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int pixel = 0; pixel < row.length; pixel += bands) {
        int opacity =
            alpha ? toByte(row[pixel + channels], colors.getComponentSize(channels)) : 255;
        for (int c = 0; c < channels; c++) {
          int value = toByte(row[pixel + c], colors.getComponentSize(c));
          samples[target++] = (byte) onWhite(premultiplied, value, opacity);
        }
      }
    }
    return Image.wrap(size(raster), channels, samples);
  }

  /** Other color spaces and sample types: AWT converts them to sRGB. */
  private static Image converted(BufferedImage picture) {
    int width = picture.getWidth();
    byte[] samples = new byte[width * picture.getHeight() * 3];
    int[] row = new int[width];
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        putOnWhite(row[x], samples, (y * width + x) * 3);
      }
    }
    return Image.wrap(new ImageSize(width, picture.getHeight()), 3, samples);
  }

  private static Image fromPalette(Raster raster, IndexColorModel palette) {
    byte[] colors = new byte[palette.getMapSize() * 3];
    boolean gray = true;
    for (int i = 0; i < palette.getMapSize(); i++) {
      putOnWhite(palette.getRGB(i), colors, 3 * i);
      gray &= colors[3 * i] == colors[3 * i + 1] && colors[3 * i] == colors[3 * i + 2];
    }
    int channels = gray ? 1 : 3;
    int width = raster.getWidth();
    byte[] samples = new byte[width * raster.getHeight() * channels];
    int[] row = new int[width];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      PaletteIndices.read(raster, y, row);
      for (int index : row) {
        // An index beyond the palette is black, as in libpng.
        boolean known = index < palette.getMapSize();
        for (int c = 0; c < channels; c++) {
          samples[target++] = known ? colors[3 * index + c] : 0;
        }
      }
    }
    return Image.wrap(size(raster), channels, samples);
  }

  private static void putOnWhite(int argb, byte[] target, int offset) {
    int opacity = argb >>> 24;
    target[offset] = (byte) onWhite(false, (argb >> 16) & 0xFF, opacity);
    target[offset + 1] = (byte) onWhite(false, (argb >> 8) & 0xFF, opacity);
    target[offset + 2] = (byte) onWhite(false, argb & 0xFF, opacity);
  }

  /** Returns a sample of 0 to 255 as it looks on white. */
  public static int onWhite(boolean premultiplied, int value, int opacity) {
    if (opacity == 255) {
      return value;
    }
    int colored = premultiplied ? value : (value * opacity + 127) / 255;
    return Math.min(255, colored + 255 - opacity);
  }

  /** Widens or narrows a sample to eight bits; of sixteen, the upper eight, as TensorFlow does. */
  private static int toByte(int sample, int bits) {
    if (bits == 8) {
      return sample;
    }
    int max = (1 << bits) - 1;
    return bits > 8 ? sample >> (bits - 8) : (sample * 255 + max / 2) / max;
  }

  private static ImageSize size(Raster raster) {
    return new ImageSize(raster.getWidth(), raster.getHeight());
  }
}
