package org.finetune4j.engine.train.operation;

import java.util.Optional;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Planes;
import org.finetune4j.engine.train.kernel.Sums;
import org.finetune4j.engine.train.parameter.FrozenStatistics;
import org.finetune4j.engine.train.parameter.Parameter;
import org.finetune4j.network.BatchNormalization;

/**
 * Batch normalization that trains with each batch's own mean and (biased) variance, and lets the
 * stored ones follow them, as Keras 3 does; at inference the stored ones stand.
 */
public final class BatchStatistics implements Operation {
  private final BatchNormalization layer;
  private final Blob input;
  private final Blob output;
  private final Optional<Parameter> gamma;
  private final Optional<Parameter> beta;
  private final Parameter movingMean;
  private final Parameter movingVariance;
  private final AffineOperation inference;
  private float[] mean = {};
  private float[] deviation = {};

  public BatchStatistics(
      BatchNormalization layer,
      Blob input,
      Blob output,
      Optional<Parameter> gamma,
      Optional<Parameter> beta,
      Parameter movingMean,
      Parameter movingVariance) {
    this.layer = layer;
    this.input = input;
    this.output = output;
    this.gamma = gamma;
    this.beta = beta;
    this.movingMean = movingMean;
    this.movingVariance = movingVariance;
    this.inference =
        new AffineOperation(
            input,
            output,
            new FrozenStatistics(gamma, beta, movingMean, movingVariance, layer.epsilon()));
  }

  @Override
  public void forward(Pass pass) {
    if (!pass.batchStatistics()) {
      inference.forward(pass);
      return;
    }
    normalizeByBatch(pass.n(), pass.keep().orElse(layer.momentum()));
  }

  private void normalizeByBatch(int n, double momentum) {
    float[] x = input.values();
    float[] y = output.output(n);
    int count = n * input.area();
    mean = Planes.channelSums(n, input, x);
    divide(mean, count);
    float[] centres = mean;
    float[] variance =
        Planes.channelSums(n, input, (c, start, end) -> Sums.ofSquares(x, centres[c], start, end));
    divide(variance, count);
    deviation = new float[variance.length];
    for (int c = 0; c < variance.length; c++) {
      deviation[c] = (float) Math.sqrt(variance[c] + layer.epsilon());
    }
    follow(movingMean.values, mean, momentum);
    follow(movingVariance.values, variance, momentum);
    write(n, x, y);
  }

  private void write(int n, float[] x, float[] y) {
    Planes.each(
        n,
        output,
        (c, start, end) -> {
          float centre = mean[c];
          float factor = gammaOf(c) / deviation[c];
          float shift = beta.map(b -> b.values).map(b -> b[c]).orElse(0f);
          for (int i = start; i < end; i++) {
            y[i] = (x[i] - centre) * factor + shift;
          }
        });
  }

  private float gammaOf(int channel) {
    return gamma.map(g -> g.values).map(g -> g[channel]).orElse(1f);
  }

  private static void divide(float[] values, int by) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= by;
    }
  }

  private void follow(float[] moving, float[] batch, double momentum) {
    float keep = (float) momentum;
    for (int i = 0; i < moving.length; i++) {
      moving[i] = moving[i] * keep + batch[i] * (1 - keep);
    }
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.n();
    float[] x = input.values();
    float[] dy = output.gradient();
    int channels = input.channels();
    float[] sum = Planes.channelSums(n, output, dy);
    float[] sumNormalized =
        Planes.channelSums(
            n,
            output,
            (c, start, end) -> Sums.ofProducts(dy, x, mean[c], start, end) / deviation[c]);
    gamma.ifPresent(g -> System.arraycopy(sumNormalized, 0, g.gradient, 0, channels));
    beta.ifPresent(b -> System.arraycopy(sum, 0, b.gradient, 0, channels));
    if (input.wantsGradient()) {
      passOn(n, x, dy, sum, sumNormalized);
    }
  }

  private void passOn(int n, float[] x, float[] dy, float[] sum, float[] sumNormalized) {
    float[] dx = input.gradientSum(n);
    float count = n * input.area();
    Planes.each(
        n,
        output,
        (c, start, end) -> {
          float centre = mean[c];
          float factor = gammaOf(c) / deviation[c];
          float shift = sum[c] / count;
          float tilt = sumNormalized[c] / count / deviation[c];
          for (int i = start; i < end; i++) {
            dx[i] += factor * (dy[i] - shift - (x[i] - centre) * tilt);
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
