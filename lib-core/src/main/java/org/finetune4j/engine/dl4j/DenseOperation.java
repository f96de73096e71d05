package org.finetune4j.engine.dl4j;

import java.util.Optional;
import org.finetune4j.engine.dl4j.Scratch.Role;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products. Our row-major [samples, inputs] is BLAS's column-major [inputs, samples], so all
 * matrices stand transposed here.
 */
final class DenseOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Parameter kernel;
  private final Optional<Parameter> bias;
  private final Scratch scratch;

  DenseOperation(
      Blob input, Blob output, Parameter kernel, Optional<Parameter> bias, Scratch scratch) {
    this.input = input;
    this.output = output;
    this.kernel = kernel;
    this.bias = bias;
    this.scratch = scratch;
  }

  @Override
  public void forward(Pass pass) {
    INDArray y = scratch.columns(Role.OUTPUT, units(), pass.n());
    Nd4j.gemm(kernel(), input(pass), y, false, false, 1, 0);
    float[] values = output.output(pass.n());
    Scratch.read(y, values);
    bias.ifPresent(
        b -> {
          for (int i = 0; i < pass.n() * units(); i++) {
            values[i] += b.values[i % units()];
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.n();
    float[] gradient = output.gradient();
    INDArray dy = scratch.columns(Role.OUTPUT_GRADIENT, gradient, units(), n);
    if (kernel.trainable) {
      INDArray dw = scratch.columns(Role.KERNEL_GRADIENT, units(), input.elements());
      Nd4j.gemm(dy, input(pass), dw, false, true, 1, 0);
      Scratch.read(dw, kernel.gradient);
    }
    bias.ifPresent(b -> sumOverSamples(gradient, n, b.gradient));
    if (input.wantsGradient()) {
      INDArray dx = scratch.columns(Role.INPUT_GRADIENT, input.elements(), n);
      Nd4j.gemm(kernel(), dy, dx, true, false, 1, 0);
      Gradients.add(dx, input, n);
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

  private INDArray kernel() {
    return scratch.columns(Role.KERNEL, kernel.values, units(), input.elements());
  }

  private INDArray input(Pass pass) {
    return scratch.columns(Role.INPUT, input.values(), input.elements(), pass.n());
  }

  private int units() {
    return output.elements();
  }

  @Override
  public Blob output() {
    return output;
  }
}
