package org.finetune4j.dl4j.array;

import org.finetune4j.weights.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J arrays of float32 numbers in row-major order. */
public final class INDArrays {
  private INDArrays() {}

  public static INDArray of(Tensor tensor) {
    long[] shape = tensor.shape().stream().mapToLong(d -> d).toArray();
    return Nd4j.createFromArray(tensor.toArray()).reshape(shape);
  }

  public static INDArray diagonal(float[] values) {
    float[][] square = new float[values.length][values.length];
    for (int i = 0; i < values.length; i++) {
      square[i][i] = values[i];
    }
    return Nd4j.createFromArray(square);
  }

  public static INDArray reversedIdentity(int size) {
    float[][] square = new float[size][size];
    for (int i = 0; i < size; i++) {
      square[i][size - 1 - i] = 1;
    }
    return Nd4j.createFromArray(square);
  }

  /** Returns a copy of the numbers in row-major order. */
  public static float[] toFloats(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
