package org.finetune4j.engine.dl4j;

import java.util.Arrays;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;

/**
 * A convolution of each channel by its own filters. In plain Java: ND4J's operation changes the
 * layout of every activation first, which costs more than these loops along rows do.
 */
final class DepthwiseOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Window window;
  private final FilterBank filters;
  private final int multiplier;
  private final int top;
  private final int left;
  private float[] kernel = {};

  DepthwiseOperation(Window window, Blob input, Blob output, FilterBank filters) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.filters = filters;
    this.multiplier = output.channels() / input.channels();
    this.top = window.border(input.shape()).top();
    this.left = window.border(input.shape()).left();
  }

  /**
   * One row of products: for i from 0 to before count, out[to + i] meets in[from + i * stride] at
   * the kernel's value.
   */
  private interface Row {
    void accept(int kernelIndex, int from, int to, int count);
  }

  private void forEachRow(int filter, int inPlane, int outPlane, Row row) {
    Shape in = input.shape();
    Shape out = output.shape();
    int stride = window.stride();
    for (int ky = 0; ky < window.height(); ky++) {
      for (int kx = 0; kx < window.width(); kx++) {
        int column = kx * window.dilation() - left;
        int first = Math.max(0, Math.floorDiv(-column + stride - 1, stride));
        int last = Math.min(out.width() - 1, Math.floorDiv(in.width() - 1 - column, stride));
        int index = (filter * window.height() + ky) * window.width() + kx;
        for (int y = 0; y < out.height() && first <= last; y++) {
          int source = y * stride + ky * window.dilation() - top;
          if (source >= 0 && source < in.height()) {
            row.accept(
                index,
                inPlane + source * in.width() + column + first * stride,
                outPlane + y * out.width() + first,
                last - first + 1);
          }
        }
      }
    }
  }

  @Override
  public void forward(Pass pass) {
    kernel = filters.kernel();
    float[] bias = filters.bias();
    float[] x = input.values();
    float[] y = output.output(pass.n());
    int stride = window.stride();
    Parallel.loop(
        pass.n() * output.channels(),
        output.area() * window.height() * window.width(),
        plane -> {
          int filter = plane % output.channels();
          int to = plane * output.area();
          Arrays.fill(y, to, to + output.area(), bias[filter]);
          forEachRow(
              filter,
              plane / multiplier * input.area(),
              to,
              (k, from, start, count) -> {
                if (stride == 1) {
                  addRow(x, from, kernel[k], y, start, count);
                } else {
                  gatherRow(x, from, stride, kernel[k], y, start, count);
                }
              });
        });
  }

  private static void addRow(float[] x, int from, float factor, float[] y, int to, int count) {
    for (int i = 0; i < count; i++) {
      y[to + i] += x[from + i] * factor;
    }
  }

  private static void gatherRow(
      float[] x, int from, int stride, float factor, float[] y, int to, int count) {
    for (int i = 0; i < count; i++) {
      y[to + i] += x[from + i * stride] * factor;
    }
  }

  @Override
  public void backward(Pass pass) {
    if (filters.trains()) {
      kernelGradient(pass.n());
      filters.backward();
    }
    if (input.wantsGradient()) {
      inputGradient(pass.n());
    }
  }

  private void kernelGradient(int n) {
    float[] x = input.values();
    float[] dy = output.gradient();
    float[] dw = filters.kernelGradient();
    System.arraycopy(
        Planes.channelSums(n, output, i -> dy[i]), 0, filters.biasGradient(), 0, output.channels());
    int stride = window.stride();
    int size = window.height() * window.width();
    Parallel.loop(
        output.channels(),
        n * output.area() * size,
        filter -> {
          Arrays.fill(dw, filter * size, (filter + 1) * size, 0);
          for (int sample = 0; sample < n; sample++) {
            int plane = sample * output.channels() + filter;
            forEachRow(
                filter,
                plane / multiplier * input.area(),
                plane * output.area(),
                (k, from, to, count) -> dw[k] += dot(x, from, stride, dy, to, count));
          }
        });
  }

  private static float dot(float[] x, int from, int stride, float[] dy, int to, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += x[from + i * stride] * dy[to + i];
    }
    return sum;
  }

  private void inputGradient(int n) {
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(n);
    int stride = window.stride();
    Parallel.loop(
        n * input.channels(),
        output.area() * multiplier * window.height() * window.width(),
        plane -> {
          for (int m = 0; m < multiplier; m++) {
            int out = plane * multiplier + m;
            forEachRow(
                out % output.channels(),
                plane * input.area(),
                out * output.area(),
                (k, from, to, count) -> {
                  float factor = kernel[k];
                  for (int i = 0; i < count; i++) {
                    dx[from + i * stride] += dy[to + i] * factor;
                  }
                });
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
