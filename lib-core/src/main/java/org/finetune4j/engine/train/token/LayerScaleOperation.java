package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.Positions;
import org.finetune4j.engine.train.parameter.Parameter;

/** A learned factor per channel. */
public final class LayerScaleOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Parameter gamma;

  public LayerScaleOperation(Blob input, Blob output, Parameter gamma) {
    this.input = input;
    this.output = output;
    this.gamma = gamma;
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    Positions.each(
        pass.n(),
        input,
        (position, first, stride) -> {
          for (int c = 0; c < gamma.values.length; c++) {
            y[first + c * stride] = x[first + c * stride] * gamma.values[c];
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    float[] x = input.values();
    float[] dy = output.gradient();
    if (gamma.trainable) {
      Positions.channelSums(
          pass.n(), input, (position, i) -> (double) dy[i] * x[i], gamma.gradient);
    }
    if (input.wantsGradient()) {
      float[] dx = input.gradientSum(pass.n());
      Positions.each(
          pass.n(),
          input,
          (position, first, stride) -> {
            for (int c = 0; c < gamma.values.length; c++) {
              dx[first + c * stride] += dy[first + c * stride] * gamma.values[c];
            }
          });
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
