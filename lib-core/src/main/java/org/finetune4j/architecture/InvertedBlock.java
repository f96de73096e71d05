package org.finetune4j.architecture;

import org.finetune4j.network.Activation;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;

/** The steps of a block of EfficientNet, first or second version; each reads the one before. */
final class InvertedBlock {
  private final NetworkBuilder net;
  private final String name;
  private final double momentum;
  private final String input;
  private final int channels;

  InvertedBlock(NetworkBuilder net, String name, double momentum) {
    this.net = net;
    this.name = name;
    this.momentum = momentum;
    this.input = net.last();
    this.channels = net.shape().channels();
  }

  void expand(int expansion, Window window) {
    net.convolution(name + "expand_conv", channels * expansion, window, false);
    normalize("expand_bn").activation(name + "expand_activation", Activation.SWISH);
  }

  void depthwise(String suffix, Window window) {
    net.depthwiseConvolution(name + suffix, window, false);
    normalize("bn").activation(name + "activation", Activation.SWISH);
  }

  /** The bottleneck has a quarter of the channels that the block, not this step, reads. */
  void squeezeAndExcite() {
    String wide = net.last();
    int width = net.shape().channels();
    net.globalAveragePool(name + "se_squeeze");
    net.layer(new Reshape(name + "se_reshape", net.last(), Shape.map(width, 1, 1)));
    gate("se_reduce", Math.max(1, channels / 4), Activation.SWISH);
    gate("se_expand", width, Activation.SIGMOID);
    net.multiply(name + "se_excite", wide, net.last());
  }

  private void gate(String suffix, int filters, Activation activation) {
    net.layer(new Convolution(name + suffix, net.last(), filters, Window.of(1), true, activation));
  }

  void project(int filters, Window window) {
    net.convolution(name + "project_conv", filters, window, false);
    normalize("project_bn");
  }

  void activateProjection() {
    net.activation(name + "project_activation", Activation.SWISH);
  }

  /** Adds the block's input where shapes allow; whole samples are dropped at this rate. */
  void shortcut(int stride, double dropRate) {
    if (stride == 1 && channels == net.shape().channels()) {
      if (dropRate > 0) {
        net.layer(new Dropout(name + "drop", net.last(), dropRate, true));
      }
      net.add(name + "add", net.last(), input);
    }
  }

  private NetworkBuilder normalize(String suffix) {
    return normalize(net, name + suffix, momentum);
  }

  static NetworkBuilder normalize(NetworkBuilder net, String name, double momentum) {
    return net.layer(new BatchNormalization(name, net.last(), 1e-3, momentum, true, true));
  }
}
