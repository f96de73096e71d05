package org.finetune4j.backbone.match;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;

/** Turns layers as PyTorch's model zoos (torchvision, timm) store them into the network's. */
public final class TorchNames {
  private TorchNames() {}

  /**
   * Returns stored layers under the network's names for layers and roles. Counters of batches are
   * left out; dense kernels that timm stores as convolutions become matrices.
   */
  public static List<StoredLayer> translate(List<StoredLayer> stored, Map<String, String> layers) {
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
          boolean normalizes =
              tensors.stream()
                  .anyMatch(it -> it.role().equals("weight") && it.tensor().shape().size() == 1);
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
    if (layer.endsWith("_layer_scale")) {
      return tensor.reshape(List.of(tensor.size())); // torchvision: [channels, 1, 1]
    }
    boolean dense = layer.equals("fc1") || layer.equals("fc2") || layer.equals("predictions");
    if (!dense || tensor.shape().size() != 4 || tensor.size() == 0) {
      return tensor;
    }
    int outputs = tensor.shape().get(0);
    return tensor.reshape(List.of(outputs, tensor.size() / outputs));
  }

  private static final Map<String, String> KERNEL =
      Map.of("weight", "kernel", "layer_scale", "gamma");

  private static final Map<String, String> NORMALIZATION =
      Map.of(
          "weight", "gamma",
          "bias", "beta",
          "running_mean", "moving_mean",
          "running_var", "moving_variance");
}
