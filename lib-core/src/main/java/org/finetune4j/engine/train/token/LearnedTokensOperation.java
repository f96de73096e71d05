package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.Samples;
import org.finetune4j.engine.train.parameter.Parameter;

/** Learned tokens among those of the input, the same for every sample. */
public final class LearnedTokensOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Parameter tokens;
  private final int before;

  public LearnedTokensOperation(int position, Blob input, Blob output, Parameter tokens) {
    this.input = input;
    this.output = output;
    this.tokens = tokens;
    this.before = position * input.channels();
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    int own = tokens.values.length;
    for (int sample = 0; sample < pass.n(); sample++) {
      int from = sample * input.elements();
      int to = sample * output.elements();
      System.arraycopy(x, from, y, to, before);
      System.arraycopy(tokens.values, 0, y, to + before, own);
      System.arraycopy(x, from + before, y, to + before + own, input.elements() - before);
    }
  }

  @Override
  public void backward(Pass pass) {
    float[] dy = output.gradient();
    int own = tokens.values.length;
    if (tokens.trainable) {
      Samples.sum(dy, pass.n(), output.elements(), before, tokens.gradient);
    }
    if (input.wantsGradient()) {
      float[] dx = input.gradientSum(pass.n());
      for (int sample = 0; sample < pass.n(); sample++) {
        int from = sample * output.elements();
        int to = sample * input.elements();
        for (int i = 0; i < input.elements(); i++) {
          dx[to + i] += dy[from + (i < before ? i : i + own)];
        }
      }
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
