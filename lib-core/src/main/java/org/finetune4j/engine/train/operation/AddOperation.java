package org.finetune4j.engine.train.operation;

import java.util.List;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;

/**
 * The sum of inputs of one shape. In place where one of the first two is the output, which saves
 * memory and copies.
 */
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
          boolean isThere = inPlace();
          for (Blob input : inputs) {
            if (isThere && input != output) {
              Gradients.add(input.values(), y, start, start + length);
            } else if (input != output) {
              System.arraycopy(input.values(), start, y, start, length);
              isThere = true;
            }
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    for (Blob input : inputs) {
      if (input != output && input.wantsGradient()) {
        Gradients.pass(output, input, pass.n());
      }
    }
  }

  @Override
  public boolean inPlace() {
    return inputs.contains(output);
  }

  @Override
  public Blob output() {
    return output;
  }
}
