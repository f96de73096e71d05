package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Planes;

/** The channels in the opposite order. */
public final class ReverseChannelsOperation implements Operation {
  private final Blob input;
  private final Blob output;

  public ReverseChannelsOperation(Blob input, Blob output) {
    this.input = input;
    this.output = output;
  }

  @Override
  public void forward(Pass pass) {
    float[] y = output.output(pass.n());
    Planes.each(
        pass.n(),
        input,
        (channel, start, end) ->
            System.arraycopy(input.values(), start, y, mirrored(channel, start), end - start));
  }

  private int mirrored(int channel, int start) {
    return start + (input.channels() - 1 - 2 * channel) * input.area();
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(pass.n());
    Planes.each(
        pass.n(),
        input,
        (channel, start, end) -> {
          int shift = mirrored(channel, start) - start;
          for (int i = start; i < end; i++) {
            dx[i] += dy[i + shift];
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
