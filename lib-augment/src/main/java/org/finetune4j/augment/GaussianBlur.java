package org.finetune4j.augment;

import java.util.Arrays;
import org.finetune4j.image.Image;
import org.finetune4j.random.CounterRandom;

/**
 * Blurs with a Gaussian filter, cut off at four standard deviations, the picture mirrored at its
 * edges; equals SciPy's {@code gaussian_filter} within rounding.
 *
 * @param sigma where the standard deviation is drawn from, in pixels, not negative; 0 changes
 *     nothing
 */
public record GaussianBlur(Range sigma) implements Transform {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it reaches below 0
   */
  public GaussianBlur {
    sigma.notNegative("A standard deviation of blur");
  }

  @Override
  public Operation sample(CounterRandom random) {
    return new BlurBy(sigma.draw(random));
  }

  /**
   * One draw of it.
   *
   * @param sigma the standard deviation in pixels
   */
  record BlurBy(double sigma) implements Kernel {
    @Override
    public Image apply(Image image) {
      float[] weights = weights(sigma);
      if (weights.length == 1) {
        return image;
      }
      byte[] to = new byte[image.unwrap().length];
      BlurredRows rows = new BlurredRows(image, weights);
      float[] sums = new float[image.width() * image.channels()];
      for (int y = 0; y < image.height(); y++) {
        Arrays.fill(sums, 0.5f);
        for (int k = 0; k < weights.length; k++) {
          add(rows.row(y + k - weights.length / 2), weights[k], sums);
        }
        for (int i = 0; i < sums.length; i++) {
          to[y * sums.length + i] = (byte) (int) sums[i];
        }
      }
      return Image.wrap(image.size(), image.channels(), to);
    }

    private static void add(float[] row, float weight, float[] sums) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weight * row[i];
      }
    }

    private static float[] weights(double sigma) {
      int radius = sigma == 0 ? 0 : (int) (4 * sigma + 0.5);
      double[] exact = new double[2 * radius + 1];
      for (int k = 0; k < exact.length; k++) {
        double distance = radius == 0 ? 0 : (k - radius) / sigma;
        exact[k] = StrictMath.exp(-0.5 * distance * distance);
      }
      double sum = Arrays.stream(exact).sum();
      float[] weights = new float[exact.length];
      for (int k = 0; k < weights.length; k++) {
        weights[k] = (float) (exact[k] / sum);
      }
      return weights;
    }
  }
}
