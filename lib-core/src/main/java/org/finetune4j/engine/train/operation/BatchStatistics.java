package org.finetune4j.engine.train.operation;

import java.util.Optional;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
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
    normalizeByBatch(pass.n(), (float) pass.keep().orElse(layer.momentum()));
  }

  /** A thread takes a channel, whose values stay in its caches from the mean to what is written. */
  private void normalizeByBatch(int n, float keep) {
    float[] x = input.values();
    float[] y = output.output(n);
    int channels = input.channels();
    int count = n * input.area();
    mean = new float[channels];
    deviation = new float[channels];
    Parallel.loop(
        channels,
        count,
        c -> {
          float centre = sum(n, c, (i, start, end) -> Sums.of(x, start, end)) / count;
          float variance =
              sum(n, c, (i, start, end) -> Sums.ofSquares(x, centre, start, end)) / count;
          mean[c] = centre;
          deviation[c] = (float) Math.sqrt(variance + layer.epsilon());
          follow(movingMean.values, c, centre, keep);
          follow(movingVariance.values, c, variance, keep);
          write(n, c, x, y);
        });
  }

  private float sum(int n, int channel, Planes.PlaneSum ofPlane) {
    return (float) Planes.channelSum(n, input, channel, ofPlane);
  }

  private static void follow(float[] moving, int channel, float batch, float keep) {
    moving[channel] = moving[channel] * keep + batch * (1 - keep);
  }

  private void write(int n, int c, float[] x, float[] y) {
    float centre = mean[c];
    float factor = factorOf(c);
    float shift = beta.isPresent() ? beta.get().values[c] : 0;
    Planes.eachOf(
        n,
        output,
        c,
        (channel, start, end) -> {
          for (int i = start; i < end; i++) {
            y[i] = (x[i] - centre) * factor + shift;
          }
        });
  }

  private float factorOf(int channel) {
    return (gamma.isPresent() ? gamma.get().values[channel] : 1) / deviation[channel];
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.n();
    float[] x = input.values();
    float[] dy = output.gradient();
    boolean adds = input.hasGradient();
    Optional<float[]> dx =
        input.wantsGradient() ? Optional.of(input.anyGradient(n)) : Optional.empty();
    Parallel.loop(
        input.channels(),
        n * input.area(),
        c -> {
          float sum = sum(n, c, (i, start, end) -> Sums.of(dy, start, end));
          float centre = mean[c];
          float sumNormalized =
              sum(
                  n,
                  c,
                  (i, start, end) -> Sums.ofProducts(dy, x, centre, start, end) / deviation[c]);
          gamma.ifPresent(g -> g.gradient[c] = sumNormalized);
          beta.ifPresent(b -> b.gradient[c] = sum);
          dx.ifPresent(it -> passOn(n, c, sum, sumNormalized, it, adds));
        });
  }

  private void passOn(int n, int c, float sum, float sumNormalized, float[] dx, boolean adds) {
    float[] x = input.values();
    float[] dy = output.gradient();
    float count = n * input.area();
    float centre = mean[c];
    float factor = factorOf(c);
    float shift = sum / count;
    float tilt = sumNormalized / count / deviation[c];
    Planes.eachOf(
        n,
        output,
        c,
        (channel, start, end) -> {
          if (adds) {
            for (int i = start; i < end; i++) {
              dx[i] += factor * (dy[i] - shift - (x[i] - centre) * tilt);
            }
          } else {
            for (int i = start; i < end; i++) {
              dx[i] = factor * (dy[i] - shift - (x[i] - centre) * tilt);
            }
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
