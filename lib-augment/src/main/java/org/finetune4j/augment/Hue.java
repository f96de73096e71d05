package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Turns the hue, keeping saturation and value of the HSV color model. Gray pictures stay as they
 * are.
 *
 * @param turns where the turn is drawn from, in full turns of [-0.5, 0.5]; 0 changes nothing
 */
public record Hue(Range turns) implements Transform {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it reaches beyond half a turn
   */
  public Hue {
    turns.within("A turn of hue", -0.5, 0.5);
  }

  @Override
  public Operation sample(CounterRandom random) {
    return new HueBy(turns.draw(random));
  }

  /**
   * One draw of it.
   *
   * @param turns in full turns
   */
  record HueBy(double turns) implements Retouch {
    @Override
    public void retouch(byte[] samples, int width, int channels) {
      if (channels == 1) {
        return;
      }
      float sixths = (float) (6 * turns);
      for (int i = 0; i < samples.length; i += 3) {
        turn(samples, i, sixths);
      }
    }

    private static void turn(byte[] rgb, int at, float sixths) {
      int red = rgb[at] & 0xFF;
      int green = rgb[at + 1] & 0xFF;
      int blue = rgb[at + 2] & 0xFF;
      int high = Math.max(red, Math.max(green, blue));
      int spread = high - Math.min(red, Math.min(green, blue));
      if (spread == 0) {
        return;
      }
      float hue =
          high == red
              ? (float) (green - blue) / spread
              : high == green
                  ? 2 + (float) (blue - red) / spread
                  : 4 + (float) (red - green) / spread;
      float turned = hue + sixths;
      rgb[at] = channel(turned + 5, high, spread);
      rgb[at + 1] = channel(turned + 3, high, spread);
      rgb[at + 2] = channel(turned + 1, high, spread);
    }

    /** A channel is low for two sixths of the circle, high for two, and climbs between them. */
    private static byte channel(float position, int high, int spread) {
      float k = position - 6 * (float) Math.floor(position / 6);
      float below = Math.max(0, Math.min(1, Math.min(k, 4 - k)));
      return (byte) (int) (high - spread * below + 0.5f);
    }
  }
}
