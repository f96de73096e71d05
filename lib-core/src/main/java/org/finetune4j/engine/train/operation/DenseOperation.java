package org.finetune4j.engine.train.operation;

import java.util.Optional;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.parameter.Parameter;

/** Every unit reads every value of a vector, or of each token. */
public final class DenseOperation implements Operation {
  /** Values that a thread takes at a time. */
  private static final int TOGETHER = 1 << 14;

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
    int together = Math.max(1, TOGETHER / bias.length);
    Parallel.loop(
        (rows + together - 1) / together,
        together * bias.length,
        block -> {
          float[] line = new float[bias.length];
          for (int row = block * together; row < Math.min(rows, (block + 1) * together); row++) {
            System.arraycopy(values, row * bias.length, line, 0, bias.length);
            for (int i = 0; i < bias.length; i++) {
              line[i] += bias[i];
            }
            System.arraycopy(line, 0, values, row * bias.length, bias.length);
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    int n = pass.n() * input.area(); // rows
    boolean adds = input.hasGradient();
    product.multiplyBack(
        input(n),
        kernel(),
        Matrix.of(output.gradient(), n, units()),
        kernel.trainable
            ? Optional.of(Matrix.of(kernel.gradient, input.channels(), units()))
            : Optional.empty(),
        input.wantsGradient() ? Optional.of(inputGradient(pass.n(), n)) : Optional.empty(),
        adds);
    bias.ifPresent(b -> Samples.sum(output.gradient(), n, units(), 0, b.gradient));
  }

  private Matrix inputGradient(int samples, int rows) {
    return Matrix.of(input.anyGradient(samples), rows, input.channels());
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
