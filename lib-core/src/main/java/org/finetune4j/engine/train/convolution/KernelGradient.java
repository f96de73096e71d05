package org.finetune4j.engine.train.convolution;

import java.util.Arrays;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.Planes;
import org.finetune4j.network.Window;

/**
 * The gradients of a convolution's kernel and bias alone, where nothing before the layer trains:
 * ND4J's operation would compute the input's gradient as well, half of its work. Several samples
 * make one matrix product.
 */
final class KernelGradient {
  /** Positions that make a matrix product worth its while. */
  private static final int POSITIONS = 2048;

  private final Window window;
  private final MatrixProduct product;
  private float[] patches = {};
  private float[] gradients = {};

  KernelGradient(Window window, MatrixProduct product) {
    this.window = window;
    this.product = product;
  }

  /** Writes the gradients of kernel and bias. */
  void compute(int n, Blob input, Blob output, float[] kernelGradient, float[] biasGradient) {
    float[] dy = output.gradient();
    Planes.writeChannelSums(n, output, dy, biasGradient);
    int rows = input.channels() * window.height() * window.width();
    Matrix dw = Matrix.of(kernelGradient, output.channels(), rows);
    int samples = Math.max(1, Math.min(n, POSITIONS / output.area()));
    patches = atLeast(patches, rows * samples * output.area());
    gradients = atLeast(gradients, output.channels() * samples * output.area());
    for (int from = 0; from < n; from += samples) {
      int count = Math.min(samples, n - from);
      int columns = count * output.area();
      gatherGradients(dy, from, count, output);
      gatherPatches(input, from, count, output, rows);
      product.multiply(
          Matrix.of(gradients, output.channels(), columns),
          Matrix.of(patches, rows, columns).transpose(),
          dw,
          from > 0);
    }
  }

  private static float[] atLeast(float[] array, int length) {
    return array.length < length ? new float[length] : array;
  }

  /** Puts the samples of each channel side by side. */
  private void gatherGradients(float[] dy, int from, int count, Blob output) {
    int area = output.area();
    for (int channel = 0; channel < output.channels(); channel++) {
      for (int i = 0; i < count; i++) {
        int plane = ((from + i) * output.channels() + channel) * area;
        System.arraycopy(dy, plane, gradients, (channel * count + i) * area, area);
      }
    }
  }

  /** Writes what lies under each kernel element at all positions into a row. */
  private void gatherPatches(Blob input, int from, int count, Blob output, int rows) {
    int kernelArea = window.height() * window.width();
    int area = output.area();
    Parallel.loop(
        rows,
        count * area,
        row -> {
          for (int i = 0; i < count; i++) {
            int plane = ((from + i) * input.channels() + row / kernelArea) * input.area();
            gatherPlane(input, plane, row % kernelArea, output, (row * count + i) * area);
          }
        });
  }

  private void gatherPlane(Blob input, int plane, int element, Blob output, int to) {
    Window.Border border = window.border(input.shape());
    int stride = window.stride();
    int width = input.shape().width();
    int columns = output.shape().width();
    int height = output.shape().height();
    int ky = element / window.width() * window.dilation() - border.top();
    int kx = element % window.width() * window.dilation() - border.left();
    int first = Math.min(columns, Math.max(0, Math.floorDiv(stride - 1 - kx, stride)));
    int last = Math.max(first, Math.min(columns, Math.floorDiv(width - 1 - kx, stride) + 1));
    for (int y = 0; y < height; y++) {
      int row = y * stride + ky;
      int at = to + y * columns;
      if (row < 0 || row >= input.shape().height()) {
        Arrays.fill(patches, at, at + columns, 0);
      } else {
        Arrays.fill(patches, at, at + first, 0);
        copy(input.values(), plane + row * width + kx + first * stride, at + first, last - first);
        Arrays.fill(patches, at + last, at + columns, 0);
      }
    }
  }

  private void copy(float[] x, int from, int to, int count) {
    int stride = window.stride();
    if (stride == 1) {
      System.arraycopy(x, from, patches, to, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      patches[to + i] = x[from + i * stride];
    }
  }
}
