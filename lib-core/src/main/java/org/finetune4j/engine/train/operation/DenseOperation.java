package org.finetune4j.engine.train.operation;

import java.util.Optional;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.parameter.Parameter;

/** Every unit reads every value of a vector, or of each token. */
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
    int n = pass.n() * input.area(); // rows
    float[] values = output.output(pass.n());
    product.multiply(input(n), kernel(), Matrix.of(values, n, units()), false);
    bias.ifPresent(b -> add(b.values, values, n));
  }

  private static void add(float[] bias, float[] values, int rows) {
    Parallel.loop(
        rows,
        bias.length,
        row -> {
          int start = row * bias.length;
          for (int i = 0; i < bias.length; i++) {
            values[start + i] += bias[i];
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.n() * input.area(); // rows
    Matrix gradient = Matrix.of(output.gradient(), n, units());
    if (kernel.trainable) {
      Matrix target = Matrix.of(kernel.gradient, input.channels(), units());
      product.multiply(input(n).transpose(), gradient, target, false);
    }
    bias.ifPresent(b -> Samples.sum(output.gradient(), n, units(), 0, b.gradient));
    if (input.wantsGradient()) {
      boolean adds = input.hasGradient();
      float[] sum = adds ? input.gradientSum(pass.n()) : input.firstGradient(pass.n());
      Matrix target = Matrix.of(sum, n, input.channels());
      product.multiply(gradient, kernel().transpose(), target, adds);
    }
  }

  private Matrix kernel() {
    return Matrix.of(kernel.values, input.channels(), units());
  }

  private Matrix input(int n) {
    return Matrix.of(input.values(), n, input.channels());
  }

  private int units() {
    return output.channels();
  }

  @Override
  public Blob output() {
    return output;
  }
}
