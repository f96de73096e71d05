package org.finetune4j.engine.dl4j;

import java.util.Arrays;
import org.finetune4j.engine.dl4j.Scratch.Role;
import org.finetune4j.network.Window;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Convolution as a matrix product, one sample after the other: the values under each kernel element
 * stand in a row of {@code columns}. Our row-major matrices are BLAS's column-major ones
 * transposed.
 */
final class MatrixConvolution implements Convolver {
  private final Window window;
  private final Scratch scratch;
  private float[] columns = {};
  private float[] sample = {};

  MatrixConvolution(Window window, Scratch scratch) {
    this.window = window;
    this.scratch = scratch;
  }

  @Override
  public void forward(int n, Blob input, float[] kernel, float[] bias, Blob output) {
    int area = output.area();
    int rows = rows(input);
    INDArray w = scratch.columns(Role.KERNEL, kernel, rows, output.channels());
    INDArray y = scratch.columns(Role.OUTPUT, area, output.channels());
    sample = new float[output.elements()];
    float[] values = output.output(n);
    for (int i = 0; i < n; i++) {
      Nd4j.gemm(gathered(i, input, output), w, y, false, false, 1, 0);
      Scratch.read(y, sample);
      int start = i * sample.length;
      for (int j = 0; j < sample.length; j++) {
        values[start + j] = sample[j] + bias[j / area];
      }
    }
  }

  @Override
  public void backward(
      int n,
      Blob input,
      float[] kernel,
      Blob output,
      float[] kernelGradient,
      float[] biasGradient) {
    int area = output.area();
    int rows = rows(input);
    float[] gradient = output.gradient();
    float[] biasSums = Planes.channelSums(n, output, i -> gradient[i]);
    System.arraycopy(biasSums, 0, biasGradient, 0, biasSums.length);
    INDArray w = scratch.columns(Role.KERNEL, kernel, rows, output.channels());
    INDArray dw = scratch.columns(Role.KERNEL_GRADIENT, rows, output.channels());
    INDArray dx = scratch.columns(Role.INPUT_GRADIENT, area, rows);
    for (int i = 0; i < n; i++) {
      int start = i * output.elements();
      sample = Arrays.copyOfRange(gradient, start, start + output.elements());
      INDArray dy = scratch.columns(Role.OUTPUT_GRADIENT, sample, area, output.channels());
      Nd4j.gemm(gathered(i, input, output), dy, dw, true, false, 1, i == 0 ? 0 : 1);
      if (input.wantsGradient()) {
        Nd4j.gemm(dy, w, dx, false, true, 1, 0);
        Scratch.read(dx, columns);
        scatter(i, input, output, input.gradientSum(n));
      }
    }
    Scratch.read(dw, kernelGradient);
  }

  private int rows(Blob input) {
    return input.channels() * window.height() * window.width();
  }

  private INDArray gathered(int i, Blob input, Blob output) {
    columns = new float[rows(input) * output.area()];
    float[] x = input.values();
    forEachValue(i, input, output, (column, index) -> columns[column] = x[index]);
    return scratch.columns(Role.INPUT, columns, output.area(), rows(input));
  }

  private void scatter(int i, Blob input, Blob output, float[] sum) {
    forEachValue(i, input, output, (column, index) -> sum[index] += columns[column]);
  }

  private interface Value {
    void accept(int column, int index);
  }

  /** Visits the places in {@code columns} that are not padding, with their place in the input. */
  private void forEachValue(int i, Blob input, Blob output, Value value) {
    int height = input.shape().height();
    int width = input.shape().width();
    Window.Border border = window.border(input.shape());
    int kernelArea = window.height() * window.width();
    for (int row = 0; row < rows(input); row++) {
      int plane = (i * input.channels() + row / kernelArea) * input.area();
      int ky = row % kernelArea / window.width() * window.dilation() - border.top();
      int kx = row % window.width() * window.dilation() - border.left();
      for (int position = 0; position < output.area(); position++) {
        int y = position / output.shape().width() * window.stride() + ky;
        int x = position % output.shape().width() * window.stride() + kx;
        if (y >= 0 && y < height && x >= 0 && x < width) {
          value.accept(row * output.area() + position, plane + y * width + x);
        }
      }
    }
  }
}
