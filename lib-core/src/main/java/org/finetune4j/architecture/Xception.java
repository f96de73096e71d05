package org.finetune4j.architecture;

import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * Xception (Chollet 2016, arXiv:1610.02357): separable convolutions with a shortcut around each
 * block.
 */
public record Xception() implements Blueprint {
  public static final Variant XCEPTION =
      new Variant(new Xception(), 299, 71, Preprocessing.TF, 22_910_480, 20_861_480);

  private static final double EPSILON = 1e-3;

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    LayerNames names = new LayerNames();
    net.convolution("block1_conv1", 32, Window.of(3).stride(2), false)
        .batchNormalization("block1_conv1_bn", EPSILON)
        .relu("block1_conv1_act")
        .convolution("block1_conv2", 64, Window.of(3), false)
        .batchNormalization("block1_conv2_bn", EPSILON)
        .relu("block1_conv2_act");
    reduction(net, names, "block2", 128, 128);
    reduction(net, names, "block3", 256, 256);
    reduction(net, names, "block4", 728, 728);
    for (int block = 5; block <= 12; block++) {
      middle(net, names, "block" + block);
    }
    reduction(net, names, "block13", 728, 1024);
    separable(net, "block14_sepconv1", 1536).relu("block14_sepconv1_act");
    separable(net, "block14_sepconv2", 2048).relu("block14_sepconv2_act");
  }

  private static void reduction(
      NetworkBuilder net, LayerNames names, String block, int first, int second) {
    String input = net.last();
    net.convolution(names.next("conv2d"), second, Window.of(1).stride(2).same(), false)
        .batchNormalization(names.next("batch_normalization"), EPSILON);
    String shortcut = net.last();
    net.from(input);
    if (!block.equals("block2")) { // block 1 already ends in an activation
      net.relu(block + "_sepconv1_act");
    }
    separable(net, block + "_sepconv1", first).relu(block + "_sepconv2_act");
    separable(net, block + "_sepconv2", second);
    net.maxPool(block + "_pool", Window.of(3).stride(2).same());
    net.add(names.next("add"), net.last(), shortcut);
  }

  private static void middle(NetworkBuilder net, LayerNames names, String block) {
    String input = net.last();
    for (int i = 1; i <= 3; i++) {
      net.relu(block + "_sepconv" + i + "_act");
      separable(net, block + "_sepconv" + i, 728);
    }
    net.add(names.next("add"), net.last(), input);
  }

  private static NetworkBuilder separable(NetworkBuilder net, String name, int filters) {
    return net.separableConvolution(name, filters, Window.of(3).same(), false)
        .batchNormalization(name + "_bn", EPSILON);
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("avg_pool").dense("predictions", 1000, Activation.SOFTMAX);
  }
}
