package org.finetune4j.engine.train.operation;

import java.util.Arrays;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.network.Dropout;
import org.finetune4j.random.CounterRandom;

/** Drops values or whole samples at random, and scales up what stays. */
public final class DropoutOperation implements Operation {
  private final Dropout layer;
  private final Blob input;
  private final Blob output;
  private float[] mask = {};

  public DropoutOperation(Dropout layer, Blob input, Blob output) {
    this.layer = layer;
    this.input = input;
    this.output = output;
  }

  @Override
  public void forward(Pass pass) {
    int length = pass.n() * output.elements();
    float[] x = input.values();
    float[] y = output.output(pass.n());
    if (pass.key().isEmpty()) {
      System.arraycopy(x, 0, y, 0, length);
      return;
    }
    draw(pass.key().get().random(layer.name()), pass.first(), pass.n());
    for (int i = 0; i < length; i++) {
      y[i] = x[i] * mask[i];
    }
  }

  private void draw(CounterRandom random, int first, int n) {
    int length = output.elements();
    if (mask.length < n * length) {
      mask = new float[n * length];
    }
    float kept = (float) (1 / (1 - layer.rate()));
    int each = layer.perSample() ? length : 1;
    for (int i = 0; i < first * length; i += each) {
      random.nextFloat();
    }
    for (int i = 0; i < n * length; i += each) {
      Arrays.fill(mask, i, i + each, random.nextFloat() < layer.rate() ? 0 : kept);
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    if (!pass.training()) {
      Gradients.pass(output, input, pass.n());
      return;
    }
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(pass.n());
    for (int i = 0; i < pass.n() * output.elements(); i++) {
      dx[i] += dy[i] * mask[i];
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
