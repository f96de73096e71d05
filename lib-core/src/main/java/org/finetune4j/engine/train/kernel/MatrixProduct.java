package org.finetune4j.engine.train.kernel;

import java.util.Arrays;
import java.util.Locale;
import org.finetune4j.engine.train.kernel.Scratch.Role;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Products of matrices: large ones on OpenBLAS, small ones in Java, where the call costs more. */
public final class MatrixProduct {
  private static final long WORTH_THE_CALL = 1 << 20;

  private final Scratch scratch;

  public MatrixProduct(Scratch scratch) {
    this.scratch = scratch;
  }

  /** Writes a times b over the result, or adds it. */
  public void multiply(Matrix a, Matrix b, Matrix result, boolean adds) {
    if (a.width() != b.height() || a.height() != result.rows() || b.width() != result.columns()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%dx%d times %dx%d is no %dx%d.",
              a.height(),
              a.width(),
              b.height(),
              b.width(),
              result.rows(),
              result.columns()));
    }
    if ((long) a.size() * b.width() < WORTH_THE_CALL) {
      inJava(a, b.straight(), result, adds);
    } else {
      onBlas(a, b, result, adds);
    }
  }

  private static void inJava(Matrix a, Matrix b, Matrix result, boolean adds) {
    int rowStride = a.transposed() ? 1 : a.columns();
    int columnStride = a.transposed() ? a.columns() : 1;
    for (int row = 0; row < result.rows(); row++) {
      int to = result.offset() + row * result.columns();
      if (!adds) {
        Arrays.fill(result.values(), to, to + result.columns(), 0);
      }
      for (int k = 0; k < b.rows(); k++) {
        float factor = a.values()[a.offset() + row * rowStride + k * columnStride];
        addRow(b.values(), b.offset() + k * b.columns(), factor, result.values(), to, b.columns());
      }
    }
  }

  private static void addRow(float[] from, int at, float factor, float[] to, int start, int count) {
    for (int i = 0; i < count; i++) {
      to[start + i] += from[at + i] * factor;
    }
  }

  /** BLAS's matrices are column-major: ours transposed, so the factors change places. */
  private void onBlas(Matrix a, Matrix b, Matrix result, boolean adds) {
    INDArray left = scratch.matrix(Role.KERNEL, b);
    INDArray right = scratch.matrix(Role.INPUT, a);
    INDArray product = scratch.columns(Role.OUTPUT, result.columns(), result.rows());
    Nd4j.gemm(left, right, product, b.transposed(), a.transposed(), 1, 0);
    Scratch.take(product, result.values(), result.offset(), adds);
  }
}
