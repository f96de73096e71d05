package org.finetune4j.engine.dl4j;

import java.util.Arrays;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;

/**
 * Padded planes of one channel, of several samples one behind the other, for a window that moves
 * over them. With a stride of s, each is dealt out to s x s phases: one has the rows a, a + s, ...
 * and the columns b, b + s, .... What lies under one kernel element at all positions of the window
 * then stands in a row, {@link #start} behind the positions themselves, and a convolution is a sum
 * of long rows. Positions beyond the output's width and height come along and mean nothing.
 */
final class PhasedPlanes {
  private static final int FAST_CACHE = 8192;

  private final Window window;
  private final Shape input;
  private final Window.Border border;
  private final int rows;
  private final int pitch;
  private final int phase;
  private final int samples;
  private final float[] values;

  private PhasedPlanes(Window window, Shape input, Shape output, int samples) {
    this.window = window;
    this.input = input;
    this.border = window.border(input);
    this.rows = output.height() + last(window.height());
    this.pitch = output.width() + last(window.width());
    this.samples = samples;
    this.phase = samples * rows * pitch + last(window.height()) * pitch + last(window.width());
    this.values = new float[window.stride() * window.stride() * phase];
  }

  /** Returns planes for as many of n samples as the processor's fast cache holds. */
  static PhasedPlanes of(Window window, Shape input, Shape output, int n) {
    int values = new PhasedPlanes(window, input, output, 1).values.length;
    int samples = Math.max(1, Math.min(n, FAST_CACHE / values));
    return new PhasedPlanes(window, input, output, samples);
  }

  private int last(int kernel) {
    return (kernel - 1) * window.dilation() / window.stride();
  }

  /** Returns the distance from one row of positions to the next. */
  int pitch() {
    return pitch;
  }

  /** Returns the positions of one sample. */
  int area() {
    return rows * pitch;
  }

  int samples() {
    return samples;
  }

  float[] values() {
    return values;
  }

  /** Returns where the values under a kernel element begin. */
  int start(int ky, int kx) {
    int stride = window.stride();
    int y = ky * window.dilation();
    int x = kx * window.dilation();
    return (y % stride * stride + x % stride) * phase + y / stride * pitch + x / stride;
  }

  void clear() {
    Arrays.fill(values, 0);
  }

  /** Takes a plane in as one of the samples. */
  void load(float[] from, int plane, int sample) {
    forEachRun(
        plane,
        sample,
        (outside, inside, count, stride) -> {
          for (int i = 0; i < count; i++) {
            values[inside + i] = from[outside + i * stride];
          }
        });
  }

  /** Adds one of the samples to a plane. */
  void addTo(float[] sum, int plane, int sample) {
    forEachRun(
        plane,
        sample,
        (outside, inside, count, stride) -> {
          for (int i = 0; i < count; i++) {
            sum[outside + i * stride] += values[inside + i];
          }
        });
  }

  /** Every stride-th value of a row, from {@code outside} on, belongs in a row from inside on. */
  private interface Run {
    void accept(int outside, int inside, int count, int stride);
  }

  private void forEachRun(int plane, int sample, Run run) {
    int stride = window.stride();
    int width = input.width();
    int height = Math.min(input.height(), rows * stride - border.top());
    for (int y = 0; y < height; y++) {
      int paddedRow = y + border.top();
      int to = sample * area() + paddedRow / stride * pitch;
      for (int b = 0; b < stride; b++) {
        int first = Math.floorMod(b - border.left(), stride);
        int column = (first + border.left()) / stride;
        int count = Math.min((width - first + stride - 1) / stride, pitch - column);
        if (count > 0) {
          int phaseStart = (paddedRow % stride * stride + b) * phase;
          run.accept(plane + y * width + first, phaseStart + to + column, count, stride);
        }
      }
    }
  }
}
