package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.ActivationFunction;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.network.Activation;

/**
 * An activation function. In place where input and output are the same blob, which saves memory and
 * copies.
 */
public final class ActivationOperation implements Operation {
  private final Activation activation;
  private final Blob input;
  private final Blob output;

  public ActivationOperation(Activation activation, Blob input, Blob output) {
    this.activation = activation;
    this.input = input;
    this.output = output;
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    int length = output.elements();
    Parallel.loop(
        pass.n(),
        length,
        sample ->
            ActivationFunction.apply(activation, x, y, sample * length, (sample + 1) * length));
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    boolean byValue = ActivationFunction.slopeFollowsFromValue(activation);
    float[] v = byValue ? output.values() : input.values();
    float[] dy = output.gradient();
    boolean adds = input != output && input.hasGradient();
    float[] dx = input == output ? dy : adds ? new float[dy.length] : input.firstGradient(pass.n());
    int length = output.elements();
    Parallel.loop(
        pass.n(),
        length,
        sample ->
            ActivationFunction.slope(
                activation, v, dy, dx, sample * length, (sample + 1) * length));
    if (adds) {
      float[] sum = input.gradientSum(pass.n());
      for (int i = 0; i < pass.n() * length; i++) {
        sum[i] += dx[i];
      }
    }
  }

  @Override
  public boolean inPlace() {
    return input == output;
  }

  @Override
  public Blob output() {
    return output;
  }
}
