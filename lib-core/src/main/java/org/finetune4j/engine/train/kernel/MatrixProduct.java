package org.finetune4j.engine.train.kernel;

import java.util.Optional;
import org.finetune4j.engine.train.kernel.Scratch.Role;

/** Products of matrices on the heap. */
public final class MatrixProduct {
  private final Scratch scratch;

  public MatrixProduct(Scratch scratch) {
    this.scratch = scratch;
  }

  /** Writes a times b over the result, or adds it. */
  public void multiply(Matrix a, Matrix b, Matrix result, boolean adds) {
    multiply(scratch.matrix(Role.INPUT, a), scratch.matrix(Role.KERNEL, b), result, adds);
  }

  /**
   * Writes what reaches the factors of a product x times kernel from the gradient by it.
   *
   * @param byKernel where the gradient by the kernel goes
   * @param byInput where the gradient by x goes
   * @param adds whether the latter is added
   */
  public void multiplyBack(
      Matrix x,
      Matrix kernel,
      Matrix gradient,
      Optional<Matrix> byKernel,
      Optional<Matrix> byInput,
      boolean adds) {
    NativeMatrix dy = scratch.matrix(Role.OUTPUT_GRADIENT, gradient);
    byKernel.ifPresent(dw -> multiply(scratch.matrix(Role.INPUT, x).transpose(), dy, dw, false));
    byInput.ifPresent(
        dx -> multiply(dy, scratch.matrix(Role.KERNEL, kernel).transpose(), dx, adds));
  }

  private void multiply(NativeMatrix a, NativeMatrix b, Matrix result, boolean adds) {
    NativeMatrix product = scratch.matrix(Role.OUTPUT, result.rows(), result.columns());
    NativeMatrix.multiply(a, b, product);
    product.read(result.values(), result.offset(), adds);
  }
}
