package org.finetune4j.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.text.NearestName;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** Weights that somebody lets a training start from. */
final class StartWeights {
  private StartWeights() {}

  /** Refuses tensors that the network does not have, or has in another shape. */
  static void require(Network network, Weights weights) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    for (TensorSpec spec : network.tensors()) {
      shapes.put(spec.name(), spec.shape());
    }
    for (Map.Entry<String, Tensor> tensor : weights.tensors().entrySet()) {
      List<Integer> shape = shapes.get(tensor.getKey());
      if (shape == null) {
        throw new IllegalArgumentException(
            "The network has no tensor '"
                + tensor.getKey()
                + "' to start from."
                + NearestName.hint(tensor.getKey(), shapes.keySet())
                + " Leave it out: weights.filter(name -> ...).");
      }
      if (!shape.equals(tensor.getValue().shape())) {
        throw new IllegalArgumentException(
            "Tensor '"
                + tensor.getKey()
                + "' has shape "
                + tensor.getValue().shape()
                + ", but the network needs "
                + shape
                + ".");
      }
      if (tensor.getValue().hasNonFinite()) {
        throw new IllegalArgumentException(
            "Tensor '" + tensor.getKey() + "' holds NaN or infinite numbers.");
      }
    }
  }
}
