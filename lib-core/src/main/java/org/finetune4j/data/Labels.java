package org.finetune4j.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.finetune4j.text.NearestName;

/**
 * The class names of a classifier or dataset, in the order of its outputs: an immutable value.
 *
 * <p>Two datasets are matched by name, never by index: {@link ImageDataset#withLabels}.
 *
 * @param names at least one; each unique and not blank
 */
public record Labels(List<String> names) {
  private static final int NAMES_IN_MESSAGE = 20;

  /**
   * Checks and copies the names.
   *
   * @throws IllegalArgumentException if there is none, or one is blank or stands twice
   */
  public Labels {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("Labels need at least one name, but there is none.");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isBlank()) {
        throw new IllegalArgumentException(
            "A label must not be blank, but one of these is: " + names);
      }
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "Labels must be unique, but '" + name + "' stands twice in " + names + ".");
      }
    }
  }

  /** Returns labels with these names in this order. */
  public static Labels of(String... names) {
    return new Labels(List.of(names));
  }

  /** Returns labels with these names in this order. */
  public static Labels of(List<String> names) {
    return new Labels(names);
  }

  /** Returns the number of classes. */
  public int size() {
    return names.size();
  }

  /**
   * Returns the name of a class.
   *
   * @param index 0 to {@code size() - 1}
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public String name(int index) {
    if (index < 0 || index >= names.size()) {
      throw new IndexOutOfBoundsException(
          "No label " + index + " among " + names.size() + " (0 to " + (names.size() - 1) + ").");
    }
    return names.get(index);
  }

  /** Tells whether there is a class of this name. */
  public boolean contains(String name) {
    return names.contains(name);
  }

  /**
   * Returns the index of a class.
   *
   * @throws IllegalArgumentException if there is none of this name; the message names the nearest
   */
  public int indexOf(String name) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "Unknown class '" + name + "'." + NearestName.hint(name, names) + " Classes: " + this);
    }
    return index;
  }

  /** Returns the names, comma-separated; of a long list only the first twenty. */
  @Override
  public String toString() {
    String first = names.stream().limit(NAMES_IN_MESSAGE).collect(Collectors.joining(", "));
    int more = names.size() - NAMES_IN_MESSAGE;
    return more > 0 ? first + ", ... (" + more + " more)" : first;
  }
}
