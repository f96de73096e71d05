package org.finetune4j.engine.train.operation;

import java.util.Optional;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.parameter.Parameter;

/** Every unit reads every value. */
public final class DenseOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Parameter kernel;
  private final Optional<Parameter> bias;
  private final MatrixProduct product;

  public DenseOperation(
      Blob input, Blob output, Parameter kernel, Optional<Parameter> bias, MatrixProduct product) {
    this.input = input;
    this.output = output;
    this.kernel = kernel;
    this.bias = bias;
    this.product = product;
  }

  @Override
  public void forward(Pass pass) {
    int n = pass.n();
    float[] values = output.output(n);
    product.multiply(input(n), kernel(), Matrix.of(values, n, units()), false);
    bias.ifPresent(
        b -> {
          for (int i = 0; i < n * units(); i++) {
            values[i] += b.values[i % units()];
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.n();
    Matrix gradient = Matrix.of(output.gradient(), n, units());
    if (kernel.trainable) {
      Matrix target = Matrix.of(kernel.gradient, input.elements(), units());
      product.multiply(input(n).transpose(), gradient, target, false);
    }
    bias.ifPresent(b -> sumOverSamples(output.gradient(), n, b.gradient));
    if (input.wantsGradient()) {
      boolean adds = input.hasGradient();
      float[] sum = adds ? input.gradientSum(n) : input.firstGradient(n);
      Matrix target = Matrix.of(sum, n, input.elements());
      product.multiply(gradient, kernel().transpose(), target, adds);
    }
  }

  private static void sumOverSamples(float[] rows, int n, float[] sums) {
    for (int u = 0; u < sums.length; u++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += rows[i * sums.length + u];
      }
      sums[u] = (float) sum;
    }
  }

  private Matrix kernel() {
    return Matrix.of(kernel.values, input.elements(), units());
  }

  private Matrix input(int n) {
    return Matrix.of(input.values(), n, input.elements());
  }

  private int units() {
    return output.elements();
  }

  @Override
  public Blob output() {
    return output;
  }
}
