package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * A rectangle in a picture of any size.
 *
 * @param area share of the picture's area
 * @param ratio one side over the other
 * @param x place from left (0) to right (1)
 * @param y place from top (0) to bottom (1)
 */
record RelativeBox(double area, double ratio, double x, double y) {
  static RelativeBox draw(Range area, Range ratio, CounterRandom random) {
    return new RelativeBox(
        area.draw(random), ratio.drawLogarithmic(random), random.nextDouble(), random.nextDouble());
  }

  /** Returns the side that {@code ratio} multiplies, in pixels. */
  int firstSide(int width, int height) {
    return (int) Math.rint(Math.sqrt(area * width * height * ratio));
  }

  /** Returns the side that {@code ratio} divides, in pixels. */
  int secondSide(int width, int height) {
    return (int) Math.rint(Math.sqrt(area * width * height / ratio));
  }

  int left(int room) {
    return (int) (x * (room + 1));
  }

  int top(int room) {
    return (int) (y * (room + 1));
  }
}
