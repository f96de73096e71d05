package org.finetune4j.engine.train.convolution;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Planes;
import org.finetune4j.network.Window;

/**
 * Convolution as a matrix product, one sample after the other: the values under each kernel element
 * stand in a row of {@code patches}.
 */
final class MatrixConvolution implements Convolver {
  private final Window window;
  private final MatrixProduct product;
  private float[] patches = {};

  MatrixConvolution(Window window, MatrixProduct product) {
    this.window = window;
    this.product = product;
  }

  @Override
  public void forward(int n, Blob input, float[] kernel, float[] bias, Blob output) {
    Matrix w = Matrix.of(kernel, output.channels(), rows(input));
    float[] values = output.output(n);
    Matrix y = Matrix.of(values, output.channels(), output.area());
    for (int i = 0; i < n; i++) {
      product.multiply(w, gathered(i, input, output), y.at(i * output.elements()), false);
    }
    Planes.each(
        n,
        output,
        (channel, start, end) -> {
          for (int i = start; i < end; i++) {
            values[i] += bias[channel];
          }
        });
  }

  @Override
  public void backward(
      int n,
      Blob input,
      float[] kernel,
      Blob output,
      float[] kernelGradient,
      float[] biasGradient) {
    float[] gradient = output.gradient();
    Planes.writeChannelSums(n, output, gradient, biasGradient);
    Matrix w = Matrix.of(kernel, output.channels(), rows(input));
    Matrix dw = Matrix.of(kernelGradient, output.channels(), rows(input));
    Matrix dy = Matrix.of(gradient, output.channels(), output.area());
    for (int i = 0; i < n; i++) {
      Matrix dyOfSample = dy.at(i * output.elements());
      Matrix gathered = gathered(i, input, output);
      product.multiply(dyOfSample, gathered.transpose(), dw, i > 0);
      if (input.wantsGradient()) {
        product.multiply(w.transpose(), dyOfSample, gathered, false);
        scatter(i, input, output, input.gradientSum(n));
      }
    }
  }

  private int rows(Blob input) {
    return input.channels() * window.height() * window.width();
  }

  private Matrix gathered(int i, Blob input, Blob output) {
    int length = rows(input) * output.area();
    if (patches.length < length) {
      patches = new float[length];
    }
    float[] x = input.values();
    forEachPlace(i, input, output, (place, index) -> patches[place] = index < 0 ? 0 : x[index]);
    return Matrix.of(patches, rows(input), output.area());
  }

  private void scatter(int i, Blob input, Blob output, float[] sum) {
    forEachPlace(
        i,
        input,
        output,
        (place, index) -> {
          if (index >= 0) {
            sum[index] += patches[place];
          }
        });
  }

  private interface Visit {
    void accept(int place, int index);
  }

  /** Visits all places in {@code patches} with their place in the input, -1 in the padding. */
  private void forEachPlace(int i, Blob input, Blob output, Visit visit) {
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
        boolean inside = y >= 0 && y < height && x >= 0 && x < width;
        visit.accept(row * output.area() + position, inside ? plane + y * width + x : -1);
      }
    }
  }
}
