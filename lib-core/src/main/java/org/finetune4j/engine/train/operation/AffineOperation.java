package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Planes;
import org.finetune4j.engine.train.kernel.Sums;
import org.finetune4j.engine.train.parameter.ChannelAffine;

/** y = x * scale + shift, per channel: frozen batch normalization, standardisation, rescaling. */
public final class AffineOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final ChannelAffine affine;
  private float[] scale = {};

  public AffineOperation(Blob input, Blob output, ChannelAffine affine) {
    this.input = input;
    this.output = output;
    this.affine = affine;
  }

  @Override
  public void forward(Pass pass) {
    float[] factors = affine.scale();
    float[] shift = affine.shift();
    scale = factors;
    float[] x = input.values();
    float[] y = output.output(pass.n());
    Planes.each(
        pass.n(),
        output,
        (channel, start, end) -> {
          float s = factors[channel];
          float t = shift[channel];
          for (int i = start; i < end; i++) {
            y[i] = x[i] * s + t;
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    float[] dy = output.gradient();
    if (affine.trains()) {
      float[] x = input.values();
      affine.backward(
          Planes.channelSums(
              pass.n(), output, (c, start, end) -> Sums.ofProducts(dy, x, 0, start, end)),
          Planes.channelSums(pass.n(), output, dy));
    }
    if (input.wantsGradient()) {
      float[] factors = scale;
      float[] dx = input.gradientSum(pass.n());
      Planes.each(
          pass.n(),
          output,
          (channel, start, end) -> {
            for (int i = start; i < end; i++) {
              dx[i] += dy[i] * factors[channel];
            }
          });
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
