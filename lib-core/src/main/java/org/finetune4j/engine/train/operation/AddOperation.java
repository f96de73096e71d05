package org.finetune4j.engine.train.operation;

import java.util.List;
import org.finetune4j.engine.train.kernel.Blob;

/** The sum of inputs of one shape. */
public final class AddOperation implements Operation {
  private final List<Blob> inputs;
  private final Blob output;

  public AddOperation(List<Blob> inputs, Blob output) {
    this.inputs = List.copyOf(inputs);
    this.output = output;
  }

  @Override
  public void forward(Pass pass) {
    int length = pass.n() * output.elements();
    float[] y = output.output(pass.n());
    System.arraycopy(inputs.get(0).values(), 0, y, 0, length);
    for (Blob input : inputs.subList(1, inputs.size())) {
      float[] x = input.values();
      for (int i = 0; i < length; i++) {
        y[i] += x[i];
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    for (Blob input : inputs) {
      if (input.wantsGradient()) {
        Gradients.pass(output, input, pass.n());
      }
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
