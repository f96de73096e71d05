package org.finetune4j.architecture;

import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * Inception-ResNet-v2 (Szegedy et al. 2016, arXiv:1602.07261): inception blocks whose result, made
 * small by a constant, is added to what they read. That constant is a layer of its own here ({@code
 * block35_1_scale}); Keras keeps it inside the layer that adds.
 */
public record InceptionResNetV2() implements Blueprint {
  public static final Variant INCEPTION_RESNET_V2 =
      new Variant(new InceptionResNetV2(), 299, 75, Preprocessing.TF, 55_873_736, 54_336_736);

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    InceptionWriter writer = new InceptionWriter(net);
    String x = inception(writer, writer.stem());
    for (int i = 1; i <= 10; i++) {
      x = residual(writer, "block35_" + i, x, 0.17, block35(writer, x));
    }
    x = firstReduction(writer, x);
    for (int i = 1; i <= 20; i++) {
      x = residual(writer, "block17_" + i, x, 0.1, factorized(writer, x, 128, 160, 192, 7));
    }
    x = secondReduction(writer, x);
    for (int i = 1; i <= 10; i++) {
      String[] branches = factorized(writer, x, 192, 224, 256, 3);
      x = residual(writer, "block8_" + i, x, i < 10 ? 0.2 : 1, branches);
    }
    net.convolution("conv_7b", 1536, Window.of(1), false);
    writer.normalize("conv_7b_bn");
    net.relu("conv_7b_ac");
  }

  private static String inception(InceptionWriter writer, String x) {
    String one = writer.unit(x, 96, 1, 1);
    String five = writer.unit(x, 48, 1, 1);
    five = writer.unit(five, 64, 5, 5);
    String three = writer.unit(x, 64, 1, 1);
    three = writer.unit(three, 96, 3, 3);
    three = writer.unit(three, 96, 3, 3);
    String pool = writer.averagePoolUnit(x, 64);
    return writer.concatenate("mixed_5b", one, five, three, pool);
  }

  private static String[] block35(InceptionWriter writer, String x) {
    String one = writer.unit(x, 32, 1, 1);
    String three = writer.unit(x, 32, 1, 1);
    three = writer.unit(three, 32, 3, 3);
    String twice = writer.unit(x, 32, 1, 1);
    twice = writer.unit(twice, 48, 3, 3);
    twice = writer.unit(twice, 64, 3, 3);
    return new String[] {one, three, twice};
  }

  private static String[] factorized(
      InceptionWriter writer, String x, int first, int second, int third, int kernel) {
    String one = writer.unit(x, 192, 1, 1);
    String wide = writer.unit(x, first, 1, 1);
    wide = writer.unit(wide, second, 1, kernel);
    wide = writer.unit(wide, third, kernel, 1);
    return new String[] {one, wide};
  }

  /** The very last block has no activation of its own: scale 1. */
  private static String residual(
      InceptionWriter writer, String name, String x, double scale, String... branches) {
    NetworkBuilder net = writer.net();
    int channels = net.shape(x).channels();
    writer.concatenate(name + "_mixed", branches);
    net.convolution(name + "_conv", channels, 1).rescale(name + "_scale", scale, 0);
    net.add(writer.names().next("custom_scale_layer"), x, net.last());
    return scale == 1 ? net.last() : net.relu(name + "_ac").last();
  }

  private static String firstReduction(InceptionWriter writer, String x) {
    String single = writer.striding(x, 384);
    String twice = writer.unit(x, 256, 1, 1);
    twice = writer.unit(twice, 256, 3, 3);
    twice = writer.striding(twice, 384);
    return writer.concatenate("mixed_6a", single, twice, writer.maxPool(x));
  }

  private static String secondReduction(InceptionWriter writer, String x) {
    String first = writer.striding(writer.unit(x, 256, 1, 1), 384);
    String second = writer.striding(writer.unit(x, 256, 1, 1), 288);
    String third = writer.unit(x, 256, 1, 1);
    third = writer.unit(third, 288, 3, 3);
    third = writer.striding(third, 320);
    return writer.concatenate("mixed_7a", first, second, third, writer.maxPool(x));
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("avg_pool").dense("predictions", 1000, Activation.SOFTMAX);
  }
}
