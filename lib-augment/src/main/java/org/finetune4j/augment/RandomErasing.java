package org.finetune4j.augment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.random.CounterRandom;

/**
 * Overwrites a random rectangle with one value: Zhong et al., "Random Erasing Data Augmentation",
 * 2017, with torchvision's way of drawing.
 *
 * @param probability how often, 0 to 1
 * @param area share of the picture, within [0, 1]
 * @param aspectRatio height over width, above 0
 * @param fillValue the value of all channels, 0 to 255
 */
public record RandomErasing(double probability, Range area, Range aspectRatio, int fillValue)
    implements Transform {
  private static final int ATTEMPTS = 10;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one lies outside its range
   */
  public RandomErasing {
    Check.probability("probability", probability);
    area.within("The erased area", 0, 1);
    aspectRatio.positive("aspectRatio");
    Check.range("fillValue", fillValue, 0, 255);
  }

  /** Returns the usual one: 2 to 33 percent of the area, ratio 0.3 to 3.3, black. */
  public static RandomErasing of(double probability) {
    return new RandomErasing(probability, new Range(0.02, 0.33), new Range(0.3, 3.3), 0);
  }

  @Override
  public Operation sample(CounterRandom random) {
    if (!random.nextBoolean(probability)) {
      return Operation.NONE;
    }
    List<RelativeBox> boxes = new ArrayList<>();
    for (int i = 0; i < ATTEMPTS; i++) {
      boxes.add(RelativeBox.draw(area, aspectRatio, random));
    }
    return new EraseFirst(boxes, fillValue);
  }

  /**
   * One draw of it.
   *
   * @param boxes the first that fits into the picture is erased
   * @param fillValue the value of all channels
   */
  record EraseFirst(List<RelativeBox> boxes, int fillValue) implements Retouch {
    /** Copies the list. */
    public EraseFirst {
      boxes = List.copyOf(boxes);
    }

    @Override
    public void retouch(byte[] samples, int width, int channels) {
      int height = samples.length / channels / width;
      for (RelativeBox box : boxes) {
        int boxHeight = box.firstSide(width, height);
        int boxWidth = box.secondSide(width, height);
        if (boxHeight < height && boxWidth < width) {
          int left = box.left(width - boxWidth);
          for (int y = box.top(height - boxHeight); boxHeight > 0; boxHeight--, y++) {
            int start = (y * width + left) * channels;
            Arrays.fill(samples, start, start + boxWidth * channels, (byte) fillValue);
          }
          return;
        }
      }
    }
  }
}
