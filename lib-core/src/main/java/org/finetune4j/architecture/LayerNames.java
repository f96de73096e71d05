package org.finetune4j.architecture;

import java.util.HashMap;
import java.util.Map;

/** Numbers layers without a name of their own as Keras does: {@code add}, {@code add_1} ... */
public final class LayerNames {
  private final Map<String, Integer> used = new HashMap<>();

  public String next(String kind) {
    int number = used.merge(kind, 1, Integer::sum) - 1;
    return number == 0 ? kind : kind + "_" + number;
  }
}
