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
  enum Role {
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
  INDArray rows(Role role, long... shape) {
    return array(role, 'c', shape);
  }

  /** Returns an array in column-major order with any content. */
  INDArray columns(Role role, long... shape) {
    return array(role, 'f', shape);
  }

  /** Returns an array in row-major order with these values. */
  INDArray rows(Role role, float[] values, long... shape) {
    return rows(role, values, 0, shape);
  }

  /** Returns an array in row-major order with the values from an offset on. */
  INDArray rows(Role role, float[] values, int offset, long[] shape) {
    INDArray array = rows(role, shape);
    write(array, values, offset);
    return array;
  }

  /** Returns a matrix as BLAS sees it: its columns are the rows as stored. */
  INDArray matrix(Role role, Matrix matrix) {
    INDArray array = columns(role, matrix.columns(), matrix.rows());
    write(array, matrix.values(), matrix.offset());
    return array;
  }

  private INDArray array(Role role, char order, long... shape) {
    long length = 1;
    for (long size : shape) {
      length = Math.multiplyExact(length, size);
    }
    DataBuffer known = buffers.get(role);
    if (known == null || known.length() < length) {
      if (known != null) {
        known.close();
      }
      known = Nd4j.createBuffer(DataType.FLOAT, length, false);
      buffers.put(role, known);
    }
    return Nd4j.create(known, shape, Nd4j.getStrides(shape, order), 0, order);
  }

  /** On a GPU an array lies in two places; ND4J is told which of them is newer. */
  private static void write(INDArray array, float[] values, int offset) {
    AffinityManager places = Nd4j.getAffinityManager();
    places.ensureLocation(array, Location.HOST);
    pointer(array).put(values, offset, Math.toIntExact(array.length()));
    places.tagLocation(array, Location.HOST);
  }

  private static void read(INDArray array, float[] values, int offset) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    pointer(array).get(values, offset, Math.toIntExact(array.length()));
  }

  /** Copies an array's values over others, or adds them, from an offset on. */
  static void take(INDArray array, float[] values, int offset, boolean adds) {
    if (adds) {
      add(array, values, offset);
    } else {
      read(array, values, offset);
    }
  }

  private static void add(INDArray array, float[] values, int offset) {
    float[] more = new float[Math.toIntExact(array.length())];
    read(array, more, 0);
    for (int i = 0; i < more.length; i++) {
      values[offset + i] += more[i];
    }
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
