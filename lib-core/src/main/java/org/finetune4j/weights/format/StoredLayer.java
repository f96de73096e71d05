package org.finetune4j.weights.format;

import java.util.List;

/**
 * The tensors that a file keeps together under a layer's name.
 *
 * @param name the layer's name in the file, which may differ from the network's
 * @param tensors in the file's order; at least one
 */
public record StoredLayer(String name, List<StoredTensor> tensors) {
  /** Copies the tensors. */
  public StoredLayer {
    tensors = List.copyOf(tensors);
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("Layer '" + name + "' has no tensors.");
    }
  }

  /** Returns the number of values of all tensors. */
  public long parameterCount() {
    return tensors.stream().mapToLong(stored -> stored.tensor().size()).sum();
  }
}
