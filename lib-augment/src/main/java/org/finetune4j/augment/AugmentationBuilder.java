package org.finetune4j.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;

/**
 * Collects transforms. The geometric ones (rotation, shifts, shear, zoom, flips) make one warp,
 * wherever they are called; it runs first after the resize. The others run in the order of the
 * calls. Without any call nothing changes. Not safe for use by several threads.
 */
public final class AugmentationBuilder {
  private double rotation;
  private double heightShift;
  private double widthShift;
  private double shear;
  private Range zoom;
  private boolean lockedZoom;
  private double horizontalFlip;
  private double verticalFlip;
  private FillMode fillMode;
  private int fillValue;
  private Interpolation interpolation;
  private final List<Transform> others;

  AugmentationBuilder(Augmentation start) {
    others = new ArrayList<>(start.transforms());
    RandomAffine affine = RandomAffine.NONE;
    if (!others.isEmpty() && others.get(0) instanceof RandomAffine first) {
      affine = first;
      others.remove(0);
    }
    rotation = affine.rotation();
    heightShift = affine.heightShift();
    widthShift = affine.widthShift();
    shear = affine.shear();
    zoom = affine.zoom();
    lockedZoom = affine.lockedZoom();
    horizontalFlip = affine.horizontalFlip();
    verticalFlip = affine.verticalFlip();
    fillMode = affine.fillMode();
    fillValue = affine.fillValue();
    interpolation = affine.interpolation();
  }

  /** Turns by up to this many degrees to either side; default 0. */
  public AugmentationBuilder rotation(double degrees) {
    rotation = degrees;
    return this;
  }

  /**
   * Shifts up and down by up to this fraction of the height if it is below 1, by up to this many
   * pixels otherwise (as in Keras); default 0.
   */
  public AugmentationBuilder heightShift(double amount) {
    heightShift = amount;
    return this;
  }

  /**
   * Shifts left and right by up to this fraction of the width if it is below 1, by up to this many
   * pixels otherwise (as in Keras); default 0.
   */
  public AugmentationBuilder widthShift(double amount) {
    widthShift = amount;
    return this;
  }

  /** Shears by up to this many degrees to either side, below 90; default 0. */
  public AugmentationBuilder shear(double degrees) {
    shear = degrees;
    return this;
  }

  /**
   * Zooms each axis by a factor of [1 - spread, 1 + spread]; default 0. A factor above 1 shows more
   * of the picture.
   *
   * @param spread below 1
   */
  public AugmentationBuilder zoom(double spread) {
    Check.that(
        spread >= 0 && spread < 1,
        "A zoom spread must lie in [0, 1), but is %s: the factors [1 - spread, 1 + spread] must stay"
            + " above 0.",
        spread);
    return zoom(1 - spread, 1 + spread);
  }

  /** Zooms each axis by a factor of [low, high], both above 0. */
  public AugmentationBuilder zoom(double low, double high) {
    zoom = new Range(low, high);
    return this;
  }

  /** Gives both axes the same zoom factor; default is one for each. */
  public AugmentationBuilder lockedZoom() {
    lockedZoom = true;
    return this;
  }

  /** Exchanges left and right in half of the draws; default never. */
  public AugmentationBuilder horizontalFlip() {
    return horizontalFlip(0.5);
  }

  /** Exchanges left and right with this probability. */
  public AugmentationBuilder horizontalFlip(double probability) {
    horizontalFlip = probability;
    return this;
  }

  /** Exchanges top and bottom in half of the draws; default never. */
  public AugmentationBuilder verticalFlip() {
    return verticalFlip(0.5);
  }

  /** Exchanges top and bottom with this probability. */
  public AugmentationBuilder verticalFlip(double probability) {
    verticalFlip = probability;
    return this;
  }

  /** Decides what the warp shows where the picture does not reach; default {@code NEAREST}. */
  public AugmentationBuilder fillMode(FillMode mode) {
    fillMode = Objects.requireNonNull(mode, "mode");
    return this;
  }

  /** Sets the value for {@link FillMode#CONSTANT}, 0 to 255; default 0. */
  public AugmentationBuilder fillValue(int value) {
    fillValue = value;
    return this;
  }

  /** Sets how the warp interpolates, {@code BILINEAR} (default) or {@code NEAREST}. */
  public AugmentationBuilder interpolation(Interpolation value) {
    interpolation = Objects.requireNonNull(value, "value");
    return this;
  }

  /** Multiplies all samples by a factor of [1 - spread, 1 + spread]. */
  public AugmentationBuilder brightness(double spread) {
    return transform(new Brightness(Range.aroundOne(spread)));
  }

  /** Multiplies all samples by a factor of [low, high] (Keras's {@code brightness_range}). */
  public AugmentationBuilder brightness(double low, double high) {
    return transform(new Brightness(new Range(low, high)));
  }

  /** Changes the contrast by a factor of [1 - spread, 1 + spread]. */
  public AugmentationBuilder contrast(double spread) {
    return transform(new Contrast(Range.aroundOne(spread)));
  }

  /** Changes the saturation by a factor of [1 - spread, 1 + spread]. */
  public AugmentationBuilder saturation(double spread) {
    return transform(new Saturation(Range.aroundOne(spread)));
  }

  /** Turns the hue by up to this part of a full turn to either side, at most 0.5. */
  public AugmentationBuilder hue(double turns) {
    return transform(new Hue(Range.aroundZero(turns)));
  }

  /** Adds a value of up to this many levels to all samples, or takes it off. */
  public AugmentationBuilder channelShift(double levels) {
    return transform(new ChannelShift(Range.aroundZero(levels)));
  }

  /** Makes pictures gray with this probability. */
  public AugmentationBuilder grayscale(double probability) {
    return transform(new Grayscale(probability));
  }

  /** Blurs with a standard deviation of [low, high] pixels. */
  public AugmentationBuilder gaussianBlur(double low, double high) {
    return transform(new GaussianBlur(new Range(low, high)));
  }

  /** Adds noise with a standard deviation of up to this many levels. */
  public AugmentationBuilder gaussianNoise(double largest) {
    Check.notNegative("The deviation of noise", largest);
    return transform(new GaussianNoise(new Range(0, largest)));
  }

  /** Blackens a random rectangle with this probability. */
  public AugmentationBuilder randomErasing(double probability) {
    return transform(RandomErasing.of(probability));
  }

  /** Cuts a rectangle of this size out of the original, padded with black on all sides first. */
  public AugmentationBuilder randomCrop(ImageSize size, int padding) {
    return transform(RandomCrop.of(Objects.requireNonNull(size, "size"), padding));
  }

  /** Cuts 8 to 100 percent of the area out of the original, at proportions of 3:4 to 4:3. */
  public AugmentationBuilder randomResizedCrop() {
    return transform(RandomResizedCrop.STANDARD);
  }

  /** Cuts the middle out of the original. */
  public AugmentationBuilder centerCrop(ImageSize size) {
    return transform(new CenterCrop(Objects.requireNonNull(size, "size")));
  }

  /** Pads the original with black on all sides. */
  public AugmentationBuilder pad(int pixels) {
    return transform(Pad.all(pixels, FillMode.CONSTANT, 0));
  }

  /** Adds one operation of fourteen at a random strength. */
  public AugmentationBuilder trivialAugment() {
    return transform(new TrivialAugment());
  }

  /** Adds several operations of fourteen at one strength, 0 to 30. */
  public AugmentationBuilder randAugment(int operations, int magnitude) {
    return transform(new RandAugment(operations, magnitude));
  }

  /** Adds any transform, for example one of your own. */
  public AugmentationBuilder transform(Transform transform) {
    others.add(Objects.requireNonNull(transform, "transform"));
    return this;
  }

  /**
   * Returns the augmentation.
   *
   * @throws IllegalArgumentException if a range makes no sense; the message names it
   */
  public Augmentation build() {
    RandomAffine affine =
        new RandomAffine(
            rotation,
            heightShift,
            widthShift,
            shear,
            zoom,
            lockedZoom,
            horizontalFlip,
            verticalFlip,
            fillMode,
            fillValue,
            interpolation);
    List<Transform> all = new ArrayList<>(others);
    if (!affine.changesNothing()) {
      all.add(0, affine);
    }
    return new Augmentation(all);
  }
}
