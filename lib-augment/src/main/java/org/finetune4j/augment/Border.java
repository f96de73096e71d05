package org.finetune4j.augment;

/** Where a position outside the picture takes its value from, along one axis, as in SciPy. */
final class Border {
  private Border() {}

  /**
   * Moves a position onto the picture. With REFLECT and WRAP it may stay up to one pixel before the
   * first or after the last: there lie the values between two edges.
   */
  static double place(FillMode mode, double position, int length) {
    if (position >= 0 && position <= length - 1) {
      return position;
    }
    return switch (mode) {
      case NEAREST, CONSTANT -> position < 0 ? 0 : length - 1;
      case REFLECT -> reflect(position, length);
      case WRAP -> wrap(position, length);
    };
  }

  private static double reflect(double position, int length) {
    if (length == 1) {
      return 0;
    }
    double period = 2.0 * length;
    if (position < 0) {
      double near = position + period * Math.floor(-position / period);
      return near < -length ? near + period : -near - 1;
    }
    double near = position - period * Math.floor(position / period);
    return near >= length ? period - near - 1 : near;
  }

  private static double wrap(double position, int length) {
    if (length == 1) {
      return 0;
    }
    return position < 0
        ? position + length * (Math.max(0, Math.floor((-1 - position) / length)) + 1)
        : position - length * Math.floor(position / length);
  }

  /** Returns the pixel at or next to a placed position, which may be one off the picture. */
  static int pixel(FillMode mode, int index, int length) {
    int wrapped = mode == FillMode.WRAP ? Math.floorMod(index, length) : index;
    return Math.max(0, Math.min(length - 1, wrapped));
  }
}
