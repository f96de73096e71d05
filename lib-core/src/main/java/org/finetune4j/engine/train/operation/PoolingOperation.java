package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;

/** Largest values or means of windows; padding neither wins nor counts. */
public final class PoolingOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Window window;
  private final boolean max;
  private final int top;
  private final int left;

  /** Where in its plane each largest value stood. */
  private int[] winners = {};

  public PoolingOperation(Pooling layer, Blob input, Blob output) {
    this.input = input;
    this.output = output;
    this.window = layer.window();
    this.max = layer.pooling() == PoolingType.MAX;
    this.top = window.border(input.shape()).top();
    this.left = window.border(input.shape()).left();
  }

  /** One window, clipped to the map; offsets count from the start of the plane. */
  private interface Visit {
    void accept(int position, int firstRow, int lastRow, int firstColumn, int lastColumn);
  }

  private void forEachWindow(Visit visit) {
    Shape in = input.shape();
    Shape out = output.shape();
    for (int y = 0; y < out.height(); y++) {
      int row = y * window.stride() - top;
      for (int x = 0; x < out.width(); x++) {
        int column = x * window.stride() - left;
        visit.accept(
            y * out.width() + x,
            Math.max(row, 0),
            Math.min(row + window.height(), in.height()),
            Math.max(column, 0),
            Math.min(column + window.width(), in.width()));
      }
    }
  }

  private void forEachPlane(Pass pass, java.util.function.IntConsumer plane) {
    Parallel.loop(pass.n() * input.channels(), input.area() * window.height(), plane);
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    if (max && winners.length < pass.n() * output.elements()) {
      winners = new int[pass.n() * output.elements()];
    }
    forEachPlane(
        pass,
        plane -> {
          if (max && isTwoByTwo()) {
            largestOfFour(x, plane * input.area(), y, plane * output.area());
          } else if (max) {
            largest(x, plane * input.area(), y, plane * output.area());
          } else {
            mean(x, plane * input.area(), y, plane * output.area());
          }
        });
  }

  private void largest(float[] x, int from, float[] y, int to) {
    int width = input.shape().width();
    forEachWindow(
        (position, firstRow, lastRow, firstColumn, lastColumn) -> {
          int winner = from + firstRow * width + firstColumn;
          float best = x[winner];
          for (int row = firstRow; row < lastRow; row++) {
            for (int i = row * width + firstColumn; i < row * width + lastColumn; i++) {
              float value = x[from + i];
              if (value > best || Float.isNaN(value)) {
                best = value;
                winner = from + i;
              }
            }
          }
          y[to + position] = best;
          winners[to + position] = winner;
        });
  }

  /** The usual window, always inside the map. */
  private boolean isTwoByTwo() {
    Shape in = input.shape();
    return window.equals(new Window(2, 2, 2, 1, window.padding())) && window.border(in).isEmpty();
  }

  /** As {@link #largest}, without branches: which of four is the largest cannot be predicted. */
  private void largestOfFour(float[] x, int from, float[] y, int to) {
    int width = input.shape().width();
    int columns = output.shape().width();
    int area = output.area();
    for (int start = 0, row = from; start < area; start += columns, row += 2 * width) {
      largestOfFour(x, row, y, to + start, width, columns);
    }
  }

  private void largestOfFour(float[] x, int row, float[] y, int to, int width, int columns) {
    for (int i = 0; i < columns; i++) {
      int first = row + 2 * i;
      float a = x[first];
      float b = x[first + 1];
      float c = x[first + width];
      float best = Math.max(Math.max(a, b), Math.max(c, x[first + width + 1]));
      int beyondC = 1 + oneIfNot(c, best);
      int beyondB = 1 + oneIfNot(b, best) * beyondC;
      int place = oneIfNot(a, best) * beyondB;
      y[to + i] = best;
      winners[to + i] = first + place % 2 + place / 2 * width;
    }
  }

  private static int oneIfNot(float value, float best) {
    int difference = Float.floatToRawIntBits(best - value);
    return (difference | -difference) >>> 31;
  }

  private void mean(float[] x, int from, float[] y, int to) {
    int width = input.shape().width();
    forEachWindow(
        (position, firstRow, lastRow, firstColumn, lastColumn) -> {
          float sum = 0;
          for (int row = firstRow; row < lastRow; row++) {
            for (int i = row * width + firstColumn; i < row * width + lastColumn; i++) {
              sum += x[from + i];
            }
          }
          y[to + position] = sum / ((lastRow - firstRow) * (lastColumn - firstColumn));
        });
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(pass.n());
    forEachPlane(
        pass,
        plane -> {
          int to = plane * output.area();
          if (max) {
            for (int i = to; i < to + output.area(); i++) {
              dx[winners[i]] += dy[i];
            }
          } else {
            spread(dy, to, dx, plane * input.area());
          }
        });
  }

  private void spread(float[] dy, int from, float[] dx, int to) {
    int width = input.shape().width();
    forEachWindow(
        (position, firstRow, lastRow, firstColumn, lastColumn) -> {
          int count = (lastRow - firstRow) * (lastColumn - firstColumn);
          float each = dy[from + position] / count;
          for (int row = firstRow; row < lastRow; row++) {
            for (int i = row * width + firstColumn; i < row * width + lastColumn; i++) {
              dx[to + i] += each;
            }
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
