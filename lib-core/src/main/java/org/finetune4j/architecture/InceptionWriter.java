package org.finetune4j.architecture;

import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;

/**
 * The unit that both Inception networks repeat, convolution, normalisation without a scale, ReLU,
 * and the stem that they share. Layers without a name are numbered as Keras does.
 *
 * @param net what is written to
 * @param names numbers the layers
 */
record InceptionWriter(NetworkBuilder net, LayerNames names) {
  InceptionWriter(NetworkBuilder net) {
    this(net, new LayerNames());
  }

  /** Adds a unit, returns the name of its last layer. */
  String unit(String input, int filters, Window window) {
    net.from(input).convolution(names.next("conv2d"), filters, window, false);
    normalize(names.next("batch_normalization"));
    return net.relu(names.next("activation")).last();
  }

  /** Adds a unit that keeps the sides. */
  String unit(String input, int filters, int height, int width) {
    return unit(input, filters, Window.of(height, width).same());
  }

  /** Adds a unit that halves the sides. */
  String striding(String input, int filters) {
    return unit(input, filters, Window.of(3).stride(2));
  }

  void normalize(String name) {
    net.layer(new BatchNormalization(name, net.last(), 1e-3, 0.99, false, true));
  }

  String maxPool(String input) {
    return net.from(input).maxPool(names.next("max_pooling2d"), Window.of(3).stride(2)).last();
  }

  /** Adds an average pooling that keeps the sides, and a 1x1 unit. */
  String averagePoolUnit(String input, int filters) {
    net.from(input).averagePool(names.next("average_pooling2d"), Window.of(3).same());
    return unit(net.last(), filters, 1, 1);
  }

  /** Adds five units and two max poolings; the sides are an eighth afterwards. */
  String stem() {
    String x = unit(net.last(), 32, Window.of(3).stride(2));
    x = unit(x, 32, Window.of(3));
    x = unit(x, 64, 3, 3);
    x = maxPool(x);
    x = unit(x, 80, Window.of(1));
    x = unit(x, 192, Window.of(3));
    return maxPool(x);
  }

  String concatenate(String name, String... inputs) {
    return net.concatenate(name, inputs).last();
  }
}
