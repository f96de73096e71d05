package org.finetune4j.architecture;

import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * DenseNet (Huang et al. 2016, arXiv:1608.06993): every layer of a block adds 32 channels to all
 * that came before; between blocks, channels and sides are halved.
 *
 * @param blocks how many layers each of the four blocks has
 */
public record DenseNet(List<Integer> blocks) implements Blueprint {
  public static final Variant DENSENET121 =
      new Variant(
          new DenseNet(List.of(6, 12, 24, 16)), 224, 32, Preprocessing.TORCH, 8_062_504, 7_037_504);

  public static final Variant DENSENET169 =
      new Variant(
          new DenseNet(List.of(6, 12, 32, 32)),
          224,
          32,
          Preprocessing.TORCH,
          14_307_880,
          12_642_880);

  public static final Variant DENSENET201 =
      new Variant(
          new DenseNet(List.of(6, 12, 48, 32)),
          224,
          32,
          Preprocessing.TORCH,
          20_242_984,
          18_321_984);

  private static final double EPSILON = 1.001e-5;
  private static final int GROWTH = 32;

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.zeroPad("zero_padding2d", 3)
        .convolution("conv1_conv", 64, Window.of(7).stride(2), false)
        .batchNormalization("conv1_bn", EPSILON)
        .relu("conv1_relu")
        .zeroPad("zero_padding2d_1", 1)
        .maxPool("pool1", Window.of(3).stride(2));
    for (int block = 2; block <= 5; block++) {
      if (block > 2) {
        transition(net, "pool" + (block - 1));
      }
      for (int layer = 1; layer <= blocks.get(block - 2); layer++) {
        layer(net, "conv" + block + "_block" + layer);
      }
    }
    net.batchNormalization("bn", EPSILON).relu("relu");
  }

  private static void layer(NetworkBuilder net, String name) {
    String input = net.last();
    net.batchNormalization(name + "_0_bn", EPSILON)
        .relu(name + "_0_relu")
        .convolution(name + "_1_conv", 4 * GROWTH, Window.of(1), false)
        .batchNormalization(name + "_1_bn", EPSILON)
        .relu(name + "_1_relu")
        .convolution(name + "_2_conv", GROWTH, Window.of(3).same(), false);
    net.concatenate(name + "_concat", input, net.last());
  }

  private static void transition(NetworkBuilder net, String name) {
    int channels = net.shape().channels();
    net.batchNormalization(name + "_bn", EPSILON)
        .relu(name + "_relu")
        .convolution(name + "_conv", channels / 2, Window.of(1), false)
        .averagePool(name + "_pool", Window.of(2).stride(2));
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("avg_pool").dense("predictions", 1000, Activation.SOFTMAX);
  }
}
