package org.finetune4j.backbone;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;

/**
 * The names under which PyTorch's model zoos store layers: torchvision's, and timm's where they
 * differ.
 */
final class TorchNames {
  private TorchNames() {}

  /**
   * Returns the name of the network's layer for each name of a module in a file; empty for an
   * architecture that no such files are known for.
   */
  static Map<String, String> layers(Architecture architecture) {
    return switch (architecture) {
      case VGG16 -> vgg(List.of(2, 2, 3, 3, 3));
      case VGG19 -> vgg(List.of(2, 2, 4, 4, 4));
      case RESNET50 -> resNet(List.of(3, 4, 6, 3));
      case RESNET101 -> resNet(List.of(3, 4, 23, 3));
      case RESNET152 -> resNet(List.of(3, 8, 36, 3));
      case ALEXNET -> ALEXNET;
      default -> Map.of();
    };
  }

  /**
   * Returns stored layers under the network's names for layers and roles. Counters of batches are
   * left out; dense kernels that timm stores as convolutions become matrices.
   */
  static List<StoredLayer> translate(List<StoredLayer> stored, Map<String, String> layers) {
    Map<String, List<StoredTensor>> modules = new LinkedHashMap<>();
    for (StoredLayer layer : stored) {
      for (StoredTensor tensor : layer.tensors()) {
        int dot = tensor.name().lastIndexOf('.');
        if (!tensor.role().equals("num_batches_tracked")) {
          String module = tensor.name().substring(0, Math.max(dot, 0));
          modules.computeIfAbsent(module, it -> new ArrayList<>()).add(tensor);
        }
      }
    }
    List<StoredLayer> translated = new ArrayList<>();
    modules.forEach(
        (module, tensors) -> {
          String name = layers.getOrDefault(module, module);
          boolean normalizes = tensors.stream().anyMatch(it -> it.role().equals("running_mean"));
          Map<String, String> roles = normalizes ? NORMALIZATION : KERNEL;
          translated.add(
              new StoredLayer(name, tensors.stream().map(it -> renamed(it, name, roles)).toList()));
        });
    return translated;
  }

  private static StoredTensor renamed(
      StoredTensor stored, String layer, Map<String, String> roles) {
    String role = roles.getOrDefault(stored.role(), stored.role());
    return new StoredTensor(layer + "/" + role, matrix(layer, stored.tensor()));
  }

  private static Tensor matrix(String layer, Tensor tensor) {
    boolean dense = layer.equals("fc1") || layer.equals("fc2") || layer.equals("predictions");
    if (!dense || tensor.shape().size() != 4 || tensor.size() == 0) {
      return tensor;
    }
    int outputs = tensor.shape().get(0);
    return tensor.reshape(List.of(outputs, tensor.size() / outputs));
  }

  private static final Map<String, String> KERNEL = Map.of("weight", "kernel");

  private static final Map<String, String> NORMALIZATION =
      Map.of(
          "weight", "gamma",
          "bias", "beta",
          "running_mean", "moving_mean",
          "running_var", "moving_variance");

  private static final Map<String, String> ALEXNET =
      Map.of(
          "features.0", "conv1",
          "features.3", "conv2",
          "features.6", "conv3",
          "features.8", "conv4",
          "features.10", "conv5",
          "classifier.1", "fc6",
          "classifier.4", "fc7",
          "classifier.6", "predictions");

  /** Convolution, ReLU, convolution, ReLU, pooling: only convolutions hold weights, all count. */
  private static Map<String, String> vgg(List<Integer> convolutions) {
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
    return names;
  }

  private static Map<String, String> resNet(List<Integer> blocks) {
    Map<String, String> names = new HashMap<>();
    names.putAll(Map.of("conv1", "conv1_conv", "bn1", "conv1_bn", "fc", "predictions"));
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int block = 0; block < blocks.get(stage); block++) {
        String here = "conv" + (stage + 2) + "_block" + (block + 1);
        String there = "layer" + (stage + 1) + "." + block + ".";
        for (int i = 1; i <= 3; i++) {
          names.put(there + "conv" + i, here + "_" + i + "_conv");
          names.put(there + "bn" + i, here + "_" + i + "_bn");
        }
        names.put(there + "downsample.0", here + "_0_conv");
        names.put(there + "downsample.1", here + "_0_bn");
      }
    }
    return names;
  }
}
