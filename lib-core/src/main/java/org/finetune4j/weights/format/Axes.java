package org.finetune4j.weights.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.finetune4j.weights.Tensor;

/** Reorders axes, in strips that stay in the processor's cache. */
final class Axes {
  /** Columns of a strip: one cache line of float32. */
  private static final int STRIP = 16;

  private Axes() {}

  /** Turns [a, b, c] into [c, b, a]; the result has the shape [c, b, a]. */
  static Tensor reverse(Tensor tensor, int a, int b, int c) {
    FloatBuffer in = tensor.values();
    ByteBuffer bytes = allocate(tensor.size());
    FloatBuffer out = bytes.asFloatBuffer();
    int rows = a * b;
    float[] line = new float[STRIP];
    float[] strip = new float[STRIP * rows];
    for (int column = 0; column < c; column += STRIP) {
      int columns = Math.min(STRIP, c - column);
      for (int j = 0; j < b; j++) {
        for (int i = 0; i < a; i++) {
          in.get((i * b + j) * c + column, line, 0, columns);
          for (int k = 0; k < columns; k++) {
            strip[k * rows + j * a + i] = line[k];
          }
        }
      }
      out.put(strip, 0, columns * rows);
    }
    return Tensor.wrap(bytes, List.of(c, b, a));
  }

  /** Turns rows that count [a, b] into rows that count [b, a]: [a * b, c] stays [a * b, c]. */
  static Tensor swapRows(Tensor tensor, int a, int b, int c) {
    FloatBuffer in = tensor.values();
    ByteBuffer bytes = allocate(tensor.size());
    FloatBuffer out = bytes.asFloatBuffer();
    float[] row = new float[c];
    for (int j = 0; j < b; j++) {
      for (int i = 0; i < a; i++) {
        in.get((i * b + j) * c, row);
        out.put(row);
      }
    }
    return Tensor.wrap(bytes, tensor.shape());
  }

  private static ByteBuffer allocate(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
