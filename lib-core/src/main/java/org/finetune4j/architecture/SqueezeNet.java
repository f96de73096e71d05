package org.finetune4j.architecture;

import java.util.List;
import java.util.Set;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * SqueezeNet 1.1 (Iandola et al. 2016, arXiv:1602.07360, and the authors' later release): fire
 * modules squeeze the channels, then expand them with 1x1 and 3x3 convolutions side by side.
 */
public record SqueezeNet() implements Blueprint {
  public static final Variant SQUEEZENET =
      new Variant(new SqueezeNet(), 224, 32, Preprocessing.CAFFE, 1_235_496, 722_496);

  private static final List<Integer> SQUEEZED = List.of(16, 16, 32, 32, 48, 48, 64, 64);
  private static final Set<Integer> POOLED = Set.of(3, 5);

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.convolution("conv1", 64, Window.of(3).stride(2)).relu("relu_conv1");
    net.maxPool("pool1", Window.of(3).stride(2));
    for (int module = 2; module <= 9; module++) {
      fire(net, "fire" + module + "/", SQUEEZED.get(module - 2));
      if (POOLED.contains(module)) {
        net.maxPool("pool" + module, Window.of(3).stride(2));
      }
    }
  }

  private static void fire(NetworkBuilder net, String name, int squeezed) {
    net.convolution(name + "squeeze1x1", squeezed, 1).relu(name + "relu_squeeze1x1");
    String input = net.last();
    String one = expand(net, name, "expand1x1", squeezed, Window.of(1));
    String three = expand(net.from(input), name, "expand3x3", squeezed, Window.of(3).same());
    net.concatenate(name + "concat", one, three);
  }

  private static String expand(
      NetworkBuilder net, String name, String part, int squeezed, Window window) {
    return net.convolution(name + part, 4 * squeezed, window).relu(name + "relu_" + part).last();
  }

  @Override
  public void top(NetworkBuilder net) {
    net.dropout("drop9", 0.5)
        .convolution("conv10", 1000, 1)
        .relu("relu_conv10")
        .globalAveragePool("global_average_pooling2d")
        .activation("loss", Activation.SOFTMAX);
  }
}
