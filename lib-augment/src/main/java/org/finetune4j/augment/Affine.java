package org.finetune4j.augment;

import java.util.Objects;
import org.finetune4j.image.Image;
import org.finetune4j.image.Interpolation;

/**
 * A rotation, shift, shear and zoom as one map of the plane, exactly as Keras's {@code
 * ImageDataGenerator} composes them. An immutable value.
 *
 * <p>With row and column counted from the center of the picture, the output pixel p shows what the
 * input has at {@code R * T * S * Z * p}:
 *
 * <pre>{@code
 *     | cos r  -sin r |       | 1  -sin s |       | zoomHeight  0         |
 * R = | sin r   cos r |   S = | 0   cos s |   Z = | 0           zoomWidth |
 * }</pre>
 *
 * and T moves by the shifts. So a zoom above 1 shows more of the picture, and positive shifts move
 * its content up and to the left. A negative zoom mirrors along that axis.
 *
 * <pre>{@code
 * Image turned =
 *     new Affine(20, 0, 0, 0, 1, 1).apply(image, FillMode.NEAREST, 0, Interpolation.BILINEAR);
 * }</pre>
 *
 * @param rotationDegrees r in degrees; positive turns the picture counterclockwise
 * @param heightShift shift along the height in pixels
 * @param widthShift shift along the width in pixels
 * @param shearDegrees s in degrees
 * @param zoomHeight factor along the height, not 0; 1 changes nothing
 * @param zoomWidth factor along the width, not 0; 1 changes nothing
 */
public record Affine(
    double rotationDegrees,
    double heightShift,
    double widthShift,
    double shearDegrees,
    double zoomHeight,
    double zoomWidth) {
  /** The map that changes nothing. */
  public static final Affine IDENTITY = new Affine(0, 0, 0, 0, 1, 1);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is not finite or a zoom is 0
   */
  public Affine {
    Check.finite("rotationDegrees", rotationDegrees);
    Check.finite("heightShift", heightShift);
    Check.finite("widthShift", widthShift);
    Check.finite("shearDegrees", shearDegrees);
    Check.finite("zoomHeight", zoomHeight);
    Check.finite("zoomWidth", zoomWidth);
    Check.that(
        zoomHeight != 0 && zoomWidth != 0,
        "A zoom must not be 0, but zoomHeight is %s and zoomWidth is %s.",
        zoomHeight,
        zoomWidth);
  }

  /**
   * Returns the picture seen through this map, at its own size. Values are computed to within 0.001
   * before they are rounded.
   *
   * @param image gray or RGB
   * @param fillMode what stands where the map leaves the picture
   * @param fillValue the value of all channels for {@link FillMode#CONSTANT}, 0 to 255; otherwise
   *     without effect
   * @param interpolation {@code BILINEAR} or {@code NEAREST}
   * @throws IllegalArgumentException if the fill value or the interpolation is another one
   */
  public Image apply(Image image, FillMode fillMode, int fillValue, Interpolation interpolation) {
    return warped(
        image,
        Objects.requireNonNull(fillMode, "fillMode"),
        fillValue,
        Objects.requireNonNull(interpolation, "interpolation"),
        false);
  }

  /**
   * Returns the same as {@link #apply} to within one level, in about two thirds of the time for RGB
   * pictures of up to a million pixels. Augmentation uses it.
   *
   * @param image gray or RGB
   * @param fillMode what stands where the map leaves the picture
   * @param fillValue the value of all channels for {@link FillMode#CONSTANT}, 0 to 255
   * @param interpolation {@code BILINEAR} or {@code NEAREST}
   * @throws IllegalArgumentException if the fill value or the interpolation is another one
   */
  public Image applyFast(
      Image image, FillMode fillMode, int fillValue, Interpolation interpolation) {
    return warped(
        image,
        Objects.requireNonNull(fillMode, "fillMode"),
        fillValue,
        Objects.requireNonNull(interpolation, "interpolation"),
        true);
  }

  private Image warped(
      Image image, FillMode fillMode, int fillValue, Interpolation interpolation, boolean fast) {
    Check.range("fillValue", fillValue, 0, 255);
    checkSupported(interpolation);
    if (isIdentity()) {
      return image;
    }
    Warp warp = new Warp(image, matrix(image.width(), image.height()), fillMode, fillValue);
    if (interpolation == Interpolation.NEAREST) {
      return warp.nearest();
    }
    return fast ? warp.fastBilinear() : warp.bilinear();
  }

  static void checkSupported(Interpolation interpolation) {
    Check.that(
        interpolation == Interpolation.BILINEAR || interpolation == Interpolation.NEAREST,
        "An affine map is interpolated BILINEAR or NEAREST, not %s.",
        interpolation);
  }

  /** Returns whether every picture stays as it is. */
  public boolean isIdentity() {
    return equals(IDENTITY);
  }

  /** Returns the map from output to input pixels, rows first, for a picture of this size. */
  Matrix matrix(int width, int height) {
    // StrictMath: the same bytes on every processor.
    double rotation = Math.toRadians(rotationDegrees);
    double cos = StrictMath.cos(rotation);
    double sin = StrictMath.sin(rotation);
    double shear = Math.toRadians(shearDegrees);
    double centerRow = height / 2.0 - 0.5;
    double centerColumn = width / 2.0 - 0.5;
    return Matrix.shift(centerRow, centerColumn)
        .times(new Matrix(cos, -sin, 0, sin, cos, 0))
        .times(Matrix.shift(heightShift, widthShift))
        .times(new Matrix(1, -StrictMath.sin(shear), 0, 0, StrictMath.cos(shear), 0))
        .times(new Matrix(zoomHeight, 0, 0, 0, zoomWidth, 0))
        .times(Matrix.shift(-centerRow, -centerColumn));
  }
}
