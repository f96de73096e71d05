package org.finetune4j.explain;

/** Values between those of a map: pixel centres at halves, PyTorch's align_corners=False. */
final class Bilinear {
  private Bilinear() {}

  /** Returns the value at x, y, from 0 at the left and upper edge to 1 at the right and lower. */
  static double at(float[] map, int width, int height, double x, double y) {
    double column = Math.max(0, Math.min(width - 1.0, x * width - 0.5));
    double row = Math.max(0, Math.min(height - 1.0, y * height - 0.5));
    int left = (int) column;
    int top = (int) row;
    int right = Math.min(left + 1, width - 1);
    int bottom = Math.min(top + 1, height - 1);
    double across = column - left;
    double upper = map[top * width + left] * (1 - across) + map[top * width + right] * across;
    double lower = map[bottom * width + left] * (1 - across) + map[bottom * width + right] * across;
    return upper + (row - top) * (lower - upper);
  }
}
