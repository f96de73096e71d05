package org.finetune4j.engine.train.operation;

import java.util.List;
import org.finetune4j.engine.train.kernel.Blob;

/** Inputs one behind the other along the channels. */
public final class ConcatenateOperation implements Operation {
  private final List<Blob> inputs;
  private final Blob output;

  public ConcatenateOperation(List<Blob> inputs, Blob output) {
    this.inputs = List.copyOf(inputs);
    this.output = output;
  }

  @Override
  public void forward(Pass pass) {
    float[] y = output.output(pass.n());
    int offset = 0;
    for (Blob input : inputs) {
      int length = input.elements();
      for (int sample = 0; sample < pass.n(); sample++) {
        System.arraycopy(
            input.values(), sample * length, y, sample * output.elements() + offset, length);
      }
      offset += length;
    }
  }

  @Override
  public void backward(Pass pass) {
    int offset = 0;
    for (Blob input : inputs) {
      if (input.wantsGradient()) {
        addGradient(pass.n(), input, offset);
      }
      offset += input.elements();
    }
  }

  private void addGradient(int n, Blob input, int offset) {
    float[] dy = output.gradient();
    float[] dx = input.gradientSum(n);
    int length = input.elements();
    for (int sample = 0; sample < n; sample++) {
      int from = sample * output.elements() + offset;
      for (int i = 0; i < length; i++) {
        dx[sample * length + i] += dy[from + i];
      }
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
