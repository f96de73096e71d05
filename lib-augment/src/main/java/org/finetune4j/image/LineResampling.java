package org.finetune4j.image;

import java.util.Arrays;

/**
 * The resize of a picture that is one pixel wide or high: its line is filtered, output by output,
 * and repeated. It may be millions of pixels long; the weights of one output are held at a time.
 */
final class LineResampling {
  private final Image image;
  private final Stretch columns;
  private final Stretch lines;
  private final Interpolation interpolation;

  LineResampling(Image image, Stretch columns, Stretch lines, Interpolation interpolation) {
    this.image = image;
    this.columns = columns;
    this.lines = lines;
    this.interpolation = interpolation;
  }

  /** Filtering a single pixel gives the pixel: that axis needs no arithmetic. */
  Image run() {
    boolean upright = image.width() == 1;
    byte[] line = filtered(upright ? image.height() : image.width(), upright ? lines : columns);
    ImageSize size = new ImageSize(columns.length(), lines.length());
    int channels = image.channels();
    byte[] to = new byte[size.samples(channels)];
    int rowLength = size.width() * channels;
    for (int y = 0; y < size.height(); y++) {
      if (upright) {
        fillRow(
            to,
            y * rowLength,
            rowLength,
            Arrays.copyOfRange(line, y * channels, (y + 1) * channels));
      } else {
        System.arraycopy(line, 0, to, y * rowLength, rowLength);
      }
    }
    return Image.wrap(size, channels, to);
  }

  private static void fillRow(byte[] to, int first, int length, byte[] pixel) {
    for (int i = 0; i < length; i++) {
      to[first + i] = pixel[i % pixel.length];
    }
  }

  private byte[] filtered(int inputs, Stretch stretch) {
    int channels = image.channels();
    byte[] line = new byte[Math.multiplyExact(stretch.length(), channels)];
    int[] pixel = new int[channels];
    for (int i = 0; i < stretch.length(); i++) {
      Stretch one = new Stretch(stretch.whole(), stretch.first() + i, 1);
      ResamplingFilter filter = ResamplingFilter.of(interpolation, inputs, one);
      if (channels == 3) {
        filter.filterRgb(image.unwrap(), 0, pixel);
      } else {
        filter.filterGray(image.unwrap(), 0, pixel);
      }
      for (int c = 0; c < channels; c++) {
        line[i * channels + c] = (byte) pixel[c];
      }
    }
    return line;
  }
}
