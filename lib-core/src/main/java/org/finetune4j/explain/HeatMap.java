package org.finetune4j.explain;

import org.finetune4j.image.Image;

/**
 * Where in a picture the evidence for a class lies: a coarse map of 0 (none) to 1 (the most in this
 * picture). Immutable.
 */
public final class HeatMap {
  private static final double OPACITY = 0.4;

  private final int width;
  private final int height;
  private final float[] values;
  private final float largest;

  private HeatMap(int width, int height, float[] values, float largest) {
    this.width = width;
    this.height = height;
    this.values = values;
    this.largest = largest;
  }

  /** Takes evidence for a class and against it; what speaks against it counts as none. */
  static HeatMap ofEvidence(int width, int height, double[] evidence) {
    double largest = 0;
    for (double value : evidence) {
      largest = Math.max(largest, value);
    }
    float[] values = new float[evidence.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = largest > 0 ? (float) (Math.max(0, evidence[i]) / largest) : 0;
    }
    return new HeatMap(width, height, values, (float) largest);
  }

  /** Returns the columns of the map, those of the layer it was made from. */
  public int width() {
    return width;
  }

  /** Returns the rows of the map. */
  public int height() {
    return height;
  }

  /** Returns the map row by row, 0 to 1. */
  public float[] values() {
    return values.clone();
  }

  /** Returns the strongest evidence before it became 1; 0 if nothing speaks for the class. */
  public float largest() {
    return largest;
  }

  /**
   * Returns the value at a place, bilinear between the map's own, as of a map enlarged to a picture
   * (pixel centres at halves, PyTorch's {@code align_corners=False}).
   *
   * @param x from 0 at the left edge of the picture to 1 at the right
   * @param y from 0 at the top to 1 at the bottom
   */
  public double at(double x, double y) {
    return Bilinear.at(values, width, height, x, y);
  }

  /**
   * Returns the same evidence on a scale that several maps share, so that their colors can be
   * compared: {@code map.scaledTo(max)} with the largest of all {@link #largest}.
   *
   * @param one the evidence that becomes 1; more is shown as 1
   * @throws IllegalArgumentException if it is not above 0
   */
  public HeatMap scaledTo(float one) {
    if (!(one > 0)) {
      throw new IllegalArgumentException(
          "The evidence that becomes 1 is above 0, not " + one + ".");
    }
    float[] scaled = new float[values.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = Math.min(1, values[i] * largest / one);
    }
    return new HeatMap(width, height, scaled, Math.min(largest, one));
  }

  /** Returns the map over a picture: jet, covering 40 %. */
  public Image overlay(Image picture) {
    return overlay(picture, ColorMap.JET, OPACITY);
  }

  /**
   * Returns the map over a picture.
   *
   * @param picture what the network saw, of any size: the photo itself where it is squashed to the
   *     input size (the default), else {@code preprocessing.fit(photo, inputSize)}
   * @param opacity how much the colors cover, 0 to 1
   * @throws IllegalArgumentException if the opacity is out of range
   */
  public Image overlay(Image picture, ColorMap colors, double opacity) {
    if (!(opacity >= 0 && opacity <= 1)) {
      throw new IllegalArgumentException("Opacity is from 0 to 1, not " + opacity + ".");
    }
    byte[] rgb = picture.toRgb().rgb();
    for (int pixel = 0; pixel < rgb.length / 3; pixel++) {
      int column = pixel % picture.width();
      int row = pixel / picture.width();
      int color = colors.rgb(at((column + 0.5) / picture.width(), (row + 0.5) / picture.height()));
      for (int c = 0; c < 3; c++) {
        int over = color >> (16 - 8 * c) & 0xFF;
        int under = rgb[3 * pixel + c] & 0xFF;
        rgb[3 * pixel + c] = (byte) Math.round(under + opacity * (over - under));
      }
    }
    return Image.of(picture.width(), picture.height(), rgb);
  }

  /** Returns for example {@code HeatMap[7x7]}. */
  @Override
  public String toString() {
    return "HeatMap[" + width + "x" + height + "]";
  }
}
