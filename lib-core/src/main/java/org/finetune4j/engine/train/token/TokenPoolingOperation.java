package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.TokenPooling.Value;

/** Tokens that stand before the patches, the mean of the patches, or both. */
public final class TokenPoolingOperation implements Operation {
  private final Blob input;
  private final Blob output;

  /** How many tokens are taken as they are, from the first on. */
  private final int taken;

  private final boolean mean;
  private final int prefix;

  public TokenPoolingOperation(TokenPooling layer, Blob input, Blob output) {
    this.input = input;
    this.output = output;
    this.taken =
        switch (layer.value()) {
          case MEAN -> 0;
          case CLASS, CLASS_AND_MEAN -> 1;
          case CLASS_AND_DISTILLATION -> 2;
        };
    this.mean = layer.value() == Value.MEAN || layer.value() == Value.CLASS_AND_MEAN;
    this.prefix = layer.prefix();
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    for (int sample = 0; sample < pass.n(); sample++) {
      int from = sample * input.elements();
      int to = sample * output.elements();
      System.arraycopy(x, from, y, to, taken * input.channels());
      if (mean) {
        writeMean(x, from, y, meanStart(sample));
      }
    }
  }

  private void writeMean(float[] x, int from, float[] y, int to) {
    int channels = input.channels();
    int tokens = input.shape().tokens();
    double[] sums = new double[channels];
    for (int token = prefix; token < tokens; token++) {
      for (int c = 0; c < channels; c++) {
        sums[c] += x[from + token * channels + c];
      }
    }
    for (int c = 0; c < channels; c++) {
      y[to + c] = (float) (sums[c] / (tokens - prefix));
    }
  }

  private int meanStart(int sample) {
    return sample * output.elements() + taken * input.channels();
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    int channels = input.channels();
    int tokens = input.shape().tokens();
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(pass.n());
    float share = 1f / (tokens - prefix);
    for (int sample = 0; sample < pass.n(); sample++) {
      int to = sample * input.elements();
      for (int c = 0; c < taken * channels; c++) {
        dx[to + c] += dy[sample * output.elements() + c];
      }
      for (int i = mean ? prefix * channels : input.elements(); i < input.elements(); i++) {
        dx[to + i] += dy[meanStart(sample) + i % channels] * share;
      }
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
