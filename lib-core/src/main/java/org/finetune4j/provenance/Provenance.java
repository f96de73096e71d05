package org.finetune4j.provenance;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a classifier comes from: backbone and weights, training data, settings, seed, accuracies of
 * the last epoch; as names and texts. It holds no path and no name of a picture.
 *
 * @param facts sorted by name
 */
public record Provenance(Map<String, String> facts) {
  /** Copies and sorts the facts. */
  public Provenance {
    facts = Collections.unmodifiableMap(new TreeMap<>(facts));
  }

  /** Returns no facts. */
  public static Provenance unknown() {
    return new Provenance(Map.of());
  }

  /** Returns these facts and one more. */
  public Provenance with(String name, String text) {
    Map<String, String> more = new TreeMap<>(facts);
    more.put(name, text);
    return new Provenance(more);
  }
}
