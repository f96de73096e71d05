package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.Planes;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.parameter.Parameter;

/**
 * Global response normalisation: with g the length of a plane, m the mean of g over the channels
 * plus epsilon, and r = g / m: y = x * (1 + gamma * r) + beta.
 */
public final class GlobalResponseOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Parameter gamma;
  private final Parameter beta;
  private final double epsilon;

  /** Length of each plane of the batch, and m of each sample. */
  private double[] length = {};

  private double[] mean = {};

  public GlobalResponseOperation(
      Blob input, Blob output, Parameter gamma, Parameter beta, double epsilon) {
    this.input = input;
    this.output = output;
    this.gamma = gamma;
    this.beta = beta;
    this.epsilon = epsilon;
  }

  @Override
  public void forward(Pass pass) {
    int channels = input.channels();
    float[] x = input.values();
    float[] y = output.output(pass.n());
    length = planeSums(pass.n(), i -> (double) x[i] * x[i]);
    mean = new double[pass.n()];
    for (int i = 0; i < length.length; i++) {
      length[i] = Math.sqrt(length[i]);
      mean[i / channels] += length[i] / channels;
    }
    for (int sample = 0; sample < pass.n(); sample++) {
      mean[sample] += epsilon;
    }
    Planes.each(
        pass.n(),
        input,
        (c, start, end) -> {
          float factor = (float) (1 + gamma.values[c] * response(start / input.area()));
          for (int i = start; i < end; i++) {
            y[i] = x[i] * factor + beta.values[c];
          }
        });
  }

  private double response(int plane) {
    return length[plane] / mean[plane / input.channels()];
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.n();
    int channels = input.channels();
    float[] x = input.values();
    float[] dy = output.gradient();
    double[] products = planeSums(n, i -> (double) dy[i] * x[i]);
    if (gamma.trainable) {
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        for (int plane = c; plane < n * channels; plane += channels) {
          sum += products[plane] * response(plane);
        }
        gamma.gradient[c] = (float) sum;
      }
    }
    if (beta.trainable) {
      float[] sums = Planes.channelSums(n, output, dy);
      System.arraycopy(sums, 0, beta.gradient, 0, channels);
    }
    if (input.wantsGradient()) {
      passOn(n, x, dy, products);
    }
  }

  /** By r the loss has the gradient gamma * products; r depends on every x of the sample. */
  private void passOn(int n, float[] x, float[] dy, double[] products) {
    int channels = input.channels();
    double[] shared = new double[n];
    for (int plane = 0; plane < n * channels; plane++) {
      double slope = gamma.values[plane % channels] * products[plane];
      double m = mean[plane / channels];
      shared[plane / channels] += slope * length[plane] / (m * m * channels);
    }
    float[] dx = input.gradientSum(n);
    Planes.each(
        n,
        input,
        (c, start, end) -> {
          int plane = start / input.area();
          int sample = plane / channels;
          double byLength = gamma.values[c] * products[plane] / mean[sample] - shared[sample];
          float own = (float) (1 + gamma.values[c] * response(plane));
          float along = length[plane] == 0 ? 0 : (float) (byLength / length[plane]);
          for (int i = start; i < end; i++) {
            dx[i] += dy[i] * own + x[i] * along;
          }
        });
  }

  private interface Value {
    double at(int index);
  }

  private double[] planeSums(int n, Value value) {
    int area = input.area();
    double[] sums = new double[n * input.channels()];
    Parallel.loop(
        sums.length,
        area,
        plane -> {
          double sum = 0;
          for (int i = plane * area; i < (plane + 1) * area; i++) {
            sum += value.at(i);
          }
          sums[plane] = sum;
        });
    return sums;
  }

  @Override
  public Blob output() {
    return output;
  }
}
