package org.finetune4j.engine.train.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.engine.train.convolution.ConvolverTest.numbers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.finetune4j.engine.train.kernel.ArrayPool;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.parameter.FilterBank;
import org.finetune4j.engine.train.parameter.Parameter;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Padding;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.Window;
import org.finetune4j.weights.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Depthwise convolution and pooling equal their definitions, written down as plain loops. */
class PlaneOperationsTest {
  private static final int N = 5;
  private static final int CHANNELS = 3;
  private static final Pass PASS = Pass.training(N, 0, new StepKey(1, 0, 0, 0));
  private static final ArrayPool POOL = new ArrayPool();

  /** What is done for every place under the window at every position. */
  private interface Visit {
    void accept(int element, int inputIndex, int outputIndex);
  }

  /** Visits the places that are not padding; channels of the output are filters. */
  private static void visit(Window window, Blob input, Blob output, Visit visit) {
    int multiplier = output.channels() / input.channels();
    Window.Border border = window.border(input.shape());
    for (int out = 0; out < N * output.elements(); out++) {
      int plane = out / output.area() / multiplier;
      int y = out % output.area() / output.shape().width() * window.stride() - border.top();
      int x = out % output.shape().width() * window.stride() - border.left();
      for (int element = 0; element < window.height() * window.width(); element++) {
        int row = y + element / window.width() * window.dilation();
        int column = x + element % window.width() * window.dilation();
        if (row >= 0
            && row < input.shape().height()
            && column >= 0
            && column < input.shape().width()) {
          int index = plane * input.area() + row * input.shape().width() + column;
          visit.accept(element, index, out);
        }
      }
    }
  }

  private static Parameter parameter(String role, List<Integer> shape, long salt) {
    int count = shape.stream().reduce(1, (a, b) -> a * b);
    return new Parameter(
        new TensorSpec("d", role, shape, true), Tensor.of(numbers(count, salt), shape), true);
  }

  /** Returns an input with its gradient wanted, holding these numbers. */
  private static Blob input(Shape shape, float[] values) {
    Blob input = new Blob(shape, true, POOL);
    input.hold(values);
    return input;
  }

  private static float[] holdGradient(Blob output) {
    float[] dy = output.firstGradient(N);
    System.arraycopy(numbers(dy.length, 5), 0, dy, 0, dy.length);
    return dy;
  }

  private static void requireClose(String what, float[] actual, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    assertThat(worst / largest).as(what).isLessThan(1e-6);
  }

  @ParameterizedTest
  @CsvSource({
    "3,3,1,1,SAME,1,9,7",
    "3,3,2,1,SAME,1,9,8",
    "3,3,2,1,VALID,2,10,9",
    "5,3,3,1,SAME,1,13,14",
    "2,3,1,2,VALID,1,9,9",
    "3,3,2,2,SAME,1,11,10",
    "3,3,2,3,VALID,1,12,13",
    "1,1,2,1,SAME,2,7,7",
    "7,7,1,1,SAME,1,3,2",
    "3,3,1,1,SAME,1,60,50",
    "3,3,2,1,SAME,1,61,50",
    "3,3,1,1,SAME,1,130,90"
  })
  void depthwiseConvolution(
      int height,
      int width,
      int stride,
      int dilation,
      Padding padding,
      int multiplier,
      int rows,
      int columns) {
    Window window = new Window(height, width, stride, dilation, padding);
    Shape shape = Shape.map(CHANNELS, rows, columns);
    Shape outputShape =
        new DepthwiseConvolution("d", "x", multiplier, window, true).outputShape(shape);
    int filters = CHANNELS * multiplier;
    Parameter kernel = parameter("depthwise_kernel", List.of(filters, 1, height, width), 1);
    Parameter bias = parameter("bias", List.of(filters), 2);
    Blob input = input(shape, numbers(N * shape.elements(), 3));
    Blob output = new Blob(outputShape, true, POOL);
    DepthwiseOperation operation =
        new DepthwiseOperation(
            window,
            input,
            output,
            new FilterBank(kernel, Optional.of(bias), Optional.empty(), filters, new ArrayPool()));
    operation.forward(PASS);
    float[] dy = holdGradient(output);
    operation.backward(PASS);

    double[] y = new double[N * output.elements()];
    double[] dx = new double[N * input.elements()];
    double[] dw = new double[kernel.values.length];
    double[] db = new double[filters];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias.values[i / output.area() % filters];
      db[i / output.area() % filters] += dy[i];
    }
    visit(
        window,
        input,
        output,
        (element, in, out) -> {
          int k = out / output.area() % filters * height * width + element;
          y[out] += (double) kernel.values[k] * input.values()[in];
          dx[in] += (double) kernel.values[k] * dy[out];
          dw[k] += (double) input.values()[in] * dy[out];
        });
    requireClose("output", output.values(), y);
    requireClose("input gradient", input.gradient(), dx);
    requireClose("kernel gradient", kernel.gradient, dw);
    requireClose("bias gradient", bias.gradient, db);
  }

  @ParameterizedTest
  @CsvSource({
    "2,2,VALID,8,6",
    "2,2,VALID,9,7",
    "2,2,SAME,8,6",
    "2,2,SAME,9,7",
    "3,2,SAME,8,9",
    "3,1,VALID,5,5"
  })
  void maxPoolingTakesTheFirstOfTheLargest(
      int side, int stride, Padding padding, int rows, int columns) {
    Window window = new Window(side, side, stride, 1, padding);
    Shape shape = Shape.map(CHANNELS, rows, columns);
    Pooling layer = new Pooling("p", "x", PoolingType.MAX, window);
    float[] values = numbers(N * shape.elements(), 3);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round(values[i] * 2) * 0.25f - 0.1f; // few values: many ties, both signs
    }
    Blob input = input(shape, values);
    Blob output = new Blob(layer.outputShape(shape), true, POOL);
    PoolingOperation operation = new PoolingOperation(layer, input, output);
    operation.forward(PASS);
    float[] dy = holdGradient(output);
    operation.backward(PASS);

    int[] winners = new int[N * output.elements()];
    Arrays.fill(winners, -1);
    visit(
        window,
        input,
        output,
        (element, in, out) -> {
          if (winners[out] < 0 || values[in] > values[winners[out]]) {
            winners[out] = in;
          }
        });
    double[] dx = new double[N * input.elements()];
    for (int i = 0; i < winners.length; i++) {
      assertThat(output.values()[i]).isEqualTo(values[winners[i]]);
      dx[winners[i]] += dy[i];
    }
    requireClose("input gradient", input.gradient(), dx);
  }
}
