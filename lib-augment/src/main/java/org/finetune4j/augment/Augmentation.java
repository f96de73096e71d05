package org.finetune4j.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.random.CounterRandom;

/**
 * Random changes of training pictures. Immutable and safe to share between threads; what happens to
 * a picture depends only on the configuration, a seed, the epoch and the picture's index, never on
 * threads or on what ran before.
 *
 * <pre>{@code
 * Augmentation augmentation =
 *     Augmentation.builder().rotation(20).widthShift(0.1).zoom(0.1).horizontalFlip().build();
 * Image changed = augmentation.apply(image, 42, epoch, index);
 * }</pre>
 *
 * <p>Transforms that cut or pad run on the original picture, before it is resized to the input size
 * of a network, all others after that, each group in its own order.
 *
 * @param transforms in order
 */
public record Augmentation(List<Transform> transforms) {
  /** Leaves every picture as it is. */
  public static final Augmentation NONE = new Augmentation(List.of());

  /** Sets these streams apart from all others with the same seed. */
  private static final long PURPOSE = 0x6175676D656E74L;

  /** Copies the list. */
  public Augmentation {
    transforms = List.copyOf(transforms);
  }

  /** Returns a builder that starts with no transform. */
  public static AugmentationBuilder builder() {
    return new AugmentationBuilder(NONE);
  }

  /** Returns a builder that starts with these transforms. */
  public AugmentationBuilder toBuilder() {
    return new AugmentationBuilder(this);
  }

  /**
   * Returns rotation 40, shifts 0.2, shear 0.2, zoom 0.2 and a horizontal flip: for training on few
   * pictures from scratch or with a frozen trunk (Chollet, "Deep Learning with Python", 5.2).
   */
  public static Augmentation standard() {
    return geometric(40, 0.2);
  }

  /**
   * Returns rotation 20, shifts 0.1, shear 0.1, zoom 0.1 and a horizontal flip: for fine-tuning.
   */
  public static Augmentation light() {
    return geometric(20, 0.1);
  }

  private static Augmentation geometric(double rotation, double amount) {
    return builder()
        .rotation(rotation)
        .widthShift(amount)
        .heightShift(amount)
        .shear(amount)
        .zoom(amount)
        .horizontalFlip()
        .fillMode(FillMode.NEAREST)
        .build();
  }

  /**
   * Returns a random resized crop, a horizontal flip, TrivialAugment and random erasing (0.1): the
   * recipe of torchvision's second generation of ImageNet weights.
   */
  public static Augmentation strong() {
    return builder()
        .randomResizedCrop()
        .horizontalFlip()
        .trivialAugment()
        .randomErasing(0.1)
        .build();
  }

  /** Returns whether every picture stays as it is. */
  public boolean isEmpty() {
    return transforms.isEmpty();
  }

  /** Returns the part that runs before the resize. */
  public Augmentation original() {
    return only(Stage.ORIGINAL);
  }

  /** Returns the part that runs after the resize. */
  public Augmentation resized() {
    return only(Stage.RESIZED);
  }

  private Augmentation only(Stage stage) {
    return new Augmentation(transforms.stream().filter(t -> t.stage() == stage).toList());
  }

  /**
   * Draws all parameters for one picture. The result can be printed, compared and applied again.
   *
   * @param seed of the training
   * @param epoch of the training
   * @param index of the picture in its dataset
   */
  public Sequence sample(long seed, long epoch, long index) {
    CounterRandom random = CounterRandom.of(seed, PURPOSE, epoch, index);
    List<Operation> drawn = new ArrayList<>();
    draw(Stage.ORIGINAL, random.stream(0), drawn);
    draw(Stage.RESIZED, random.stream(1), drawn);
    return new Sequence(drawn);
  }

  /** Each transform has a stream of its own: what one draws does not change the others. */
  private void draw(Stage stage, CounterRandom random, List<Operation> drawn) {
    int position = 0;
    for (Transform transform : transforms) {
      if (transform.stage() == stage) {
        add(transform.sample(random.stream(position++)), drawn);
      }
    }
  }

  private static void add(Operation operation, List<Operation> drawn) {
    if (operation instanceof Sequence sequence) {
      sequence.operations().forEach(one -> add(one, drawn));
    } else {
      drawn.add(operation);
    }
  }

  /** Returns the changed picture, not resized in between. */
  public Image apply(Image image, long seed, long epoch, long index) {
    return sample(seed, epoch, index).apply(Objects.requireNonNull(image, "image"));
  }

  /**
   * Returns the changed picture at the input size of a network.
   *
   * @param resize brings the picture to that size between both stages
   */
  public Image apply(Image image, UnaryOperator<Image> resize, long seed, long epoch, long index) {
    Image cut = original().apply(Objects.requireNonNull(image, "image"), seed, epoch, index);
    return resized().apply(resize.apply(cut), seed, epoch, index);
  }

  /**
   * Returns a picture that shows what this augmentation does: the given one top left, then changed
   * copies of it row by row, a white line between them.
   *
   * @param cell width and height of each copy
   * @param columns copies per row, at least 1
   * @param rows at least 1
   * @throws IllegalArgumentException if a count is below 1 or the sheet too large for an array
   */
  public Image sheet(Image image, ImageSize cell, int columns, int rows, long seed) {
    return Sheet.of(this, image, cell, columns, rows, seed);
  }

  /** Returns the whole configuration. */
  @Override
  public String toString() {
    return transforms.stream()
        .map(Transform::toString)
        .collect(Collectors.joining(", ", "Augmentation[", "]"));
  }
}
