package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.Positions;
import org.finetune4j.engine.train.parameter.Parameter;

/** Each position over its channels. */
public final class LayerNormalizationOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Parameter gamma;
  private final Parameter beta;
  private final double epsilon;

  /** Mean and reciprocal deviation of each position of the batch. */
  private float[] mean = {};

  private float[] factor = {};

  public LayerNormalizationOperation(
      Blob input, Blob output, Parameter gamma, Parameter beta, double epsilon) {
    this.input = input;
    this.output = output;
    this.gamma = gamma;
    this.beta = beta;
    this.epsilon = epsilon;
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    int channels = input.channels();
    if (mean.length < pass.n() * input.area()) {
      mean = new float[pass.n() * input.area()];
      factor = new float[mean.length];
    }
    Positions.each(
        pass.n(),
        input,
        (position, first, stride) -> {
          double sum = 0;
          int end = first + channels * stride;
          for (int i = first; i < end; i += stride) {
            sum += x[i];
          }
          double centre = sum / channels;
          double squares = 0;
          for (int i = first; i < end; i += stride) {
            double distance = x[i] - centre;
            squares += distance * distance;
          }
          mean[position] = (float) centre;
          factor[position] = (float) (1 / Math.sqrt(squares / channels + epsilon));
          write(position, first, stride, x, y);
        });
  }

  private void write(int position, int first, int stride, float[] x, float[] y) {
    float centre = mean[position];
    float by = factor[position];
    for (int c = 0; c < input.channels(); c++) {
      int i = first + c * stride;
      y[i] = (x[i] - centre) * by * gamma.values[c] + beta.values[c];
    }
  }

  @Override
  public void backward(Pass pass) {
    float[] x = input.values();
    float[] dy = output.gradient();
    if (gamma.trainable) {
      Positions.channelSums(
          pass.n(),
          input,
          (position, i) -> dy[i] * ((x[i] - mean[position]) * factor[position]),
          gamma.gradient);
    }
    if (beta.trainable) {
      Positions.channelSums(pass.n(), input, (position, i) -> dy[i], beta.gradient);
    }
    if (input.wantsGradient()) {
      float[] dx = input.gradientSum(pass.n());
      Positions.each(
          pass.n(), input, (position, first, stride) -> passOn(position, first, stride, x, dy, dx));
    }
  }

  private void passOn(int position, int first, int stride, float[] x, float[] dy, float[] dx) {
    int channels = input.channels();
    float centre = mean[position];
    float by = factor[position];
    double sum = 0;
    double sumNormalized = 0;
    for (int c = 0; c < channels; c++) {
      int i = first + c * stride;
      double slope = dy[i] * gamma.values[c];
      sum += slope;
      sumNormalized += slope * ((x[i] - centre) * by);
    }
    float shift = (float) (sum / channels);
    float tilt = (float) (sumNormalized / channels);
    for (int c = 0; c < channels; c++) {
      int i = first + c * stride;
      dx[i] += by * (dy[i] * gamma.values[c] - shift - (x[i] - centre) * by * tilt);
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
