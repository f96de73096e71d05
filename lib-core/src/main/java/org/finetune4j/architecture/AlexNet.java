package org.finetune4j.architecture;

import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;

/**
 * AlexNet in torchvision's form (Krizhevsky 2014, arXiv:1404.5997, without the two groups and the
 * local response normalisation of 2012). Layers are numbered as in the paper.
 */
public record AlexNet() implements Blueprint {
  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.zeroPad("conv1_pad", 2)
        .convolution("conv1", 64, Window.of(11).stride(4), Activation.RELU)
        .maxPool("pool1", Window.of(3).stride(2))
        .convolution("conv2", 192, Window.of(5).same(), Activation.RELU)
        .maxPool("pool2", Window.of(3).stride(2));
    int number = 3;
    for (int filters : List.of(384, 256, 256)) {
      net.convolution("conv" + number++, filters, Window.of(3).same(), Activation.RELU);
    }
    net.maxPool("pool5", Window.of(3).stride(2));
  }

  @Override
  public void top(NetworkBuilder net) {
    net.flatten("flatten")
        .dropout("dropout1", 0.5)
        .dense("fc6", 4096, Activation.RELU)
        .dropout("dropout2", 0.5)
        .dense("fc7", 4096, Activation.RELU)
        .dense("predictions", 1000, Activation.SOFTMAX);
  }
}
