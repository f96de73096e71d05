package org.finetune4j.explain;

import java.util.Arrays;
import org.finetune4j.image.Image;
import org.finetune4j.network.Shape;

/** Channels of a feature map as tiles of one picture. */
final class ChannelGrid {
  private static final int GAP = 1;
  private static final double MIDDLE = 128;
  private static final double CONTRAST = 64;

  private ChannelGrid() {}

  static Image draw(Shape shape, float[] values, int columns, ColorMap colors) {
    int across = Math.min(columns, shape.channels());
    int down = (shape.channels() + across - 1) / across;
    int width = across * (shape.width() + GAP) - GAP;
    int height = down * (shape.height() + GAP) - GAP;
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int area = shape.width() * shape.height();
    for (int channel = 0; channel < shape.channels(); channel++) {
      float[] map = Arrays.copyOfRange(values, channel * area, (channel + 1) * area);
      double mean = mean(map);
      double deviation = deviation(map, mean);
      if (deviation == 0) {
        continue;
      }
      int left = channel % across * (shape.width() + GAP);
      int top = channel / across * (shape.height() + GAP);
      for (int i = 0; i < area; i++) {
        double level = (map[i] - mean) / deviation * CONTRAST + MIDDLE;
        int pixel = (top + i / shape.width()) * width + left + i % shape.width();
        paint(rgb, pixel, colors.rgb(level / 255));
      }
    }
    return Image.of(width, height, rgb);
  }

  private static double mean(float[] map) {
    double sum = 0;
    for (float value : map) {
      sum += value;
    }
    return sum / map.length;
  }

  private static double deviation(float[] map, double mean) {
    double squares = 0;
    for (float value : map) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / map.length);
  }

  static void paint(byte[] rgb, int pixel, int color) {
    rgb[3 * pixel] = (byte) (color >> 16);
    rgb[3 * pixel + 1] = (byte) (color >> 8);
    rgb[3 * pixel + 2] = (byte) color;
  }
}
