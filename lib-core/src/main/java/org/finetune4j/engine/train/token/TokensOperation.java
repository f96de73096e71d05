package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;

/**
 * A feature map as a token sequence: its positions row by row, the channels of each side by side.
 */
public final class TokensOperation implements Operation {
  private final Blob input;
  private final Blob output;

  public TokensOperation(Blob input, Blob output) {
    this.input = input;
    this.output = output;
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    int channels = input.channels();
    int area = input.area();
    Parallel.loop(
        pass.n(),
        input.elements(),
        sample -> {
          int start = sample * input.elements();
          for (int c = 0; c < channels; c++) {
            for (int i = 0; i < area; i++) {
              y[start + i * channels + c] = x[start + c * area + i];
            }
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(pass.n());
    int channels = input.channels();
    int area = input.area();
    Parallel.loop(
        pass.n(),
        input.elements(),
        sample -> {
          int start = sample * input.elements();
          for (int c = 0; c < channels; c++) {
            for (int i = 0; i < area; i++) {
              dx[start + c * area + i] += dy[start + i * channels + c];
            }
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
