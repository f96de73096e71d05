package org.finetune4j.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a tagger says about a picture.
 *
 * @param all every tag with its probability, the most probable first
 * @param found those whose probability reaches their threshold, the most probable first; may be
 *     none
 * @param set those that hold on average the calibrated share of a picture's true tags ({@link
 *     ImageTagger#calibrated}), the most probable first; empty if nothing was calibrated
 */
public record TagPrediction(
    List<Prediction> all, List<Prediction> found, Optional<List<Prediction>> set) {
  /** Copies the lists. */
  public TagPrediction {
    all = List.copyOf(all);
    found = List.copyOf(found);
    set = set.map(List::copyOf);
  }

  /** Returns the names of the tags that were found, the most probable first. */
  public List<String> tags() {
    return found.stream().map(Prediction::label).toList();
  }

  /**
   * Returns the probability of a tag.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public float probability(String tag) {
    Objects.requireNonNull(tag, "tag");
    return all.stream()
        .filter(it -> it.label().equals(tag))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unknown tag '"
                        + tag
                        + "' among "
                        + all.stream().map(Prediction::label).toList()
                        + "."))
        .probability();
  }

  /** Returns for example {@code dog 98.3 %, outdoor 71.0 %}, or {@code no tag}. */
  @Override
  public String toString() {
    return found.isEmpty()
        ? "no tag"
        : found.stream().map(it -> it + "").collect(Collectors.joining(", "));
  }
}
