package org.finetune4j.backbone.match;

import java.util.List;
import java.util.Set;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;

/**
 * Names that PyTorch puts before those of a model within another: {@code module.} of {@code
 * DataParallel}, {@code _orig_mod.} of {@code torch.compile}, {@code backbone.} or {@code model.}
 * of whoever keeps it in a field. Such a file holds the same weights as one without.
 */
public final class WrappedNames {
  private WrappedNames() {}

  /**
   * Returns tensors without what all their names begin with, where no module is known by its name
   * as it is and one is without that; otherwise the layers as they are.
   *
   * @param known names of modules
   */
  public static List<StoredLayer> unwrap(List<StoredLayer> stored, Set<String> known) {
    List<StoredTensor> tensors = stored.stream().flatMap(it -> it.tensors().stream()).toList();
    String first = tensors.isEmpty() ? "" : tensors.get(0).name();
    int prefix = 0;
    do {
      if (isKnown(tensors, prefix, known)) {
        return prefix == 0 ? stored : List.of(new StoredLayer("", without(prefix, tensors)));
      }
      prefix = first.indexOf('.', prefix) + 1;
    } while (prefix > 0 && isShared(first.substring(0, prefix), tensors));
    return stored;
  }

  private static boolean isShared(String prefix, List<StoredTensor> tensors) {
    return tensors.stream().allMatch(it -> it.name().startsWith(prefix));
  }

  private static boolean isKnown(List<StoredTensor> tensors, int prefix, Set<String> known) {
    return tensors.stream()
        .map(StoredTensor::name)
        .anyMatch(
            it -> known.contains(it.substring(prefix, Math.max(prefix, it.lastIndexOf('.')))));
  }

  private static List<StoredTensor> without(int prefix, List<StoredTensor> tensors) {
    return tensors.stream()
        .map(it -> new StoredTensor(it.name().substring(prefix), it.tensor()))
        .toList();
  }
}
