package org.finetune4j.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.finetune4j.network.Padding;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.random.CounterRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The training engine's convolutions against Deeplearning4j's own layer, which uses no oneDNN. */
class StockConvolutionTest {
  private static final int CHANNELS = 6;
  private static final int FILTERS = 10;

  static Stream<Window> windows() {
    return Stream.of(
            new int[] {1, 1},
            new int[] {3, 3},
            new int[] {5, 5},
            new int[] {7, 7},
            new int[] {1, 7},
            new int[] {4, 2})
        .flatMap(
            size ->
                Stream.of(new int[] {1, 1}, new int[] {2, 1}, new int[] {3, 1}, new int[] {1, 2})
                    .flatMap(
                        how ->
                            Stream.of(Padding.SAME, Padding.VALID)
                                .map(
                                    padding ->
                                        new Window(size[0], size[1], how[0], how[1], padding))))
        .filter(StockConvolutionTest::isTakenByTheStockLayer);
  }

  /** It refuses strides beyond the kernel where the padding is chosen by itself. */
  private static boolean isTakenByTheStockLayer(Window window) {
    return window.padding() == Padding.VALID
        || window.stride() <= Math.min(window.height(), window.width());
  }

  @ParameterizedTest
  @MethodSource("windows")
  void equalsTheStockLayer(Window window) {
    requireSame(window, 1, Shape.map(CHANNELS, 17, 14));
    requireSame(window, 3, Shape.map(CHANNELS, 15, 29));
  }

  private static void requireSame(Window window, int n, Shape shape) {
    Layer stock = stock(window);
    float[] x = numbers(n * shape.elements(), 1);
    float[] kernel = numbers((int) stock.getParam("W").length(), 2);
    float[] bias = numbers(FILTERS, 3);
    stock.setParam(
        "W",
        Nd4j.create(kernel, new long[] {FILTERS, CHANNELS, window.height(), window.width()}, 'c'));
    stock.setParam("b", Nd4j.create(bias, new long[] {1, FILTERS}, 'c'));
    INDArray input = Nd4j.create(x, new long[] {n, CHANNELS, shape.height(), shape.width()}, 'c');
    INDArray y = stock.activate(input, true, LayerWorkspaceMgr.noWorkspaces()).dup('c');
    float[] dy = numbers((int) y.length(), 4);
    Pair<Gradient, INDArray> back =
        stock.backpropGradient(Nd4j.create(dy, y.shape(), 'c'), LayerWorkspaceMgr.noWorkspaces());

    Blob in = new Blob(shape, true, new GradientPool());
    in.hold(x);
    Shape outputShape = Shape.map(FILTERS, (int) y.size(2), (int) y.size(3));
    Blob out = new Blob(outputShape, true, new GradientPool());
    float[] dw = new float[kernel.length];
    float[] db = new float[FILTERS];
    try (Scratch scratch = new Scratch()) {
      Convolver ours = Convolver.of(window, in, out, scratch);
      ours.forward(n, in, kernel, bias, out);
      requireClose("forward", out.values(), y);
      System.arraycopy(dy, 0, out.firstGradient(n), 0, dy.length);
      ours.backward(n, in, kernel, out, dw, db);
    }
    requireClose("kernel gradient", dw, back.getFirst().getGradientFor("W"));
    requireClose("bias gradient", db, back.getFirst().getGradientFor("b"));
    requireClose("input gradient", in.gradient(), back.getSecond());
  }

  private static Layer stock(Window window) {
    ConvolutionLayer layer =
        new ConvolutionLayer.Builder(window.height(), window.width())
            .nIn(CHANNELS)
            .nOut(FILTERS)
            .stride(window.stride(), window.stride())
            .dilation(window.dilation(), window.dilation())
            .convolutionMode(
                window.padding() == Padding.SAME ? ConvolutionMode.Same : ConvolutionMode.Truncate)
            .activation(Activation.IDENTITY)
            .build();
    MultiLayerNetwork network =
        new MultiLayerNetwork(new NeuralNetConfiguration.Builder().list().layer(layer).build());
    network.init();
    network.initGradientsView();
    return network.getLayer(0);
  }

  private static float[] numbers(int count, long salt) {
    CounterRandom random = CounterRandom.of(7, salt);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return numbers;
  }

  private static void requireClose(String what, float[] actual, INDArray expected) {
    float[] values = expected.dup('c').data().asFloat();
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    float tolerance = (float) (1e-5 * largest);
    float[] compared = Arrays.copyOf(actual, values.length);
    assertThat(compared).as(what).containsExactly(values, within(tolerance));
  }
}
