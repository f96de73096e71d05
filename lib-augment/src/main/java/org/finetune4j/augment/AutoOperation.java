package org.finetune4j.augment;

import org.finetune4j.image.Image;
import org.finetune4j.image.Interpolation;

/** The operations that TrivialAugment and RandAugment choose from, in torchvision's order. */
enum AutoOperation {
  IDENTITY(false),
  SHEAR_X(true),
  SHEAR_Y(true),
  TRANSLATE_X(true),
  TRANSLATE_Y(true),
  ROTATE(true),
  BRIGHTNESS(true),
  COLOR(true),
  CONTRAST(true),
  SHARPNESS(true),
  POSTERIZE(false),
  SOLARIZE(false),
  AUTO_CONTRAST(false),
  EQUALIZE(false);

  private final boolean signed;

  AutoOperation(boolean signed) {
    this.signed = signed;
  }

  /** Returns whether half of the draws take the negative strength. */
  boolean signed() {
    return signed;
  }

  /**
   * Returns the operation.
   *
   * @param strength 0 to 1, or -1 to 1 if signed
   * @param limits what strength 1 means
   */
  Operation at(double strength, Limits limits) {
    return switch (this) {
      case IDENTITY -> Operation.NONE;
      case SHEAR_X -> new SlantBy(0, strength * limits.shear());
      case SHEAR_Y -> new SlantBy(strength * limits.shear(), 0);
      case TRANSLATE_X -> warp(0, new Shift(0, true), limits.shift(strength));
      case TRANSLATE_Y -> warp(0, limits.shift(strength), new Shift(0, true));
      case ROTATE -> warp(strength * limits.rotation(), new Shift(0, true), new Shift(0, true));
      case BRIGHTNESS -> new Brightness.BrightnessBy(1 + strength * limits.color());
      case COLOR -> new Saturation.SaturationBy(1 + strength * limits.color());
      case CONTRAST -> new Contrast.ContrastBy(1 + strength * limits.color());
      case SHARPNESS -> new Sharpness.SharpnessBy(1 + strength * limits.color());
      case POSTERIZE -> new Posterize(8 - (int) Math.rint(strength * limits.lostBits()));
      case SOLARIZE -> new Solarize(255 * (1 - strength));
      case AUTO_CONTRAST -> new AutoContrast();
      case EQUALIZE -> new Equalize();
    };
  }

  private static Operation warp(double rotation, Shift height, Shift width) {
    return new RandomAffine.WarpBy(
        rotation,
        height,
        width,
        0,
        1,
        1,
        Limits.FILL_MODE,
        Limits.FILL_VALUE,
        Interpolation.BILINEAR);
  }

  /**
   * What full strength means.
   *
   * @param shear shift per pixel of the other axis
   * @param shift largest shift in pixels, or as a fraction of the side
   * @param rotation degrees
   * @param color how far a factor goes from 1
   * @param lostBits bits that posterizing clears
   */
  record Limits(double shear, Shift shift, double rotation, double color, int lostBits) {
    /** Gray, as in the papers' code. */
    static final FillMode FILL_MODE = FillMode.CONSTANT;

    static final int FILL_VALUE = 128;

    Shift shift(double strength) {
      return new Shift(strength * shift.amount(), shift.inPixels());
    }
  }

  /**
   * Shifts each row, or each column, in proportion to its distance from the center.
   *
   * @param rowsByColumn rows per column
   * @param columnsByRow columns per row
   */
  record SlantBy(double rowsByColumn, double columnsByRow) implements Kernel {
    @Override
    public Image apply(Image image) {
      double row = image.height() / 2.0 - 0.5;
      double column = image.width() / 2.0 - 0.5;
      Matrix matrix =
          Matrix.shift(row, column)
              .times(new Matrix(1, rowsByColumn, 0, columnsByRow, 1, 0))
              .times(Matrix.shift(-row, -column));
      return new Warp(image, matrix, Limits.FILL_MODE, Limits.FILL_VALUE).fastBilinear();
    }
  }
}
