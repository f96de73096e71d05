package org.finetune4j.engine.train.operation;

import java.util.Arrays;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.ResizingAxis;
import org.finetune4j.network.Resizing;

/** Each plane at another size. */
public final class ResizingOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final ResizingAxis rows;
  private final ResizingAxis columns;

  public ResizingOperation(Resizing layer, Blob input, Blob output) {
    this.input = input;
    this.output = output;
    rows = new ResizingAxis(input.shape().height(), layer.height(), layer.interpolation());
    columns = new ResizingAxis(input.shape().width(), layer.width(), layer.interpolation());
  }

  /** A value of the input that counts for one of the output. */
  private interface Share {
    void accept(int from, int to, float weight);
  }

  private void forEachShare(int plane, Share share) {
    int to = plane * output.area();
    for (int y = 0; y < output.shape().height(); y++) {
      for (int x = 0; x < output.shape().width(); x++) {
        for (int row = 0; row < rows.taps(); row++) {
          int from = plane * input.area() + rows.from(y, row) * input.shape().width();
          for (int column = 0; column < columns.taps(); column++) {
            float weight = rows.weight(y, row) * columns.weight(x, column);
            share.accept(from + columns.from(x, column), to, weight);
          }
        }
        to++;
      }
    }
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    int planes = input.channels();
    Arrays.fill(y, 0, pass.n() * output.elements(), 0);
    Parallel.loop(
        pass.n() * planes,
        output.area(),
        plane -> forEachShare(plane, (from, to, weight) -> y[to] += weight * x[from]));
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(pass.n());
    Parallel.loop(
        pass.n() * input.channels(),
        output.area(),
        plane -> forEachShare(plane, (from, to, weight) -> dx[from] += weight * dy[to]));
  }

  @Override
  public Blob output() {
    return output;
  }
}
