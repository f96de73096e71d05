package org.finetune4j.engine.train.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.finetune4j.engine.train.kernel.ArrayPool;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Padding;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways to convolve, and to multiply matrices, agree; the slow one is held to PyTorch. */
public class ConvolverTest {
  private static final int N = 3;
  private static final ArrayPool POOL = new ArrayPool();

  public static float[] numbers(int count, long salt) {
    CounterRandom random = CounterRandom.of(11, salt);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return numbers;
  }

  /** Everything a convolution computes, one array behind the other. */
  private static float[][] results(
      Convolver convolver, Shape shape, Shape outputShape, Window w, boolean wantsGradient) {
    return results(convolver, shape, outputShape, w, 1, wantsGradient);
  }

  private static float[][] results(
      Convolver convolver,
      Shape shape,
      Shape outputShape,
      Window w,
      int groups,
      boolean wantsGradient) {
    Blob input = new Blob(shape, wantsGradient, POOL);
    input.hold(numbers(N * shape.elements(), 4));
    Blob output = new Blob(outputShape, true, POOL);
    int kernelArea = w.height() * w.width();
    float[] kernel = numbers(output.channels() * input.channels() / groups * kernelArea, 1);
    float[] bias = numbers(output.channels(), 2);
    convolver.forward(N, input, kernel, bias, output);
    float[] dy = output.firstGradient(N);
    System.arraycopy(numbers(dy.length, 3), 0, dy, 0, dy.length);
    float[] dw = new float[kernel.length];
    float[] db = new float[bias.length];
    convolver.backward(N, input, kernel, output, dw, db);
    convolver.backward(N, input, kernel, output, dw, db); // input gradients add up
    return new float[][] {
      Arrays.copyOf(output.values(), N * output.elements()),
      dw,
      db,
      wantsGradient ? input.gradient() : new float[] {1}
    };
  }

  @ParameterizedTest
  @CsvSource({
    "3,3,1,SAME",
    "3,3,2,SAME",
    "4,2,2,SAME",
    "2,3,2,VALID",
    "1,1,1,VALID",
    "1,1,2,SAME",
    "7,7,2,VALID",
    "1,7,1,SAME",
    "5,5,3,SAME"
  })
  void oneDnnEqualsMatrixProducts(int height, int width, int stride, Padding padding) {
    Window window = new Window(height, width, stride, 1, padding);
    Shape shape = Shape.map(6, 13, 10);
    int vertical =
        padding == Padding.SAME ? (13 + stride - 1) / stride : (13 - height) / stride + 1;
    int across = padding == Padding.SAME ? (10 + stride - 1) / stride : (10 - width) / stride + 1;
    Shape outputShape = Shape.map(5, vertical, across);
    for (boolean whole : new boolean[] {true, false}) {
      requireSame(window, shape, outputShape, whole);
    }
  }

  /** So many filters go backward in pieces, of which the last one is smaller. */
  @Test
  void piecesOfFiltersAddUp() {
    Window window = new Window(3, 3, 2, 1, Padding.SAME);
    requireSame(window, Shape.map(60, 9, 7), Shape.map(1205, 5, 4), true);
  }

  /**
   * Sizes make several pieces of a map, several samples of a piece, and a last one that is less.
   */
  @ParameterizedTest
  @CsvSource({
    "6,5,13,10,1",
    "6,5,13,10,2",
    "6,5,13,10,3",
    "7,9,1,1,1",
    "4,3,40,31,1",
    "4,3,80,61,2",
    "300,200,31,30,1"
  })
  void productsOfPositionsEqualMatrixProducts(
      int channels, int filters, int height, int width, int stride) {
    Window window = new Window(1, 1, stride, 1, Padding.VALID);
    Shape shape = Shape.map(channels, height, width);
    Shape outputShape = Shape.map(filters, (height - 1) / stride + 1, (width - 1) / stride + 1);
    try (Scratch scratch = new Scratch()) {
      for (boolean whole : new boolean[] {true, false}) {
        Convolver matrices = new MatrixConvolution(window, new MatrixProduct(scratch));
        float[][] expected = results(matrices, shape, outputShape, window, whole);
        Convolver pointwise = new PointwiseConvolution(stride, scratch);
        float[][] actual = results(pointwise, shape, outputShape, window, whole);
        for (int i = 0; i < expected.length; i++) {
          assertThat(distance(actual[i], expected[i])).as("result %d", i).isLessThan(1e-6);
        }
      }
    }
  }

  private static void requireSame(Window window, Shape shape, Shape outputShape, boolean whole) {
    try (Scratch scratch = new Scratch()) {
      Convolver matrices = new MatrixConvolution(window, new MatrixProduct(scratch));
      float[][] expected = results(matrices, shape, outputShape, window, whole);
      Convolver oneDnn = new OneDnnConvolution(window, scratch);
      float[][] actual = results(oneDnn, shape, outputShape, window, whole);
      for (int i = 0; i < expected.length; i++) {
        assertThat(distance(actual[i], expected[i])).as("result %d", i).isLessThan(1e-6);
      }
    }
  }

  /**
   * A convolution in groups is one over all channels whose kernel has zeros where a filter does not
   * read. The sizes make several products of a map, several samples of a product, and groups so
   * wide that they are computed one after the other.
   */
  @ParameterizedTest
  @CsvSource({
    "2,2,3,3,3,1,1,SAME,13,10",
    "3,2,1,3,3,2,1,SAME,13,10",
    "2,1,2,3,3,2,1,SAME,12,14",
    "4,4,4,4,2,2,1,SAME,9,8",
    "2,3,2,2,3,2,2,VALID,13,12",
    "2,2,2,3,3,1,3,SAME,9,9",
    "2,3,3,1,1,2,1,SAME,7,7",
    "2,24,20,3,3,1,1,SAME,33,31",
    "2,160,160,3,3,2,1,SAME,9,7"
  })
  void groupsEqualAKernelWithZeros(
      int groups,
      int channels,
      int filters,
      int height,
      int width,
      int stride,
      int dilation,
      Padding padding,
      int rows,
      int columns) {
    Window window = new Window(height, width, stride, dilation, padding);
    Shape shape = Shape.map(groups * channels, rows, columns);
    Shape outputShape =
        new Convolution("c", "x", groups * filters, window, true, Activation.LINEAR, groups)
            .outputShape(shape);
    for (boolean wanted : new boolean[] {true, false}) {
      try (Scratch scratch = new Scratch()) {
        Convolver grouped = new GroupedConvolution(window, groups, scratch);
        float[][] actual = results(grouped, shape, outputShape, window, groups, wanted);
        Convolver whole =
            new WithZeros(new MatrixConvolution(window, new MatrixProduct(scratch)), groups);
        float[][] expected = results(whole, shape, outputShape, window, groups, wanted);
        for (int i = 0; i < expected.length; i++) {
          assertThat(distance(actual[i], expected[i])).as("result %d", i).isLessThan(1e-6);
        }
      }
    }
  }

  /** Reads and writes the kernel of groups, and computes with zeros between them. */
  private record WithZeros(Convolver whole, int groups) implements Convolver {
    @Override
    public void forward(int n, Blob input, float[] kernel, float[] bias, Blob output) {
      float[] spread = new float[kernel.length * groups];
      each(output, kernel, (own, place) -> spread[place] = kernel[own]);
      whole.forward(n, input, spread, bias, output);
    }

    @Override
    public void backward(
        int n, Blob input, float[] kernel, Blob output, float[] gradient, float[] biasGradient) {
      float[] spread = new float[kernel.length * groups];
      each(output, kernel, (own, place) -> spread[place] = kernel[own]);
      float[] spreadGradient = new float[spread.length];
      whole.backward(n, input, spread, output, spreadGradient, biasGradient);
      each(output, kernel, (own, place) -> gradient[own] = spreadGradient[place]);
    }

    private interface Visit {
      void accept(int own, int place);
    }

    private void each(Blob output, float[] kernel, Visit visit) {
      int row = kernel.length / output.channels();
      for (int i = 0; i < kernel.length; i++) {
        int filter = i / row;
        int group = filter / (output.channels() / groups);
        visit.accept(i, (filter * groups + group) * row + i % row);
      }
    }
  }

  /** Maps so large that a batch goes through oneDNN in pieces. */
  @Test
  void piecesOfABatchEqualMatrixProducts() {
    Shape shape = Shape.map(64, 110, 111);
    Blob blob = new Blob(shape, true, POOL);
    assertThat(SamplePiece.of(N, blob, blob))
        .containsExactly(new SamplePiece(0, 2), new SamplePiece(2, 1));
    Window window = new Window(2, 1, 1, 1, Padding.SAME);
    try (Scratch scratch = new Scratch()) {
      Convolver matrices = new MatrixConvolution(window, new MatrixProduct(scratch));
      float[][] expected = results(matrices, shape, shape, window, true);
      float[][] actual =
          results(new OneDnnConvolution(window, scratch), shape, shape, window, true);
      for (int i = 0; i < expected.length; i++) {
        assertThat(distance(actual[i], expected[i])).as("result %d", i).isLessThan(1e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,16", "7,16", "32,5000000", "33,700000", "20,2900000", "3,20000000"})
  void piecesHoldEverySampleOnce(int n, int elements) {
    Blob blob = new Blob(Shape.map(1, elements / 8, 4), true, POOL);
    List<SamplePiece> pieces = SamplePiece.of(n, blob, blob);
    int next = 0;
    for (SamplePiece piece : pieces) {
      assertThat(piece.first()).isEqualTo(next);
      next += piece.samples();
    }
    assertThat(next).isEqualTo(n);
  }

  /** Returns the largest difference, as a share of the largest value. */
  private static double distance(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return worst / largest;
  }

  @ParameterizedTest
  @CsvSource({
    "false,false,false",
    "true,false,false",
    "false,true,false",
    "false,true,true",
    "true,true,true"
  })
  void productsOfAnySizeEqualTheDefinition(boolean turnLeft, boolean turnRight, boolean adds) {
    try (Scratch scratch = new Scratch()) {
      for (int size : new int[] {5, 130}) {
        Matrix a = matrix(size + 3, size, turnLeft, 1);
        Matrix b = matrix(size, size + 1, turnRight, 2);
        float[] result = numbers((size + 3) * (size + 1), 3);
        float[] expected = adds ? result.clone() : new float[result.length];
        define(a, b, expected);
        new MatrixProduct(scratch).multiply(a, b, Matrix.of(result, size + 3, size + 1), adds);
        assertThat(distance(result, expected)).isLessThan(1e-6);
      }
    }
  }

  private static Matrix matrix(int height, int width, boolean turned, long salt) {
    Matrix matrix =
        Matrix.of(
                numbers(height * width + 4, salt), turned ? width : height, turned ? height : width)
            .at(4);
    return turned ? matrix.transpose() : matrix;
  }

  private static double value(Matrix matrix, int row, int column) {
    int index =
        matrix.transposed() ? column * matrix.columns() + row : row * matrix.columns() + column;
    return matrix.values()[matrix.offset() + index];
  }

  private static void define(Matrix a, Matrix b, float[] sum) {
    int width = b.transposed() ? b.rows() : b.columns();
    for (int row = 0; row < sum.length / width; row++) {
      for (int column = 0; column < width; column++) {
        double value = sum[row * width + column];
        for (int k = 0; k < (a.transposed() ? a.rows() : a.columns()); k++) {
          value += value(a, row, k) * value(b, k, column);
        }
        sum[row * width + column] = (float) value;
      }
    }
  }
}
