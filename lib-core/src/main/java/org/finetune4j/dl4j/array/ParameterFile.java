package org.finetune4j.dl4j.array;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's binary form of a row of numbers (its {@code Nd4j.write}): twice the name of an allocation
 * mode, a length, a type and big-endian numbers; first for the array's shape, then for its values.
 */
public final class ParameterFile {
  /** Before 1.0.0-alpha; their lengths are 32-bit. */
  private static final Set<String> OLD_MODES = Set.of("DIRECT", "HEAP", "JAVACPP");

  private static final Set<String> MODES = Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");

  /** Rank, shape and strides of 32 dimensions, and three more numbers. */
  private static final int LONGEST_SHAPE = 2 * 32 + 4;

  private static final int CHUNK = 1 << 16;

  private final DataInputStream in;

  private ParameterFile(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /**
   * Reads float32 or float64 numbers as float32.
   *
   * @param size how many bytes there are said to be; no more memory than that is taken
   * @param expected how many numbers there have to be
   */
  public static INDArray read(InputStream stream, long size, long expected) throws IOException {
    try {
      return new ParameterFile(stream).read(size, expected);
    } catch (EOFException e) {
      throw new IOException("Its parameters end too early.", e);
    }
  }

  private INDArray read(long size, long expected) throws IOException {
    checkShape(expected);
    Header header = header();
    int width = width(header.type);
    requireCount(header.length, expected);
    if (expected < 1 || expected > size / width || expected > Integer.MAX_VALUE / 4) {
      throw new IOException(
          String.format(
              Locale.ROOT, "It stores %d bytes, which cannot be %d parameters.", size, expected));
    }
    INDArray values = Nd4j.createUninitialized(DataType.FLOAT, 1, expected);
    try {
      fill(values.data().asNioFloat(), (int) expected, width);
      if (in.read() >= 0) {
        throw new IOException("It has bytes behind its " + expected + " parameters.");
      }
      return values;
    } catch (IOException e) {
      values.close();
      throw e;
    }
  }

  /** What stands before the numbers of a buffer. */
  private record Header(long length, String type) {}

  private Header header() throws IOException {
    String mode = in.readUTF();
    if (!OLD_MODES.contains(mode) && !MODES.contains(mode)) {
      throw new IOException("Its parameters are not an array of ND4J.");
    }
    long length = OLD_MODES.contains(mode) ? in.readInt() : in.readLong();
    return new Header(length, in.readUTF());
  }

  private void checkShape(long expected) throws IOException {
    Header header = header();
    boolean longs = header.type.equals("LONG");
    if ((!longs && !header.type.equals("INT"))
        || header.length < 1
        || header.length > LONGEST_SHAPE) {
      throw new IOException("Its parameters have no shape.");
    }
    long[] shape = new long[(int) header.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = longs ? in.readLong() : in.readInt();
    }
    long rank = shape[0];
    if (rank < 1 || rank > 2 || 1 + rank > shape.length) {
      throw new IOException("Its parameters have " + rank + " dimensions, not 1 or 2.");
    }
    long rows = rank == 2 ? shape[1] : 1;
    if (rows != 1) {
      throw new IOException("Its parameters have " + rows + " rows, not 1.");
    }
    requireCount(shape[(int) rank], expected);
  }

  private static void requireCount(long stored, long expected) throws IOException {
    if (stored != expected) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Its configuration has %d parameters, but %d are stored.",
              expected,
              stored));
    }
  }

  private static int width(String type) throws IOException {
    return switch (type) {
      case "FLOAT" -> Float.BYTES;
      case "DOUBLE" -> Double.BYTES;
      default ->
          throw new IOException(
              "Its parameters are FLOAT or DOUBLE, not "
                  + type.substring(0, Math.min(20, type.length()))
                  + ".");
    };
  }

  private void fill(FloatBuffer target, int count, int width) throws IOException {
    byte[] bytes = new byte[CHUNK * width];
    for (int done = 0; done < count; done += CHUNK) {
      int numbers = Math.min(CHUNK, count - done);
      in.readFully(bytes, 0, numbers * width);
      ByteBuffer chunk = ByteBuffer.wrap(bytes, 0, numbers * width);
      if (width == Float.BYTES) {
        target.put(chunk.asFloatBuffer());
      } else {
        for (int i = 0; i < numbers; i++) {
          target.put((float) chunk.getDouble());
        }
      }
    }
  }
}
