package org.finetune4j.architecture;

import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * EfficientNetV2 (Tan and Le 2021, arXiv:2104.00298): the early stages use one 3x3 convolution
 * where EfficientNet has a 1x1 and a depthwise one. It reads raw pixels, 0 to 255.
 *
 * @param stages the rows of the paper's table 4, before scaling
 * @param stem channels of the first convolution
 * @param scale of the smaller networks, which also standardise pixels as the first EfficientNets do
 */
public record EfficientNetV2(List<Stage> stages, int stem, Scale scale) implements Blueprint {
  private static final double MOMENTUM = 0.9;

  private record Stage(int blocks, int filters, int stride, int expansion, boolean fused) {}

  /**
   * Multiples of channels and blocks.
   *
   * @param standardises whether pixels are standardised channel by channel, or only scaled
   */
  private record Scale(double width, double depth, boolean standardises) {
    private static final Scale NONE = new Scale(1, 1, false);

    /** Unlike EfficientNet's rule, this one may take more than a tenth away. */
    int channels(int filters) {
      return Math.max(8, (int) (filters * width + 4) / 8 * 8);
    }

    int blocks(int count) {
      return (int) Math.ceil(count * depth);
    }
  }

  private static final List<Stage> BASE =
      List.of(
          new Stage(1, 16, 1, 1, true),
          new Stage(2, 32, 2, 4, true),
          new Stage(2, 48, 2, 4, true),
          new Stage(3, 96, 2, 4, false),
          new Stage(5, 112, 1, 6, false),
          new Stage(8, 192, 2, 6, false));
  private static final List<Stage> SMALL =
      List.of(
          new Stage(2, 24, 1, 1, true),
          new Stage(4, 48, 2, 4, true),
          new Stage(4, 64, 2, 4, true),
          new Stage(6, 128, 2, 4, false),
          new Stage(9, 160, 1, 6, false),
          new Stage(15, 256, 2, 6, false));
  private static final List<Stage> MEDIUM =
      List.of(
          new Stage(3, 24, 1, 1, true),
          new Stage(5, 48, 2, 4, true),
          new Stage(5, 80, 2, 4, true),
          new Stage(7, 160, 2, 4, false),
          new Stage(14, 176, 1, 6, false),
          new Stage(18, 304, 2, 6, false),
          new Stage(5, 512, 1, 6, false));
  private static final List<Stage> LARGE =
      List.of(
          new Stage(4, 32, 1, 1, true),
          new Stage(7, 64, 2, 4, true),
          new Stage(7, 96, 2, 4, true),
          new Stage(10, 192, 2, 4, false),
          new Stage(19, 224, 1, 6, false),
          new Stage(25, 384, 2, 6, false),
          new Stage(7, 640, 1, 6, false));

  public static final Variant EFFICIENTNET_V2_B0 = base(1.0, 1.0, 224, 7_200_312, 5_919_312);
  public static final Variant EFFICIENTNET_V2_B1 = base(1.0, 1.1, 240, 8_212_124, 6_931_124);
  public static final Variant EFFICIENTNET_V2_B2 = base(1.1, 1.2, 260, 10_178_374, 8_769_374);
  public static final Variant EFFICIENTNET_V2_B3 = base(1.2, 1.4, 300, 14_467_622, 12_930_622);
  public static final Variant EFFICIENTNET_V2_S = variant(SMALL, 24, 384, 21_612_360, 20_331_360);
  public static final Variant EFFICIENTNET_V2_M = variant(MEDIUM, 24, 480, 54_431_388, 53_150_388);
  public static final Variant EFFICIENTNET_V2_L = variant(LARGE, 32, 480, 119_027_848, 117_746_848);

  private static Variant base(
      double width, double depth, int side, long parameters, long withoutTop) {
    Blueprint blueprint = new EfficientNetV2(BASE, 32, new Scale(width, depth, true));
    return new Variant(blueprint, side, 32, Preprocessing.NONE, parameters, withoutTop);
  }

  private static Variant variant(
      List<Stage> stages, int stem, int side, long parameters, long withoutTop) {
    Blueprint blueprint = new EfficientNetV2(stages, stem, Scale.NONE);
    return new Variant(blueprint, side, 32, Preprocessing.NONE, parameters, withoutTop);
  }

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    rescale(net);
    net.convolution("stem_conv", scale.channels(stem), Window.of(3).stride(2).same(), false);
    InvertedBlock.normalize(net, "stem_bn", MOMENTUM)
        .activation("stem_activation", Activation.SWISH);
    int total = stages.stream().mapToInt(Stage::blocks).sum();
    int block = 0;
    for (int stage = 0; stage < stages.size(); stage++) {
      for (int i = 0; i < scale.blocks(stages.get(stage).blocks); i++) {
        String name = "block" + (stage + 1) + (char) ('a' + i) + "_";
        block(net, name, stages.get(stage), i == 0, 0.2 * block++ / total);
      }
    }
    net.convolution("top_conv", scale.channels(1280), Window.of(1), false);
    InvertedBlock.normalize(net, "top_bn", MOMENTUM).activation("top_activation", Activation.SWISH);
  }

  private void rescale(NetworkBuilder net) {
    if (!scale.standardises) {
      net.rescale("rescaling", 1 / 128.0, -1);
      return;
    }
    net.rescale("rescaling", 1 / 255.0, 0);
    List<Double> mean = List.of(0.485, 0.456, 0.406);
    List<Double> deviation = EfficientNet.DEVIATIONS;
    net.layer(
        new Rescale(
            "normalization",
            net.last(),
            deviation.stream().map(it -> 1 / it).toList(),
            IntStream.range(0, 3).mapToObj(i -> -mean.get(i) / deviation.get(i)).toList()));
  }

  private void block(NetworkBuilder net, String name, Stage stage, boolean first, double dropRate) {
    InvertedBlock block = new InvertedBlock(net, name, MOMENTUM);
    int stride = first ? stage.stride : 1;
    int filters = scale.channels(stage.filters);
    Window window = Window.of(3).stride(stride).same();
    if (!stage.fused) {
      block.expand(stage.expansion, Window.of(1));
      block.depthwise("dwconv2", window);
      block.squeezeAndExcite();
      block.project(filters, Window.of(1));
    } else if (stage.expansion == 1) {
      block.project(filters, window);
      block.activateProjection();
    } else {
      block.expand(stage.expansion, window);
      block.project(filters, Window.of(1));
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
