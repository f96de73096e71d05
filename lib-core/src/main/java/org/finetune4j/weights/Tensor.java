package org.finetune4j.weights;

import com.google.common.hash.Hasher;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Objects;

/**
 * Float32 numbers with a shape, in row-major order; immutable and safe to share between threads.
 *
 * <p>The numbers lie in a read-only little-endian buffer, which may lie outside of the heap.
 */
public final class Tensor {
  /** The bits of infinity; those of every NaN are larger, those of every other number smaller. */
  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  private final List<Integer> shape;
  private final ByteBuffer bytes;

  private Tensor(List<Integer> shape, ByteBuffer bytes) {
    this.shape = List.copyOf(shape);
    this.bytes = bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long expected = this.shape.stream().mapToLong(d -> d).reduce(Float.BYTES, Math::multiplyExact);
    if (expected != bytes.remaining()) {
      throw new IllegalArgumentException(
          "A float32 tensor of shape "
              + shape
              + " has "
              + expected
              + " bytes, not "
              + bytes.remaining()
              + ".");
    }
  }

  /**
   * Returns a tensor of these numbers.
   *
   * @param values in row-major order; copied
   * @param shape the dimensions; none for a scalar
   * @throws IllegalArgumentException if the length does not fit the shape
   */
  public static Tensor of(float[] values, Integer... shape) {
    return of(
        Objects.requireNonNull(values, "values"), List.of(Objects.requireNonNull(shape, "shape")));
  }

  /**
   * Returns a tensor of these numbers.
   *
   * @param values in row-major order; copied
   * @param shape the dimensions
   * @throws IllegalArgumentException if the length does not fit the shape
   */
  public static Tensor of(float[] values, List<Integer> shape) {
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(values, "values");
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Tensor(shape, bytes);
  }

  /**
   * Returns a tensor over little-endian bytes, which are not copied: nobody may write to them.
   *
   * @param bytes from position to limit; for example a piece of a file that was read
   * @param shape the dimensions
   * @throws IllegalArgumentException if the length does not fit the shape
   */
  public static Tensor wrap(ByteBuffer bytes, List<Integer> shape) {
    return new Tensor(Objects.requireNonNull(shape, "shape"), bytes.slice());
  }

  /** Returns the dimensions; empty for a scalar. */
  public List<Integer> shape() {
    return shape;
  }

  /** Returns how many numbers there are. */
  public int size() {
    return bytes.remaining() / Float.BYTES;
  }

  /** Returns the numbers in row-major order, as a buffer of the caller's own over shared memory. */
  public FloatBuffer values() {
    return bytes.asFloatBuffer();
  }

  /** Returns the numbers as little-endian bytes, as a buffer of the caller's own. */
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a copy of the numbers in row-major order. */
  public float[] toArray() {
    float[] array = new float[size()];
    values().get(array);
    return array;
  }

  /** Returns the same numbers with other dimensions. */
  public Tensor reshape(List<Integer> newShape) {
    return new Tensor(Objects.requireNonNull(newShape, "newShape"), bytes);
  }

  /** Returns whether a number is NaN or infinite. */
  public boolean hasNonFinite() {
    IntBuffer bits = bytes.asIntBuffer();
    int[] chunk = new int[Math.min(size(), 4096)];
    int largest = 0;
    while (bits.hasRemaining()) {
      int count = Math.min(bits.remaining(), chunk.length);
      bits.get(chunk, 0, count);
      for (int i = 0; i < count; i++) {
        largest = Math.max(largest, chunk[i] & Integer.MAX_VALUE);
      }
    }
    return largest >= INFINITY;
  }

  void hash(Hasher hasher) {
    shape.forEach(hasher::putInt);
    hasher.putBytes(bytes());
  }

  /** Returns whether shapes and all bits are equal; so NaN equals itself, and 0 differs from -0. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that && shape.equals(that.shape) && bytes.equals(that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + bytes.hashCode();
  }

  /** Returns for example {@code Tensor[64, 3, 7, 7]}. */
  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
