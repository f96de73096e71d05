package org.finetune4j.engine.train.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;

/**
 * Padded planes of one channel, of several samples one behind the other, for a window that moves
 * over them. With a stride of s, each is dealt out to s x s phases: one has the rows a, a + s, ...
 * and the columns b, b + s, .... What lies under one kernel element at all positions of the window
 * then stands in a row, {@link #start} behind the positions themselves, and a convolution is a sum
 * of long rows. Positions beyond the output's width and height come along and mean nothing.
 */
public final class PhasedPlanes {
  private static final int FAST_CACHE = 8192;

  private final Window window;
  private final Shape input;
  private final Shape output;
  private final Window.Border border;
  private final int rows;
  private final int pitch;
  private final int phase;
  private final int samples;
  private final float[] values;
  private final List<Part> parts;

  private PhasedPlanes(Window window, Shape input, Shape output, int samples) {
    this.window = window;
    this.input = input;
    this.output = output;
    this.border = window.border(input);
    this.rows = output.height() + last(window.height());
    this.pitch = output.width() + last(window.width());
    this.samples = samples;
    this.phase = samples * rows * pitch + last(window.height()) * pitch + last(window.width());
    this.values = new float[window.stride() * window.stride() * phase];
    this.parts = parts();
  }

  /** Returns planes for as many of n samples as the processor's fast cache holds. */
  public static PhasedPlanes of(Window window, Shape input, Shape output, int n) {
    return of(window, input, output, n, FAST_CACHE);
  }

  /**
   * Returns planes for one of several equal parts of n samples: as few parts as have no more than
   * this many values, or a single sample.
   */
  public static PhasedPlanes of(Window window, Shape input, Shape output, int n, int most) {
    int values = new PhasedPlanes(window, input, output, 1).values.length;
    int samples = Math.max(1, Math.min(n, most / values));
    int parts = (n + samples - 1) / samples;
    return new PhasedPlanes(window, input, output, (n + parts - 1) / parts);
  }

  private int last(int kernel) {
    return (kernel - 1) * window.dilation() / window.stride();
  }

  /** Returns the positions of one sample. */
  public int area() {
    return rows * pitch;
  }

  public int samples() {
    return samples;
  }

  public float[] values() {
    return values;
  }

  /** Returns where the values under a kernel element begin. */
  public int start(int ky, int kx) {
    int stride = window.stride();
    int y = ky * window.dilation();
    int x = kx * window.dilation();
    return (y % stride * stride + x % stride) * phase + y / stride * pitch + x / stride;
  }

  /**
   * Returns how many values a phase has: those of all positions and the most that a start lies
   * behind.
   */
  public int phase() {
    return phase;
  }

  public void clear() {
    Arrays.fill(values, 0);
  }

  /** Takes a plane in as one of the samples. */
  public void load(float[] from, int plane, int sample) {
    each(plane, sample, (outside, inside, count) -> load(from, outside, inside, count));
  }

  /** Writes one of the samples to a plane; what no window reaches stays there as it is. */
  public void store(float[] to, int plane, int sample) {
    each(plane, sample, (outside, inside, count) -> store(to, outside, inside, count));
  }

  /** Adds one of the samples to a plane. */
  public void addTo(float[] sum, int plane, int sample) {
    each(plane, sample, (outside, inside, count) -> addTo(sum, outside, inside, count));
  }

  private interface Row {
    void accept(int outside, int inside, int count);
  }

  private void each(int plane, int sample, Row body) {
    for (Part part : parts) {
      for (int row = 0; row < part.rows; row++) {
        int outside = plane + part.outside + row * window.stride() * input.width();
        int inside = sample * area() + part.inside + row * pitch;
        body.accept(outside, inside, part.columns);
      }
    }
  }

  // A stride of two has loops of its own: with a constant in the index Java checks it once a loop.

  private void load(float[] from, int outside, int inside, int count) {
    int stride = window.stride();
    if (stride == 1) {
      System.arraycopy(from, outside, values, inside, count);
    } else if (stride == 2) {
      for (int i = 0; i < count; i++) {
        values[inside + i] = from[outside + 2 * i];
      }
    } else {
      for (int i = 0; i < count; i++) {
        values[inside + i] = from[outside + i * stride];
      }
    }
  }

  private void store(float[] to, int outside, int inside, int count) {
    int stride = window.stride();
    if (stride == 1) {
      System.arraycopy(values, inside, to, outside, count);
    } else if (stride == 2) {
      for (int i = 0; i < count; i++) {
        to[outside + 2 * i] = values[inside + i];
      }
    } else {
      for (int i = 0; i < count; i++) {
        to[outside + i * stride] = values[inside + i];
      }
    }
  }

  private void addTo(float[] sum, int outside, int inside, int count) {
    int stride = window.stride();
    for (int i = 0; i < count; i++) {
      sum[outside + i * stride] += values[inside + i];
    }
  }

  /**
   * Copies a plane of the output's shape to the positions of a sample, which begin at an offset.
   */
  public void loadPositions(float[] from, int plane, float[] positions, int at) {
    int width = output.width();
    for (int row = 0; row < output.height(); row++) {
      System.arraycopy(from, plane + row * width, positions, at + row * pitch, width);
    }
  }

  /**
   * Copies the positions of a sample, which begin at an offset, to a plane of the output's shape.
   */
  public void storePositions(float[] positions, int at, float[] to, int plane) {
    int width = output.width();
    for (int row = 0; row < output.height(); row++) {
      System.arraycopy(positions, at + row * pitch, to, plane + row * width, width);
    }
  }

  /** What one phase has of a plane: where it begins there and here, and how much it is. */
  private record Part(int outside, int inside, int rows, int columns) {}

  private List<Part> parts() {
    int stride = window.stride();
    List<Part> found = new ArrayList<>();
    for (int a = 0; a < stride; a++) {
      for (int b = 0; b < stride; b++) {
        int y = Math.floorMod(a - border.top(), stride);
        int x = Math.floorMod(b - border.left(), stride);
        int row = (y + border.top()) / stride;
        int column = (x + border.left()) / stride;
        found.add(
            new Part(
                y * input.width() + x,
                (a * stride + b) * phase + row * pitch + column,
                Math.min((input.height() - y + stride - 1) / stride, rows - row),
                Math.min((input.width() - x + stride - 1) / stride, pitch - column)));
      }
    }
    return found;
  }
}
