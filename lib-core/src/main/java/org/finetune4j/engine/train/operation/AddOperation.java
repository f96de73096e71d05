package org.finetune4j.engine.train.operation;

import java.util.ArrayList;
import java.util.List;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;

/**
 * The sum of inputs of one shape. In place where one of the first two is the output, which saves
 * memory and copies.
 */
public final class AddOperation implements Operation {
  /** What the sum begins with: the output where it is in place. */
  private final Blob first;

  private final List<Blob> others;
  private final Blob output;

  public AddOperation(List<Blob> inputs, Blob output) {
    this.first = inputs.contains(output) ? output : inputs.get(0);
    List<Blob> rest = new ArrayList<>(inputs);
    rest.remove(first);
    this.others = List.copyOf(rest);
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
          if (!inPlace()) {
            System.arraycopy(first.values(), start, y, start, length);
          }
          for (Blob other : others) {
            Gradients.add(other.values(), y, start, start + length);
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    if (!inPlace()) {
      passOn(first, pass);
    }
    others.forEach(other -> passOn(other, pass));
  }

  private void passOn(Blob input, Pass pass) {
    if (input.wantsGradient()) {
      Gradients.pass(output, input, pass.n());
    }
  }

  @Override
  public boolean inPlace() {
    return first == output;
  }

  @Override
  public Blob output() {
    return output;
  }
}
