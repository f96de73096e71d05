package org.finetune4j.architecture;

import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * ResNet with normalisation and activation before each convolution (He et al. 2016,
 * arXiv:1603.05027). The last block of a stage strides, and its shortcut is subsampled to match.
 *
 * @param blocks how many blocks each of the four stages has
 */
public record ResNetV2(List<Integer> blocks) implements Blueprint {
  public static final Variant RESNET50_V2 =
      new Variant(
          new ResNetV2(List.of(3, 4, 6, 3)), 224, 32, Preprocessing.TF, 25_613_800, 23_564_800);

  public static final Variant RESNET101_V2 =
      new Variant(
          new ResNetV2(List.of(3, 4, 23, 3)), 224, 32, Preprocessing.TF, 44_675_560, 42_626_560);

  public static final Variant RESNET152_V2 =
      new Variant(
          new ResNetV2(List.of(3, 8, 36, 3)), 224, 32, Preprocessing.TF, 60_380_648, 58_331_648);

  private static final double EPSILON = 1.001e-5;

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    LayerNames names = new LayerNames();
    net.zeroPad("conv1_pad", 3).convolution("conv1_conv", 64, Window.of(7).stride(2));
    net.zeroPad("pool1_pad", 1).maxPool("pool1_pool", Window.of(3).stride(2));
    for (int stage = 0; stage < blocks.size(); stage++) {
      int last = blocks.get(stage);
      for (int block = 1; block <= last; block++) {
        int stride = block == last && stage < 3 ? 2 : 1;
        String name = "conv" + (stage + 2) + "_block" + block;
        block(net, names, name, 64 << stage, stride, block == 1);
      }
    }
    net.batchNormalization("post_bn", EPSILON).relu("post_relu");
  }

  private static void block(
      NetworkBuilder net,
      LayerNames names,
      String name,
      int filters,
      int stride,
      boolean projection) {
    String input = net.last();
    net.batchNormalization(name + "_preact_bn", EPSILON).relu(name + "_preact_relu");
    String activated = net.last();
    String shortcut = input;
    if (projection) {
      shortcut = net.convolution(name + "_0_conv", 4 * filters, 1).last();
    } else if (stride > 1) {
      net.from(input).maxPool(names.next("max_pooling2d"), Window.of(1).stride(stride));
      shortcut = net.last();
    }
    net.from(activated).convolution(name + "_1_conv", filters, Window.of(1), false);
    net.batchNormalization(name + "_1_bn", EPSILON).relu(name + "_1_relu");
    net.zeroPad(name + "_2_pad", 1);
    net.convolution(name + "_2_conv", filters, Window.of(3).stride(stride), false);
    net.batchNormalization(name + "_2_bn", EPSILON).relu(name + "_2_relu");
    net.convolution(name + "_3_conv", 4 * filters, 1);
    net.add(name + "_out", shortcut, net.last());
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("avg_pool").dense("predictions", 1000, Activation.SOFTMAX);
  }
}
