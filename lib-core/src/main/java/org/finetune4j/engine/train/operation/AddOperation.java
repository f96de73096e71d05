package org.finetune4j.engine.train.operation;

import java.util.List;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;

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
    int length = output.elements();
    float[] y = output.output(pass.n());
    Parallel.loop(
        pass.n(),
        length,
        sample -> {
          int start = sample * length;
          System.arraycopy(inputs.get(0).values(), start, y, start, length);
          for (Blob input : inputs.subList(1, inputs.size())) {
            Gradients.add(input.values(), y, start, start + length);
          }
        });
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
