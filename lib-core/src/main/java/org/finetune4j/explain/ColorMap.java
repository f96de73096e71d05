package org.finetune4j.explain;

/** Colors for values of 0 to 1. */
public enum ColorMap {
  /** Black to white. */
  GRAY {
    @Override
    int color(double value) {
      int level = level(value);
      return level << 16 | level << 8 | level;
    }
  },

  /** Blue, cyan, yellow, red: MATLAB's, the usual one for class activation maps. */
  JET {
    @Override
    int color(double value) {
      return ramp(value, 3) << 16 | ramp(value, 2) << 8 | ramp(value, 1);
    }

    private int ramp(double value, double center) {
      return level(1.5 - Math.abs(4 * value - center));
    }
  },

  /**
   * Violet to yellow, as bright as the value is large, so that it can be read in print and by the
   * color-blind: matplotlib's (van der Walt and Smith 2015), linear between 16 of its colors.
   */
  VIRIDIS {
    @Override
    int color(double value) {
      double place = value * (VIRIDIS_COLORS.length - 1);
      int below = Math.min((int) place, VIRIDIS_COLORS.length - 2);
      double share = place - below;
      int color = 0;
      for (int shift = 16; shift >= 0; shift -= 8) {
        int low = VIRIDIS_COLORS[below] >> shift & 0xFF;
        int high = VIRIDIS_COLORS[below + 1] >> shift & 0xFF;
        color |= (int) Math.round(low + share * (high - low)) << shift;
      }
      return color;
    }
  };

  private static final int[] VIRIDIS_COLORS = {
    0x440154, 0x481a6c, 0x472f7d, 0x414487, 0x39568c, 0x31688e, 0x2a788e, 0x23888e,
    0x1f988b, 0x22a884, 0x35b779, 0x54c568, 0x7ad151, 0xa5db36, 0xd2e21b, 0xfde725
  };

  /** Returns the color of a value, 0xRRGGBB; below 0 and above 1 as at the ends. */
  int rgb(double value) {
    return color(Math.max(0, Math.min(1, value)));
  }

  abstract int color(double value);

  private static int level(double value) {
    return (int) Math.round(255 * Math.max(0, Math.min(1, value)));
  }
}
