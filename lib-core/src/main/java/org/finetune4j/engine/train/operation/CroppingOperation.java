package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.network.Cropping;

/** Each plane without its border. */
public final class CroppingOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final int top;
  private final int left;

  public CroppingOperation(Cropping layer, Blob input, Blob output) {
    this.input = input;
    this.output = output;
    this.top = layer.top();
    this.left = layer.left();
  }

  /** Where a row starts in the input and in the output. */
  private interface Row {
    void accept(int from, int to);
  }

  private void forEachRow(Pass pass, Row row) {
    int wide = input.shape().width();
    int width = output.shape().width();
    for (int plane = 0; plane < pass.n() * input.channels(); plane++) {
      for (int y = 0; y < output.shape().height(); y++) {
        row.accept(
            plane * input.area() + (y + top) * wide + left, plane * output.area() + y * width);
      }
    }
  }

  @Override
  public void forward(Pass pass) {
    float[] y = output.output(pass.n());
    int width = output.shape().width();
    forEachRow(pass, (from, to) -> System.arraycopy(input.values(), from, y, to, width));
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(pass.n());
    forEachRow(
        pass,
        (from, to) -> {
          for (int i = 0; i < output.shape().width(); i++) {
            dx[from + i] += dy[to + i];
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
