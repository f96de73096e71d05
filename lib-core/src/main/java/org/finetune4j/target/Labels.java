package org.finetune4j.target;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.text.ClassNames;
import org.finetune4j.text.NearestName;

/**
 * The class names of a classifier or dataset, in the order of its outputs: an immutable value.
 *
 * <p>Two datasets are matched by name, never by index: {@link ImageDataset#withLabels}. Names are
 * kept in Unicode's composed form (NFC), so that names from a Mac equal those from elsewhere.
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
    names = names.stream().map(ClassNames::normalized).toList();
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
    return names.contains(ClassNames.normalized(Objects.requireNonNull(name, "name")));
  }

  /**
   * Returns the index of a class.
   *
   * @throws IllegalArgumentException if there is none of this name; the message names the nearest
   */
  public int indexOf(String name) {
    int index = names.indexOf(ClassNames.normalized(Objects.requireNonNull(name, "name")));
    if (index < 0) {
      throw new IllegalArgumentException(
          "Unknown class '"
              + name
              + "'"
              + ClassNames.codePoints(name)
              + "."
              + NearestName.hint(name, names)
              + " Classes: "
              + this);
    }
    return index;
  }

  /**
   * Returns a weight for each class in the order of the labels, for {@code classWeights(...)}.
   *
   * @param byName weights of some classes; the others get 1
   * @throws IllegalArgumentException if a class is not among the labels
   */
  public double[] weights(Map<String, Double> byName) {
    double[] weights = new double[names.size()];
    Arrays.fill(weights, 1);
    byName.forEach((name, weight) -> weights[indexOf(name)] = weight);
    return weights;
  }

  /**
   * Returns weights with which all classes count as much: samples / (classes * samples of the
   * class), as scikit-learn's {@code class_weight="balanced"}; 1 for a class without samples.
   *
   * @param targets the class of each sample, for example {@code dataset.labelIndices()}
   */
  public double[] balancedWeights(int[] targets) {
    Objects.requireNonNull(targets, "targets");
    int[] counts = new int[names.size()];
    for (int target : targets) {
      counts[target]++;
    }
    return Arrays.stream(counts)
        .mapToDouble(
            count -> count == 0 ? 1 : targets.length / (double) ((long) names.size() * count))
        .toArray();
  }

  /** Returns the names, comma-separated; of a long list only the first twenty. */
  @Override
  public String toString() {
    String first = names.stream().limit(NAMES_IN_MESSAGE).collect(Collectors.joining(", "));
    int more = names.size() - NAMES_IN_MESSAGE;
    return more > 0 ? first + ", ... (" + more + " more)" : first;
  }
}
