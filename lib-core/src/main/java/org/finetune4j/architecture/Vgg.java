package org.finetune4j.architecture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * VGG (Simonyan and Zisserman 2014, arXiv:1409.1556): five blocks of 3x3 convolutions, each closed
 * by a max pooling.
 *
 * @param convolutions how many convolutions each block has
 */
public record Vgg(List<Integer> convolutions) implements Blueprint {
  public static final Variant VGG16 =
      new Variant(
          new Vgg(List.of(2, 2, 3, 3, 3)), 224, 32, Preprocessing.CAFFE, 138_357_544, 14_714_688);

  public static final Variant VGG19 =
      new Variant(
          new Vgg(List.of(2, 2, 4, 4, 4)), 224, 32, Preprocessing.CAFFE, 143_667_240, 20_024_384);

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

  /** Convolution, ReLU, convolution, ReLU, pooling: only convolutions hold weights, all count. */
  @Override
  public Optional<TorchForm> torch() {
    Map<String, String> names = new HashMap<>();
    int module = 0;
    for (int block = 1; block <= convolutions.size(); block++) {
      for (int i = 1; i <= convolutions.get(block - 1); i++) {
        names.put("features." + module, "block" + block + "_conv" + i);
        module += 2;
      }
      module++;
    }
    names.putAll(
        Map.of("classifier.0", "fc1", "classifier.3", "fc2", "classifier.6", "predictions"));
    names.putAll(
        Map.of("pre_logits.fc1", "fc1", "pre_logits.fc2", "fc2", "head.fc", "predictions"));
    return Optional.of(new TorchForm(this, names));
  }
}
