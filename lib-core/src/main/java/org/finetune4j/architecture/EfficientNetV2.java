package org.finetune4j.architecture;

import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * EfficientNetV2-S (Tan and Le 2021, arXiv:2104.00298): the early stages use one 3x3 convolution
 * where EfficientNet has a 1x1 and a depthwise one. It reads raw pixels, 0 to 255.
 */
public record EfficientNetV2() implements Blueprint {
  public static final Variant EFFICIENTNET_V2_S =
      new Variant(new EfficientNetV2(), 384, 32, Preprocessing.NONE, 21_612_360, 20_331_360);

  private static final double MOMENTUM = 0.9;

  private record Stage(int blocks, int filters, int stride, int expansion, boolean fused) {}

  private static final List<Stage> SMALL =
      List.of(
          new Stage(2, 24, 1, 1, true),
          new Stage(4, 48, 2, 4, true),
          new Stage(4, 64, 2, 4, true),
          new Stage(6, 128, 2, 4, false),
          new Stage(9, 160, 1, 6, false),
          new Stage(15, 256, 2, 6, false));

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.rescale("rescaling", 1 / 128.0, -1);
    net.convolution("stem_conv", 24, Window.of(3).stride(2).same(), false);
    InvertedBlock.normalize(net, "stem_bn", MOMENTUM)
        .activation("stem_activation", Activation.SWISH);
    int total = SMALL.stream().mapToInt(Stage::blocks).sum();
    int block = 0;
    for (int stage = 0; stage < SMALL.size(); stage++) {
      for (int i = 0; i < SMALL.get(stage).blocks; i++) {
        String name = "block" + (stage + 1) + (char) ('a' + i) + "_";
        block(net, name, SMALL.get(stage), i == 0, 0.2 * block++ / total);
      }
    }
    net.convolution("top_conv", 1280, Window.of(1), false);
    InvertedBlock.normalize(net, "top_bn", MOMENTUM).activation("top_activation", Activation.SWISH);
  }

  private static void block(
      NetworkBuilder net, String name, Stage stage, boolean first, double dropRate) {
    InvertedBlock block = new InvertedBlock(net, name, MOMENTUM);
    int stride = first ? stage.stride : 1;
    Window window = Window.of(3).stride(stride).same();
    if (!stage.fused) {
      block.expand(stage.expansion, Window.of(1));
      block.depthwise("dwconv2", window);
      block.squeezeAndExcite();
      block.project(stage.filters, Window.of(1));
    } else if (stage.expansion == 1) {
      block.project(stage.filters, window);
      block.activateProjection();
    } else {
      block.expand(stage.expansion, window);
      block.project(stage.filters, Window.of(1));
    }
    block.shortcut(stride, dropRate);
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("avg_pool")
        .dropout("top_dropout", 0.2)
        .dense("predictions", 1000, Activation.SOFTMAX);
  }
}
