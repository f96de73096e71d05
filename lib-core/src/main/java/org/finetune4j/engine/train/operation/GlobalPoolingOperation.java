package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.network.PoolingType;

/** The largest value or the mean of each plane. */
public final class GlobalPoolingOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final boolean max;
  private int[] winners = {};

  public GlobalPoolingOperation(PoolingType pooling, Blob input, Blob output) {
    this.input = input;
    this.output = output;
    this.max = pooling == PoolingType.MAX;
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    int planes = pass.n() * input.channels();
    int area = input.area();
    winners = new int[max ? planes : 0];
    for (int plane = 0; plane < planes; plane++) {
      int start = plane * area;
      if (max) {
        winners[plane] = largest(x, start, start + area);
        y[plane] = x[winners[plane]];
      } else {
        y[plane] = mean(x, start, start + area);
      }
    }
  }

  private static int largest(float[] x, int start, int end) {
    int winner = start;
    for (int i = start; i < end; i++) {
      if (x[i] > x[winner] || Float.isNaN(x[i])) {
        winner = i;
      }
    }
    return winner;
  }

  private static float mean(float[] x, int start, int end) {
    double sum = 0;
    for (int i = start; i < end; i++) {
      sum += x[i];
    }
    return (float) (sum / (end - start));
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(pass.n());
    int area = input.area();
    for (int plane = 0; plane < pass.n() * input.channels(); plane++) {
      if (max) {
        dx[winners[plane]] += dy[plane];
        continue;
      }
      float each = dy[plane] / area;
      for (int i = plane * area; i < (plane + 1) * area; i++) {
        dx[i] += each;
      }
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
