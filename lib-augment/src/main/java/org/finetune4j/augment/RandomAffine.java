package org.finetune4j.augment;

import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.random.CounterRandom;

/**
 * Rotation, shifts, shear, zoom and flips as one warp: one interpolation instead of five. Ranges
 * and their order are those of Keras's {@code ImageDataGenerator}.
 *
 * @param rotation largest angle in degrees, to either side
 * @param heightShift largest shift along the height, to either side: below 1 a fraction of the
 *     height, from 1 on pixels
 * @param widthShift the same along the width
 * @param shear largest shear in degrees, to either side, below 90
 * @param zoom factors above 0, drawn for each axis; above 1 shows more of the picture
 * @param lockedZoom whether both axes get the same factor
 * @param horizontalFlip probability of exchanging left and right
 * @param verticalFlip probability of exchanging top and bottom
 * @param fillMode what stands where the picture does not reach
 * @param fillValue the value for {@link FillMode#CONSTANT}, 0 to 255
 * @param interpolation {@code BILINEAR} or {@code NEAREST}
 */
public record RandomAffine(
    double rotation,
    double heightShift,
    double widthShift,
    double shear,
    Range zoom,
    boolean lockedZoom,
    double horizontalFlip,
    double verticalFlip,
    FillMode fillMode,
    int fillValue,
    Interpolation interpolation)
    implements Transform {
  /** Changes nothing; the point from which a builder starts. */
  static final RandomAffine NONE =
      new RandomAffine(
          0, 0, 0, 0, new Range(1, 1), false, 0, 0, FillMode.NEAREST, 0, Interpolation.BILINEAR);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one lies outside its range
   */
  public RandomAffine {
    Check.notNegative("rotation", rotation);
    Check.notNegative("heightShift", heightShift);
    Check.notNegative("widthShift", widthShift);
    Check.that(shear >= 0 && shear < 90, "shear must lie in [0, 90), but is %s.", shear);
    zoom.positive("zoom");
    Check.probability("horizontalFlip", horizontalFlip);
    Check.probability("verticalFlip", verticalFlip);
    Check.range("fillValue", fillValue, 0, 255);
    Affine.checkSupported(interpolation);
  }

  boolean changesNothing() {
    return Math.max(rotation, shear) == 0
        && Math.max(heightShift, widthShift) == 0
        && zoom.low() == 1
        && zoom.high() == 1
        && Math.max(horizontalFlip, verticalFlip) == 0;
  }

  @Override
  public Operation sample(CounterRandom random) {
    double angle = Range.aroundZero(rotation).draw(random);
    Shift down = Shift.draw(heightShift, random);
    Shift right = Shift.draw(widthShift, random);
    double slant = Range.aroundZero(shear).draw(random);
    double zoomHeight = zoom.draw(random);
    double otherZoom = zoom.draw(random);
    boolean mirrored = random.nextBoolean(horizontalFlip);
    boolean upsideDown = random.nextBoolean(verticalFlip);
    return new WarpBy(
        angle,
        down,
        right,
        slant,
        upsideDown ? -zoomHeight : zoomHeight,
        (lockedZoom ? zoomHeight : otherZoom) * (mirrored ? -1 : 1),
        fillMode,
        fillValue,
        interpolation);
  }

  /**
   * One draw of it.
   *
   * @param rotationDegrees angle in degrees
   * @param heightShift shift along the height
   * @param widthShift shift along the width
   * @param shearDegrees shear in degrees
   * @param zoomHeight factor along the height, negative if top and bottom are exchanged
   * @param zoomWidth factor along the width, negative if left and right are exchanged
   * @param fillMode what stands where the picture does not reach
   * @param fillValue the value for {@link FillMode#CONSTANT}
   * @param interpolation {@code BILINEAR} or {@code NEAREST}
   */
  record WarpBy(
      double rotationDegrees,
      Shift heightShift,
      Shift widthShift,
      double shearDegrees,
      double zoomHeight,
      double zoomWidth,
      FillMode fillMode,
      int fillValue,
      Interpolation interpolation)
      implements Kernel {
    /** Returns the map for pictures of this size. */
    public Affine affine(ImageSize size) {
      return new Affine(
          rotationDegrees,
          heightShift.pixels(size.height()),
          widthShift.pixels(size.width()),
          shearDegrees,
          zoomHeight,
          zoomWidth);
    }

    @Override
    public Image apply(Image image) {
      return affine(image.size()).applyFast(image, fillMode, fillValue, interpolation);
    }
  }
}
