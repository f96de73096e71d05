package org.finetune4j.architecture;

import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381): inverted residual blocks with linear
 * bottlenecks.
 */
public record MobileNetV2() implements Blueprint {
  public static final Variant MOBILENET_V2 =
      new Variant(new MobileNetV2(), 224, 32, Preprocessing.TF, 3_538_984, 2_257_984);

  /** One row of the paper's table 2. */
  private record Stage(int filters, int blocks, int stride) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(24, 2, 2),
          new Stage(32, 3, 2),
          new Stage(64, 4, 2),
          new Stage(96, 3, 1),
          new Stage(160, 3, 2),
          new Stage(320, 1, 1));

  @Override
  public boolean hasWidths() {
    return true;
  }

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.convolution("Conv1", Rounding.toEight(32 * alpha), Window.of(3).stride(2).same(), false);
    normalize(net, "bn_Conv1").activation("Conv1_relu", Activation.RELU6);
    depthwiseAndProject(net, "expanded_conv_", width(16, alpha), 1);
    int block = 1;
    for (Stage stage : STAGES) {
      for (int i = 0; i < stage.blocks; i++) {
        block(
            net, "block_" + block++ + "_", width(stage.filters, alpha), i == 0 ? stage.stride : 1);
      }
    }
    // The last layer is never narrower than published.
    int last = alpha > 1 ? Rounding.toEight(1280 * alpha) : 1280;
    net.convolution("Conv_1", last, Window.of(1), false);
    normalize(net, "Conv_1_bn").activation("out_relu", Activation.RELU6);
  }

  private static int width(int filters, double alpha) {
    return Rounding.toEight((int) (filters * alpha));
  }

  private static void block(NetworkBuilder net, String name, int filters, int stride) {
    String input = net.last();
    int channels = net.shape().channels();
    net.convolution(name + "expand", 6 * channels, Window.of(1), false);
    normalize(net, name + "expand_BN").activation(name + "expand_relu", Activation.RELU6);
    depthwiseAndProject(net, name, filters, stride);
    if (stride == 1 && channels == filters) {
      net.add(name + "add", input, net.last());
    }
  }

  private static void depthwiseAndProject(
      NetworkBuilder net, String name, int filters, int stride) {
    if (stride == 2) {
      StridePadding.add(net, name + "pad", 3);
    }
    Window window = stride == 2 ? Window.of(3).stride(2) : Window.of(3).same();
    net.depthwiseConvolution(name + "depthwise", window, false);
    normalize(net, name + "depthwise_BN").activation(name + "depthwise_relu", Activation.RELU6);
    net.convolution(name + "project", filters, Window.of(1), false);
    normalize(net, name + "project_BN");
  }

  private static NetworkBuilder normalize(NetworkBuilder net, String name) {
    return net.layer(new BatchNormalization(name, net.last(), 1e-3, 0.999, true, true));
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("global_average_pooling2d")
        .dense("predictions", 1000, Activation.SOFTMAX);
  }
}
