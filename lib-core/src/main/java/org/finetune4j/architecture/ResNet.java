package org.finetune4j.architecture;

import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;

/**
 * ResNet with bottleneck blocks (He et al. 2015, arXiv:1512.03385), in the two forms that weights
 * exist for: Keras strides on the first 1x1 convolution of a stage and has biases; torchvision
 * strides on the 3x3 convolution and has none ("v1.5").
 *
 * @param blocks how many blocks each of the four stages has
 * @param form where the two differ
 */
public record ResNet(List<Integer> blocks, Form form) implements Blueprint {
  /**
   * What differs between the published forms.
   *
   * @param epsilon of every batch normalisation
   * @param bias whether convolutions have one
   * @param strideOn3x3 whether the 3x3 convolution strides, with a zero on all sides, or the first
   *     1x1 convolution
   */
  public record Form(double epsilon, boolean bias, boolean strideOn3x3) {
    public static final Form KERAS = new Form(1.001e-5, true, false);
    public static final Form TORCHVISION = new Form(1e-5, false, true);
  }

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.zeroPad("conv1_pad", 3).convolution("conv1_conv", 64, Window.of(7).stride(2), form.bias);
    net.batchNormalization("conv1_bn", form.epsilon).relu("conv1_relu");
    net.zeroPad("pool1_pad", 1).maxPool("pool1_pool", Window.of(3).stride(2));
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int block = 1; block <= blocks.get(stage); block++) {
        int stride = block == 1 && stage > 0 ? 2 : 1;
        block(net, "conv" + (stage + 2) + "_block" + block, 64 << stage, stride, block == 1);
      }
    }
  }

  private void block(NetworkBuilder net, String name, int filters, int stride, boolean projection) {
    String input = net.last();
    String shortcut = input;
    if (projection) {
      convolution(net, name + "_0", 4 * filters, Window.of(1).stride(stride));
      shortcut = net.last();
    }
    net.from(input);
    convolution(net, name + "_1", filters, Window.of(1).stride(form.strideOn3x3 ? 1 : stride));
    net.relu(name + "_1_relu");
    if (form.strideOn3x3 && stride > 1) {
      net.zeroPad(name + "_2_pad", 1);
      convolution(net, name + "_2", filters, Window.of(3).stride(stride));
    } else {
      convolution(net, name + "_2", filters, Window.of(3).same());
    }
    net.relu(name + "_2_relu");
    convolution(net, name + "_3", 4 * filters, Window.of(1));
    net.add(name + "_add", shortcut, net.last()).relu(name + "_out");
  }

  private void convolution(NetworkBuilder net, String name, int filters, Window window) {
    net.convolution(name + "_conv", filters, window, form.bias);
    net.batchNormalization(name + "_bn", form.epsilon);
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("avg_pool").dense("predictions", 1000, Activation.SOFTMAX);
  }
}
