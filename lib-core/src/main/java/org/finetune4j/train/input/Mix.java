package org.finetune4j.train.input;

import java.nio.FloatBuffer;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.random.CounterRandom;

/**
 * How the samples of one batch are mixed: each with the one before it in the batch, the first with
 * the last.
 */
public sealed interface Mix {
  /** Names the random numbers of mixing among those of a step; layer names never are negative. */
  long STREAM = -1;

  /** Returns how much of a sample, and of its target, stays: 0 to 1. */
  double kept();

  /**
   * Mixes values in place.
   *
   * @param values the samples one behind the other
   * @param samples how many
   */
  void apply(FloatBuffer values, int samples);

  /** Nothing is mixed. */
  record None() implements Mix {
    @Override
    public double kept() {
      return 1;
    }

    @Override
    public void apply(FloatBuffer values, int samples) {}
  }

  /** The weighted mean of two samples. */
  record Mean(double kept) implements Mix {
    @Override
    public void apply(FloatBuffer values, int samples) {
      int size = values.remaining() / samples;
      float share = (float) kept;
      float rest = (float) (1 - kept);
      // One value of all samples at a time, so that only the last one's has to be remembered.
      for (int i = 0; i < size; i++) {
        float last = values.get((samples - 1) * size + i);
        for (int k = samples - 1; k > 0; k--) {
          int at = k * size + i;
          values.put(at, values.get(at - size) * rest + values.get(at) * share);
        }
        values.put(i, last * rest + values.get(i) * share);
      }
    }
  }

  /**
   * A box of the other sample.
   *
   * @param width of the picture
   * @param height of the picture
   * @param left the first column of the box
   * @param top its first row
   * @param right the column behind its last
   * @param bottom the row behind its last
   */
  record Box(int width, int height, int left, int top, int right, int bottom) implements Mix {
    @Override
    public double kept() {
      return 1 - (double) (right - left) * (bottom - top) / ((double) width * height);
    }

    @Override
    public void apply(FloatBuffer values, int samples) {
      int size = values.remaining() / samples;
      for (int plane = 0; plane < size; plane += width * height) {
        for (int y = top; y < bottom; y++) {
          for (int x = left; x < right; x++) {
            shift(values, samples, size, plane + y * width + x);
          }
        }
      }
    }

    private static void shift(FloatBuffer values, int samples, int size, int position) {
      float last = values.get((samples - 1) * size + position);
      for (int k = samples - 1; k > 0; k--) {
        values.put(k * size + position, values.get((k - 1) * size + position));
      }
      values.put(position, last);
    }
  }

  /**
   * Draws a mix.
   *
   * @param mixing from what
   * @param random the numbers of the step
   * @param sample the shape of what is mixed
   */
  static Mix draw(Mixing mixing, CounterRandom random, Shape sample) {
    CounterRandom own = random.stream(STREAM);
    if (mixing instanceof Mixing.MixUp mixUp) {
      return new Mean(SymmetricBeta.next(mixUp.alpha(), own));
    }
    if (mixing instanceof Mixing.CutMix cutMix) {
      double share = SymmetricBeta.next(cutMix.alpha(), own);
      int x = own.nextInt(sample.width());
      int y = own.nextInt(sample.height());
      return box(share, x, y, sample.width(), sample.height());
    }
    return new None();
  }

  /** Returns the box around a point that leaves about this share; the picture's edge cuts it. */
  static Box box(double kept, int x, int y, int width, int height) {
    double half = 0.5 * Math.sqrt(1 - kept);
    int halfWidth = (int) (half * width);
    int halfHeight = (int) (half * height);
    return new Box(
        width,
        height,
        Math.max(0, x - halfWidth),
        Math.max(0, y - halfHeight),
        Math.min(width, x + halfWidth),
        Math.min(height, y + halfHeight));
  }

  /**
   * Returns the targets of the mixed samples.
   *
   * @param targets one row per sample
   */
  default float[] targets(float[] targets, int samples) {
    float[] mixed = targets.clone();
    if (kept() < 1) {
      new Mean(kept()).apply(FloatBuffer.wrap(mixed), samples);
    }
    return mixed;
  }

  /**
   * Returns for each mixed sample the target that it shows more of.
   *
   * @param targets one row per sample
   */
  default float[] dominant(float[] targets, int samples) {
    if (kept() >= 0.5) {
      return targets.clone();
    }
    float[] others = new float[targets.length];
    int columns = targets.length / samples;
    for (int i = 0; i < targets.length; i++) {
      others[i] = targets[(i + targets.length - columns) % targets.length];
    }
    return others;
  }
}
