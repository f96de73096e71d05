package org.finetune4j.backbone;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.architecture.LayerNames;

/** Names that layers had in older releases, and what they are called now. */
final class LayerAliases {
  private LayerAliases() {}

  static Map<String, String> of(Architecture architecture) {
    return switch (architecture) {
      case RESNET50 -> RESNET50;
      case MOBILENET -> Map.of("act_softmax", "predictions");
      case ALEXNET -> ALEXNET;
      default -> Map.of();
    };
  }

  /** Old Keras names, numbered from {@code activation} and {@code add} without a number. */
  private static final Map<String, String> RESNET50 = resNet50(List.of(3, 4, 6, 3));

  /** Torchvision's names; its ReLU after a convolution belongs to the convolution here. */
  private static final Map<String, String> ALEXNET =
      Map.ofEntries(
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

  private static Map<String, String> resNet50(List<Integer> blocks) {
    Map<String, String> names = new HashMap<>();
    names.put("conv1", "conv1_conv");
    names.put("bn_conv1", "conv1_bn");
    names.put("activation", "conv1_relu");
    names.put("max_pooling2d", "pool1_pool");
    names.put("fc1000", "predictions");
    LayerNames numbers = new LayerNames();
    numbers.next("activation");
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int block = 0; block < blocks.get(stage); block++) {
        String now = "conv" + (stage + 2) + "_block" + (block + 1);
        String then = (stage + 2) + "" + (char) ('a' + block) + "_branch";
        Map.of("1", "_0", "2a", "_1", "2b", "_2", "2c", "_3")
            .forEach(
                (branch, part) -> {
                  names.put("res" + then + branch, now + part + "_conv");
                  names.put("bn" + then + branch, now + part + "_bn");
                });
        names.put(numbers.next("activation"), now + "_1_relu");
        names.put(numbers.next("activation"), now + "_2_relu");
        names.put(numbers.next("add"), now + "_add");
        names.put(numbers.next("activation"), now + "_out");
      }
    }
    return Map.copyOf(names);
  }
}
