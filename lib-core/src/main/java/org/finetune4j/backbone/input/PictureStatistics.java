package org.finetune4j.backbone.input;

import java.nio.FloatBuffer;
import java.util.Locale;
import org.finetune4j.network.Shape;

/**
 * What some pictures have in common: brightness, contrast, sharpness. Not thread-safe.
 *
 * <p>The roughness is the root mean square of the difference of horizontal neighbours, divided by
 * the deviation of all pixels: 1.4 for noise, 0.2 to 0.3 for photos at 224 pixels a side, below 0.1
 * for enlarged thumbnails.
 */
public final class PictureStatistics {
  private final int width;
  private long pixels;
  private double sum;
  private double squares;
  private double steps;
  private double within;
  private int pictures;

  /**
   * Starts.
   *
   * @param shape of one picture, RGB or gray, 0 to 255
   */
  public PictureStatistics(Shape shape) {
    this.width = shape.width();
  }

  /** Adds one picture; the buffer's position stays where it is. */
  public void add(FloatBuffer picture) {
    double ownSum = 0;
    double ownSquares = 0;
    for (int i = 0; i < picture.remaining(); i++) {
      double value = picture.get(picture.position() + i);
      ownSum += value;
      ownSquares += value * value;
      if (i % width > 0) {
        double step = value - picture.get(picture.position() + i - 1);
        steps += step * step;
      }
    }
    double mean = ownSum / picture.remaining();
    within += Math.sqrt(Math.max(0, ownSquares / picture.remaining() - mean * mean));
    sum += ownSum;
    squares += ownSquares;
    pixels += picture.remaining();
    pictures++;
  }

  double mean() {
    return sum / pixels;
  }

  double deviation() {
    return Math.sqrt(Math.max(0, squares / pixels - mean() * mean()));
  }

  /** Returns the mean deviation inside of one picture. */
  double contrast() {
    return within / pictures;
  }

  double roughness() {
    double deviation = deviation();
    return deviation == 0 ? 0 : Math.sqrt(steps / pixels) / deviation;
  }

  /** Returns for example {@code mean 108, deviation 64, roughness 0.25}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "mean %.3g, deviation %.3g, roughness %.2g", mean(), deviation(), roughness());
  }
}
