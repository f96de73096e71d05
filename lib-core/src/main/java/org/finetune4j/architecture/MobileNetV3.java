package org.finetune4j.architecture;

import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * MobileNetV3 (Howard et al. 2019, arXiv:1905.02244): MobileNetV2's blocks, some with squeeze and
 * excitation, later ones with hard swish. It reads raw pixels, 0 to 255, and rescales them itself.
 *
 * @param blocks the rows of the paper's table 1 or 2
 * @param classifierChannels channels before the classifier
 */
public record MobileNetV3(List<Block> blocks, int classifierChannels) implements Blueprint {
  private record Block(
      double expansion, int filters, int kernel, int stride, boolean squeeze, boolean swish) {}

  private static final MobileNetV3 SMALL =
      new MobileNetV3(
          List.of(
              new Block(1, 16, 3, 2, true, false),
              new Block(72 / 16.0, 24, 3, 2, false, false),
              new Block(88 / 24.0, 24, 3, 1, false, false),
              new Block(4, 40, 5, 2, true, true),
              new Block(6, 40, 5, 1, true, true),
              new Block(6, 40, 5, 1, true, true),
              new Block(3, 48, 5, 1, true, true),
              new Block(3, 48, 5, 1, true, true),
              new Block(6, 96, 5, 2, true, true),
              new Block(6, 96, 5, 1, true, true),
              new Block(6, 96, 5, 1, true, true)),
          1024);

  private static final MobileNetV3 LARGE =
      new MobileNetV3(
          List.of(
              new Block(1, 16, 3, 1, false, false),
              new Block(4, 24, 3, 2, false, false),
              new Block(3, 24, 3, 1, false, false),
              new Block(3, 40, 5, 2, true, false),
              new Block(3, 40, 5, 1, true, false),
              new Block(3, 40, 5, 1, true, false),
              new Block(6, 80, 3, 2, false, true),
              new Block(2.5, 80, 3, 1, false, true),
              new Block(2.3, 80, 3, 1, false, true),
              new Block(2.3, 80, 3, 1, false, true),
              new Block(6, 112, 3, 1, true, true),
              new Block(6, 112, 3, 1, true, true),
              new Block(6, 160, 5, 2, true, true),
              new Block(6, 160, 5, 1, true, true),
              new Block(6, 160, 5, 1, true, true)),
          1280);

  public static final Variant MOBILENET_V3_SMALL =
      new Variant(SMALL, 224, 32, Preprocessing.NONE, 2_554_968, 939_120);

  public static final Variant MOBILENET_V3_LARGE =
      new Variant(LARGE, 224, 32, Preprocessing.NONE, 5_507_432, 2_996_352);

  @Override
  public boolean hasWidths() {
    return true;
  }

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    new Writer(net).trunk(blocks, alpha);
  }

  /** Keeps count of the layers that Keras leaves without a name. */
  private record Writer(NetworkBuilder net, LayerNames names) {
    Writer(NetworkBuilder net) {
      this(net, new LayerNames());
    }

    void trunk(List<Block> blocks, double alpha) {
      net.rescale(names.next("rescaling"), 1 / 127.5, -1);
      net.convolution("conv", 16, Window.of(3).stride(2).same(), false);
      normalize("conv_bn");
      activate(true);
      for (int i = 0; i < blocks.size(); i++) {
        String name = i == 0 ? "expanded_conv_" : "expanded_conv_" + i + "_";
        block(name, blocks.get(i), Rounding.toEight(blocks.get(i).filters * alpha), i > 0);
      }
      net.convolution("conv_1", Rounding.toEight(6 * net.shape().channels()), Window.of(1), false);
      normalize("conv_1_bn");
      activate(true);
    }

    private void block(String name, Block block, int filters, boolean expands) {
      String input = net.last();
      int channels = net.shape().channels();
      if (expands) {
        int expanded = Rounding.toEight(channels * block.expansion);
        net.convolution(name + "expand", expanded, Window.of(1), false);
        normalize(name + "expand_bn");
        activate(block.swish);
      }
      Window window = Window.of(block.kernel).same();
      if (block.stride == 2) {
        StridePadding.add(net, name + "depthwise_pad", block.kernel);
        window = Window.of(block.kernel).stride(2);
      }
      net.depthwiseConvolution(name + "depthwise", window, false);
      normalize(name + "depthwise_bn");
      activate(block.swish);
      if (block.squeeze) {
        squeezeAndExcite(name + "squeeze_excite_");
      }
      net.convolution(name + "project", filters, Window.of(1), false);
      normalize(name + "project_bn");
      if (block.stride == 1 && channels == filters) {
        net.add(name + "add", input, net.last());
      }
    }

    private void squeezeAndExcite(String name) {
      String input = net.last();
      int channels = net.shape().channels();
      net.layer(new GlobalPooling(name + "avg_pool", input, PoolingType.AVERAGE, true));
      net.convolution(name + "conv", Rounding.toEight(channels / 4.0), 1).relu(name + "relu");
      net.convolution(name + "conv_1", channels, 1);
      // Keras writes the hard sigmoid as (relu6(x + 3)) / 6, and only the middle is a layer there.
      net.activation(names.next("re_lu"), Activation.HARD_SIGMOID);
      net.multiply(name + "mul", input, net.last());
    }

    private void activate(boolean swish) {
      if (swish) {
        net.activation(names.next("activation"), Activation.HARD_SWISH);
      } else {
        net.relu(names.next("re_lu"));
      }
    }

    private void normalize(String name) {
      net.layer(new BatchNormalization(name, net.last(), 1e-3, 0.999, true, true));
    }
  }

  @Override
  public void top(NetworkBuilder net) {
    String features = net.last();
    long swishes = blocks.stream().filter(Block::swish).count();
    net.layer(new GlobalPooling("global_average_pooling2d", features, PoolingType.AVERAGE, true))
        .convolution("conv_2", classifierChannels, 1)
        .activation("activation_" + (2 * swishes + 2), Activation.HARD_SWISH)
        .dropout("dropout", 0.2)
        .convolution("logits", 1000, 1)
        .flatten("flatten")
        .activation("predictions", Activation.SOFTMAX);
  }
}
