package org.finetune4j.architecture;

import java.util.ArrayList;
import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.Weights;

/**
 * EfficientNet B0 to B7 (Tan and Le 2019, arXiv:1905.11946): one network, scaled in width and
 * depth. It reads raw pixels, 0 to 255.
 *
 * <p>The normalisation in the published weights holds ImageNet's standard deviation where its
 * variance belongs, so the network divides by the root of the standard deviation once more, as
 * Keras does for these weights ({@code rescaling_1}).
 *
 * @param width factor on the channels
 * @param depth factor on the number of blocks
 * @param dropout rate before the classifier
 */
public record EfficientNet(double width, double depth, double dropout) implements Blueprint {
  public static final Variant EFFICIENTNET_B0 =
      new Variant(
          new EfficientNet(1.0, 1.0, 0.2), 224, 32, Preprocessing.NONE, 5_330_571, 4_049_571);

  public static final Variant EFFICIENTNET_B1 =
      new Variant(
          new EfficientNet(1.0, 1.1, 0.2), 240, 32, Preprocessing.NONE, 7_856_239, 6_575_239);

  public static final Variant EFFICIENTNET_B2 =
      new Variant(
          new EfficientNet(1.1, 1.2, 0.3), 260, 32, Preprocessing.NONE, 9_177_569, 7_768_569);

  public static final Variant EFFICIENTNET_B3 =
      new Variant(
          new EfficientNet(1.2, 1.4, 0.3), 300, 32, Preprocessing.NONE, 12_320_535, 10_783_535);

  public static final Variant EFFICIENTNET_B4 =
      new Variant(
          new EfficientNet(1.4, 1.8, 0.4), 380, 32, Preprocessing.NONE, 19_466_823, 17_673_823);

  public static final Variant EFFICIENTNET_B5 =
      new Variant(
          new EfficientNet(1.6, 2.2, 0.4), 456, 32, Preprocessing.NONE, 30_562_527, 28_513_527);

  public static final Variant EFFICIENTNET_B6 =
      new Variant(
          new EfficientNet(1.8, 2.6, 0.5), 528, 32, Preprocessing.NONE, 43_265_143, 40_960_143);

  public static final Variant EFFICIENTNET_B7 =
      new Variant(
          new EfficientNet(2.0, 3.1, 0.5), 600, 32, Preprocessing.NONE, 66_658_687, 64_097_687);

  private record Stage(int blocks, int filters, int kernel, int stride, int expansion) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 16, 3, 1, 1),
          new Stage(2, 24, 3, 2, 6),
          new Stage(2, 40, 5, 2, 6),
          new Stage(3, 80, 3, 2, 6),
          new Stage(3, 112, 5, 1, 6),
          new Stage(4, 192, 5, 2, 6),
          new Stage(1, 320, 3, 1, 6));

  /** ImageNet's standard deviations, red, green, blue, of pixels from 0 to 1. */
  static final List<Double> DEVIATIONS = List.of(0.229, 0.224, 0.225);

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.rescale("rescaling", 1 / 255.0, 0);
    net.layer(new Normalization("normalization", "rescaling", true));
    List<Double> roots = DEVIATIONS.stream().map(deviation -> 1 / Math.sqrt(deviation)).toList();
    net.layer(new Rescale("rescaling_1", "normalization", roots, List.of(0.0)));
    StridePadding.add(net, "stem_conv_pad", 3);
    net.convolution("stem_conv", scaled(32), Window.of(3).stride(2), false);
    InvertedBlock.normalize(net, "stem_bn", 0.99).activation("stem_activation", Activation.SWISH);
    int total = STAGES.stream().mapToInt(this::repeats).sum();
    int block = 0;
    for (int stage = 0; stage < STAGES.size(); stage++) {
      for (int i = 0; i < repeats(STAGES.get(stage)); i++) {
        String name = "block" + (stage + 1) + (char) ('a' + i) + "_";
        block(net, name, STAGES.get(stage), i == 0, 0.2 * block++ / total);
      }
    }
    net.convolution("top_conv", scaled(1280), Window.of(1), false);
    InvertedBlock.normalize(net, "top_bn", 0.99).activation("top_activation", Activation.SWISH);
  }

  private int scaled(int filters) {
    return Rounding.toEight(filters * width);
  }

  private int repeats(Stage stage) {
    return (int) Math.ceil(depth * stage.blocks);
  }

  private void block(NetworkBuilder net, String name, Stage stage, boolean first, double dropRate) {
    InvertedBlock block = new InvertedBlock(net, name, 0.99);
    int stride = first ? stage.stride : 1;
    if (stage.expansion != 1) {
      block.expand(stage.expansion, Window.of(1));
    }
    if (stride == 2) {
      StridePadding.add(net, name + "dwconv_pad", stage.kernel);
      block.depthwise("dwconv", Window.of(stage.kernel).stride(2));
    } else {
      block.depthwise("dwconv", Window.of(stage.kernel).same());
    }
    block.squeezeAndExcite();
    block.project(scaled(stage.filters), Window.of(1));
    block.shortcut(stride, dropRate);
  }

  /**
   * Leaves out {@code rescaling_1} where the weights hold a true variance, as in models that
   * somebody trained or adapted from the start: Keras does not divide again there.
   */
  @Override
  public Network fitting(Network network, Weights weights) {
    if (holdsDeviations(weights)) {
      return network;
    }
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : network.layers()) {
      if (layer.inputs().equals(List.of("rescaling_1"))) {
        layers.add(layer.reading(List.of("normalization")));
      } else if (!layer.name().equals("rescaling_1")) {
        layers.add(layer);
      }
    }
    return new Network(layers, network.outputs());
  }

  /**
   * Returns whether standard deviations stand where the variance belongs, as in the published
   * files: the values are nearer, in ratio, to ImageNet's deviations than to their squares, and not
   * the 1 of a layer that was never adapted.
   */
  private static boolean holdsDeviations(Weights weights) {
    float[] variance = weights.get("normalization/variance").toArray();
    double product = 1;
    boolean adapted = false;
    for (int i = 0; i < variance.length; i++) {
      double deviation = DEVIATIONS.get(i);
      // The middle between a number and its square, in ratio, is its power of 1.5.
      product *= variance[i] / Math.pow(deviation, 1.5);
      adapted |= variance[i] != 1;
    }
    return adapted && product > 1;
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("avg_pool")
        .dropout("top_dropout", dropout)
        .dense("predictions", 1000, Activation.SOFTMAX);
  }
}
