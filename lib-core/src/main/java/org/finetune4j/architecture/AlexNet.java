package org.finetune4j.architecture;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * AlexNet in torchvision's form (Krizhevsky 2014, arXiv:1404.5997, without the two groups and the
 * local response normalisation of 2012). Layers are numbered as in the paper.
 */
public record AlexNet() implements Blueprint {
  public static final Variant ALEXNET =
      new Variant(new AlexNet(), 224, 63, Preprocessing.TORCH, 61_100_840, 2_469_696);

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

  @Override
  public Optional<TorchForm> torch() {
    return Optional.of(
        new TorchForm(
            this,
            Map.of(
                "features.0", "conv1",
                "features.3", "conv2",
                "features.6", "conv3",
                "features.8", "conv4",
                "features.10", "conv5",
                "classifier.1", "fc6",
                "classifier.4", "fc7",
                "classifier.6", "predictions")));
  }

  /** Torchvision's names; its ReLU after a convolution belongs to the convolution here. */
  @Override
  public Map<String, String> aliases() {
    return Map.ofEntries(
        Map.entry("features.1", "conv1"),
        Map.entry("features.2", "pool1"),
        Map.entry("features.4", "conv2"),
        Map.entry("features.5", "pool2"),
        Map.entry("features.7", "conv3"),
        Map.entry("features.9", "conv4"),
        Map.entry("features.11", "conv5"),
        Map.entry("features.12", "pool5"),
        Map.entry("classifier.2", "fc6"),
        Map.entry("classifier.5", "fc7"));
  }
}
