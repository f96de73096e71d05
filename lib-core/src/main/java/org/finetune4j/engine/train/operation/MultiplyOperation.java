package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;

/** The product of two inputs; one of them may be a single value per channel. */
public final class MultiplyOperation implements Operation {
  private final Blob first;
  private final Blob second;
  private final Blob output;

  public MultiplyOperation(Blob first, Blob second, Blob output) {
    this.first = first;
    this.second = second;
    this.output = output;
  }

  /** Returns how many values of the output share one value of this input. */
  private int share(Blob input) {
    return output.area() / input.area();
  }

  @Override
  public void forward(Pass pass) {
    float[] a = first.values();
    float[] b = second.values();
    float[] y = output.output(pass.n());
    int shareA = share(first);
    int shareB = share(second);
    for (int i = 0; i < pass.n() * output.elements(); i++) {
      y[i] = a[i / shareA] * b[i / shareB];
    }
  }

  @Override
  public void backward(Pass pass) {
    addGradient(pass.n(), first, second);
    addGradient(pass.n(), second, first);
  }

  private void addGradient(int n, Blob input, Blob other) {
    if (!input.wantsGradient()) {
      return;
    }
    float[] dy = output.gradient();
    float[] factor = other.values();
    float[] dx = input.gradientSum(n);
    int share = share(input);
    int otherShare = share(other);
    for (int i = 0; i < n * input.elements(); i++) {
      double sum = 0;
      for (int j = i * share; j < (i + 1) * share; j++) {
        sum += (double) dy[j] * factor[j / otherShare];
      }
      dx[i] += (float) sum;
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
