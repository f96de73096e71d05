package org.finetune4j.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.finetune4j.image.Crop;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;

/**
 * Several views of a picture, each classified; the probabilities are averaged. A little more
 * accurate, and slower by the number of views. Nothing is drawn by lot: equal pictures give equal
 * answers.
 *
 * @param views at least one; each returns a view of the picture, or the picture itself, and may run
 *     on several threads at once
 */
public record TestTimeAugmentation(List<UnaryOperator<Image>> views) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no view
   */
  public TestTimeAugmentation {
    views = List.copyOf(views);
    if (views.isEmpty()) {
      throw new IllegalArgumentException("Test-time augmentation has at least 1 view, not 0.");
    }
  }

  /** Returns the picture alone. */
  public static TestTimeAugmentation none() {
    return new TestTimeAugmentation(List.of(UnaryOperator.identity()));
  }

  /** Returns the picture and its mirror image. */
  public static TestTimeAugmentation horizontalFlip() {
    return none().andFlipped();
  }

  /**
   * Returns the middle and the four corners of the picture; with {@link #andFlipped} the ten crops
   * of Krizhevsky et al. (2012).
   *
   * @param share of width and height that each shows, above 0 to 1; theirs is 224 / 256 = 0.875
   * @throws IllegalArgumentException if the share is out of range
   */
  public static TestTimeAugmentation fiveCrops(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("A crop's share is above 0 to 1, not " + share + ".");
    }
    List<UnaryOperator<Image>> views = new ArrayList<>();
    views.add(image -> crop(image, share, 0.5, 0.5));
    for (int corner = 0; corner < 4; corner++) {
      int right = corner % 2;
      int bottom = corner / 2;
      views.add(image -> crop(image, share, right, bottom));
    }
    return new TestTimeAugmentation(views);
  }

  private static Image crop(Image image, double share, double across, double down) {
    int width = (int) Math.max(1, Math.round(share * image.width()));
    int height = (int) Math.max(1, Math.round(share * image.height()));
    int x = (int) Math.round(across * (image.width() - width));
    int y = (int) Math.round(down * (image.height() - height));
    return Crop.at(image, x, y, new ImageSize(width, height));
  }

  /** Returns these views and the mirror image of each. */
  public TestTimeAugmentation andFlipped() {
    List<UnaryOperator<Image>> all = new ArrayList<>(views);
    views.forEach(view -> all.add(image -> flip(view.apply(image))));
    return new TestTimeAugmentation(all);
  }

  private static Image flip(Image image) {
    int channels = image.channels();
    byte[] samples = image.samples();
    byte[] flipped = new byte[samples.length];
    for (int pixel = 0; pixel < samples.length / channels; pixel++) {
      int x = pixel % image.width();
      int mirrored = pixel - x + image.width() - 1 - x;
      System.arraycopy(samples, pixel * channels, flipped, mirrored * channels, channels);
    }
    return Image.wrap(image.size(), channels, flipped);
  }
}
