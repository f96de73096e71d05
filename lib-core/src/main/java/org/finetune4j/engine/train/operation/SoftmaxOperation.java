package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;

/** Softmax over the channels, in the middle of a network. */
public final class SoftmaxOperation implements Operation {
  private final Blob input;
  private final Blob output;

  public SoftmaxOperation(Blob input, Blob output) {
    this.input = input;
    this.output = output;
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    forEachPosition(pass, (first, stride, last) -> write(x, y, first, stride, last));
  }

  private static void write(float[] x, float[] y, int first, int stride, int last) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = first; i <= last; i += stride) {
      largest = Math.max(largest, x[i]);
    }
    double sum = 0;
    for (int i = first; i <= last; i += stride) {
      y[i] = (float) StrictMath.exp(x[i] - largest);
      sum += y[i];
    }
    for (int i = first; i <= last; i += stride) {
      y[i] = (float) (y[i] / sum);
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    float[] y = output.values();
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(pass.n());
    forEachPosition(
        pass,
        (first, stride, last) -> {
          double sum = 0;
          for (int i = first; i <= last; i += stride) {
            sum += (double) y[i] * dy[i];
          }
          for (int i = first; i <= last; i += stride) {
            dx[i] += (float) (y[i] * (dy[i] - sum));
          }
        });
  }

  private interface Position {
    void accept(int first, int stride, int last);
  }

  private void forEachPosition(Pass pass, Position position) {
    Positions.each(
        pass.n(),
        input,
        (number, first, stride) ->
            position.accept(first, stride, first + (input.channels() - 1) * stride));
  }

  @Override
  public Blob output() {
    return output;
  }
}
