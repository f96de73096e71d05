package org.finetune4j.engine.train.kernel;

import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Off-heap memory through which all native operations of a network go. It grows to the largest
 * operation and no further, whatever the number of steps.
 */
public final class Scratch implements AutoCloseable {
  /** What a piece of the memory holds. */
  public enum Role {
    INPUT,
    KERNEL,
    BIAS,
    OUTPUT,
    INPUT_GRADIENT,
    KERNEL_GRADIENT,
    BIAS_GRADIENT,
    OUTPUT_GRADIENT
  }

  private final Map<Role, DataBuffer> buffers = new EnumMap<>(Role.class);

  /** Returns an array in row-major order with any content. */
  public INDArray rows(Role role, long... shape) {
    long length = 1;
    for (long size : shape) {
      length = Math.multiplyExact(length, size);
    }
    return Nd4j.create(buffer(role, length), shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
  }

  /** Returns an array in row-major order with these values. */
  public INDArray rows(Role role, float[] values, long... shape) {
    return rows(role, values, 0, shape);
  }

  /** Returns an array in row-major order with the values from an offset on. */
  public INDArray rows(Role role, float[] values, int offset, long[] shape) {
    INDArray array = rows(role, shape);
    write(array, 1, values, offset, 0);
    return array;
  }

  /**
   * Returns an array in row-major order.
   *
   * @param offset where the values of its first row begin; a row is all behind the first axis
   * @param stride how far the next row's lie behind them
   */
  public INDArray strided(Role role, float[] values, int offset, int stride, long... shape) {
    INDArray array = rows(role, shape);
    write(array, Math.toIntExact(shape[0]), values, offset, stride);
    return array;
  }

  /** Returns a matrix with any content, good until the next piece of memory in this role. */
  public NativeMatrix matrix(Role role, int rows, int columns) {
    return new NativeMatrix(buffer(role, Math.multiplyExact((long) rows, columns)), rows, columns);
  }

  /** Returns a matrix of the same numbers, and as used, as one on the heap. */
  public NativeMatrix matrix(Role role, Matrix matrix) {
    NativeMatrix copy = matrix(role, matrix.rows(), matrix.columns());
    copy.write(matrix.values(), matrix.offset());
    return matrix.transposed() ? copy.transpose() : copy;
  }

  private DataBuffer buffer(Role role, long length) {
    DataBuffer known = buffers.get(role);
    if (known == null || known.length() < length) {
      if (known != null) {
        known.close();
      }
      known = Nd4j.createBuffer(DataType.FLOAT, length, false);
      buffers.put(role, known);
    }
    return known;
  }

  /** On a GPU an array lies in two places; ND4J is told which of them is newer. */
  private static void write(INDArray array, int rows, float[] values, int offset, int stride) {
    AffinityManager places = Nd4j.getAffinityManager();
    places.ensureLocation(array, Location.HOST);
    int length = Math.toIntExact(array.length() / rows);
    for (int row = 0; row < rows; row++) {
      FloatPointer to = pointer(array).getPointer((long) row * length);
      HeapCopies.write(values, offset + row * stride, length, to);
    }
    places.tagLocation(array, Location.HOST);
  }

  /** Copies an array's values over others, or adds them, from an offset on. */
  public static void take(INDArray array, float[] values, int offset, boolean adds) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    HeapCopies.read(pointer(array), values, offset, Math.toIntExact(array.length()), adds);
  }

  private static FloatPointer pointer(INDArray array) {
    return (FloatPointer) array.data().addressPointer();
  }

  @Override
  public void close() {
    buffers.values().forEach(DataBuffer::close);
    buffers.clear();
  }
}
