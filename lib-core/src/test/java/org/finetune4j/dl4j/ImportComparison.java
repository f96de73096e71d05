package org.finetune4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.finetune4j.dl4j.array.INDArrays;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.network.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runs a Deeplearning4j model, and what was imported from it on ONNX Runtime. */
final class ImportComparison {
  private static final double TOLERANCE = 1e-4;
  private static final int SAMPLES = 2;

  private ImportComparison() {}

  static ImportedNetwork assertSame(ComputationGraph graph, boolean rowsFirst, Shape... shapes) {
    ImportedNetwork imported = Dl4jGraphs.fromGraph(graph, shapes);
    float[][] inputs = inputs(List.of(shapes));
    INDArray[] arrays =
        IntStream.range(0, shapes.length)
            .mapToObj(i -> array(inputs[i], shapes[i], rowsFirst))
            .toArray(INDArray[]::new);
    INDArray[] expected = graph.output(arrays);
    float[][] actual = run(imported, inputs);
    for (int i = 0; i < expected.length; i++) {
      assertSame(actual[i], channelsFirst(expected[i], rowsFirst));
    }
    return imported;
  }

  static ImportedNetwork assertSame(MultiLayerNetwork network, Shape shape) {
    ImportedNetwork imported = Dl4jGraphs.fromNetwork(network, shape);
    assertSame(network, imported, shape);
    return imported;
  }

  static void assertSame(MultiLayerNetwork network, ImportedNetwork imported, Shape shape) {
    float[][] inputs = inputs(List.of(shape));
    assertSame(
        run(imported, inputs)[0],
        INDArrays.toFloats(network.output(array(inputs[0], shape, false))));
  }

  /** Makes every parameter a random one; variances positive, kernels small enough. */
  static void randomize(ComputationGraph graph, long seed) {
    Random random = new Random(seed);
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      layer.paramTable().forEach((key, values) -> randomize(random, key, values));
    }
  }

  private static void randomize(Random random, String key, INDArray values) {
    double fanIn = Math.max(1, values.length() / (double) values.size(0));
    for (long i = 0; i < values.length(); i++) {
      values.putScalar(
          i,
          switch (key) {
            case "var" -> 0.5 + random.nextDouble();
            case "W", "pW" -> 2 * random.nextGaussian() / Math.sqrt(fanIn);
            default -> random.nextGaussian() / 2;
          });
    }
  }

  private static void assertSame(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    double mean = 0;
    for (float value : expected) {
      mean += value / (double) expected.length;
    }
    double spread = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      spread = Math.max(spread, Math.abs(expected[i] - mean));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(spread).as("an output that says something").isGreaterThan(largest / 1000);
    assertThat(difference / largest).isLessThan(TOLERANCE);
  }

  private static float[][] run(ImportedNetwork imported, float[][] inputs) {
    FloatBuffer[] buffers =
        List.of(inputs).stream().map(FloatBuffer::wrap).toArray(FloatBuffer[]::new);
    try (OnnxSession session =
        OnnxSession.open(imported.network(), imported.weights(), RuntimeOptions.standard())) {
      return session.run(SAMPLES, buffers);
    }
  }

  private static float[][] inputs(List<Shape> shapes) {
    Random random = new Random(7);
    return shapes.stream()
        .map(
            shape -> {
              float[] values = new float[SAMPLES * shape.elements()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
              }
              return values;
            })
        .toArray(float[][]::new);
  }

  private static INDArray array(float[] values, Shape shape, boolean rowsFirst) {
    INDArray flat = Nd4j.createFromArray(values);
    if (shape.isVector()) {
      return flat.reshape(SAMPLES, shape.channels());
    }
    INDArray maps = flat.reshape(SAMPLES, shape.channels(), shape.height(), shape.width());
    return rowsFirst ? maps.permute(0, 2, 3, 1).dup('c') : maps;
  }

  private static float[] channelsFirst(INDArray array, boolean rowsFirst) {
    return INDArrays.toFloats(rowsFirst && array.rank() == 4 ? array.permute(0, 3, 1, 2) : array);
  }
}
