package org.finetune4j.engine.train.kernel;

import java.nio.FloatBuffer;
import java.util.Locale;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A row-major matrix off the heap, or a part of one. Its products call OpenBLAS without ND4J's
 * arrays in between, which cost about 50 microseconds a call: 113 against 62 for the scores of one
 * head of ViT-Ti.
 */
public final class NativeMatrix {
  /** Multiplications from which oneDNN, which is faster but called through ND4J, is worth it. */
  private static final long LARGE = 1 << 24;

  private final DataBuffer buffer;
  private final FloatPointer first;
  private final int rows;
  private final int columns;

  /** Values from one row to the next. */
  private final int pitch;

  private final boolean transposed;

  NativeMatrix(DataBuffer buffer, int rows, int columns) {
    this(buffer, (FloatPointer) buffer.addressPointer(), rows, columns, columns, false);
  }

  private NativeMatrix(
      DataBuffer buffer, FloatPointer first, int rows, int columns, int pitch, boolean transposed) {
    this.buffer = buffer;
    this.first = first;
    this.rows = rows;
    this.columns = columns;
    this.pitch = pitch;
    this.transposed = transposed;
  }

  /** Returns some of the rows and columns as they are stored; it is written to this matrix. */
  public NativeMatrix part(int row, int rowCount, int column, int columnCount) {
    FloatPointer start = first.getPointer((long) row * pitch + column);
    return new NativeMatrix(buffer, start, rowCount, columnCount, pitch, false);
  }

  /** Returns the memory of a row, or the beginning of it, as a matrix of whole rows. */
  public NativeMatrix row(int row, int rowCount, int columnCount) {
    FloatPointer start = first.getPointer((long) row * pitch);
    return new NativeMatrix(buffer, start, rowCount, columnCount, columnCount, false);
  }

  /** Returns the same numbers, read with rows and columns in each other's place. */
  public NativeMatrix transpose() {
    return new NativeMatrix(buffer, first, rows, columns, pitch, !transposed);
  }

  /** Returns the memory of whole rows, for copies that are too small for a native call each. */
  public FloatBuffer memory() {
    return first.getPointer(0).limit((long) rows * columns).asBuffer();
  }

  /** Copies values from an offset on over whole rows. */
  public void write(float[] values, int offset) {
    HeapCopies.write(values, offset, rows * columns, first);
  }

  /** Copies whole rows over values from an offset on, or adds them. */
  public void read(float[] values, int offset, boolean adds) {
    HeapCopies.read(first, values, offset, rows * columns, adds);
  }

  /** Writes zeros over whole rows. */
  public void clear() {
    first.limit((long) rows * columns).zero();
  }

  /** Writes a times b over the result, which is not transposed. */
  public static void multiply(NativeMatrix a, NativeMatrix b, NativeMatrix result) {
    multiply(a, b, result, false);
  }

  /** Writes a times b over the result, which is not transposed, or adds it. */
  public static void multiply(NativeMatrix a, NativeMatrix b, NativeMatrix result, boolean adds) {
    if (a.width() != b.height() || a.height() != result.rows || b.width() != result.columns) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%dx%d times %dx%d is no %dx%d.",
              a.height(),
              a.width(),
              b.height(),
              b.width(),
              result.rows,
              result.columns));
    }
    boolean whole = a.isWhole() && b.isWhole() && result.isWhole();
    if (whole && !adds && (long) a.height() * a.width() * b.width() >= LARGE) {
      onOneDnn(a, b, result);
    } else {
      openblas_nolapack.cblas_sgemm(
          openblas_nolapack.CblasRowMajor,
          a.blasTransposed(),
          b.blasTransposed(),
          result.rows,
          result.columns,
          a.width(),
          1,
          a.first,
          a.pitch,
          b.first,
          b.pitch,
          adds ? 1 : 0,
          result.first,
          result.pitch);
    }
  }

  /** Without oneDNN in ND4J's library, OpenBLAS all the same. */
  private static void onOneDnn(NativeMatrix a, NativeMatrix b, NativeMatrix result) {
    INDArray product = result.array();
    Nd4j.exec(
        DynamicCustomOp.builder("matmul")
            .addInputs(a.array(), b.array())
            .addOutputs(product)
            .addIntegerArguments(a.transposed ? 1 : 0, b.transposed ? 1 : 0, 0)
            .build());
    Nd4j.getAffinityManager().ensureLocation(product, Location.HOST);
  }

  /** On a GPU an array lies in two places; ND4J is told which of them is newer. */
  private INDArray array() {
    long[] shape = {rows, columns};
    INDArray array = Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
    return array;
  }

  private boolean isWhole() {
    return pitch == columns && first.address() == buffer.addressPointer().address();
  }

  private int blasTransposed() {
    return transposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans;
  }

  private int height() {
    return transposed ? columns : rows;
  }

  private int width() {
    return transposed ? rows : columns;
  }
}
