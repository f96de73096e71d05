package org.finetune4j.engine.train.operation;

import java.util.Arrays;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.network.ZeroPadding;

/** Zeros around each plane. */
public final class ZeroPaddingOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final int top;
  private final int left;

  public ZeroPaddingOperation(ZeroPadding layer, Blob input, Blob output) {
    this.input = input;
    this.output = output;
    this.top = layer.top();
    this.left = layer.left();
  }

  /** A row of the input and where it starts in both arrays. */
  private interface Row {
    void accept(int from, int to, int length);
  }

  private void forEachRow(Pass pass, Row row) {
    int height = input.shape().height();
    int width = input.shape().width();
    int wide = output.shape().width();
    for (int plane = 0; plane < pass.n() * input.channels(); plane++) {
      for (int y = 0; y < height; y++) {
        row.accept(
            plane * input.area() + y * width,
            plane * output.area() + (y + top) * wide + left,
            width);
      }
    }
  }

  @Override
  public void forward(Pass pass) {
    float[] y = output.output(pass.n());
    Arrays.fill(y, 0, pass.n() * output.elements(), 0);
    forEachRow(pass, (from, to, length) -> System.arraycopy(input.values(), from, y, to, length));
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
        (from, to, length) -> {
          for (int i = 0; i < length; i++) {
            dx[from + i] += dy[to + i];
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
