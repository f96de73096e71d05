package org.finetune4j.architecture;

import java.util.List;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;

/**
 * VGG (Simonyan and Zisserman 2014, arXiv:1409.1556): five blocks of 3x3 convolutions, each closed
 * by a max pooling.
 *
 * @param convolutions how many convolutions each block has
 */
public record Vgg(List<Integer> convolutions) implements Blueprint {
  private static final List<Integer> FILTERS = List.of(64, 128, 256, 512, 512);

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    for (int block = 1; block <= FILTERS.size(); block++) {
      String name = "block" + block;
      for (int i = 1; i <= convolutions.get(block - 1); i++) {
        net.convolution(
            name + "_conv" + i, FILTERS.get(block - 1), Window.of(3).same(), Activation.RELU);
      }
      net.maxPool(name + "_pool", Window.of(2).stride(2));
    }
  }

  @Override
  public void top(NetworkBuilder net) {
    net.flatten("flatten")
        .dense("fc1", 4096, Activation.RELU)
        .dense("fc2", 4096, Activation.RELU)
        .dense("predictions", 1000, Activation.SOFTMAX);
  }
}
