package org.finetune4j.architecture;

import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;

/** The padding that Keras puts before a striding depthwise convolution. */
final class StridePadding {
  private StridePadding() {}

  /**
   * Adds half the kernel on each side, one less above and to the left of an even side, so that a
   * kernel without padding strides as one with TensorFlow's padding would (Keras {@code
   * correct_pad}).
   */
  static NetworkBuilder add(NetworkBuilder net, String name, int kernel) {
    Shape shape = net.shape();
    int half = kernel / 2;
    int top = half - (1 - shape.height() % 2);
    int left = half - (1 - shape.width() % 2);
    return net.zeroPad(name, top, half, left, half);
  }
}
