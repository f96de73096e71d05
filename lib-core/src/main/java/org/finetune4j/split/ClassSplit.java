package org.finetune4j.split;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Divides each class in the same proportions. */
public final class ClassSplit {
  private final Fractions fractions;
  private final long seed;

  public ClassSplit(Fractions fractions, long seed) {
    this.fractions = fractions;
    this.seed = seed;
  }

  /**
   * Returns the part of each sample.
   *
   * @param labels the class of each
   * @param names of the classes
   * @throws IllegalArgumentException if a class has fewer samples than there are parts
   */
  public int[] parts(int[] labels, List<String> names) {
    int[] parts = new int[labels.length];
    for (int label = 0; label < names.size(); label++) {
      assign(labels, label, names.get(label), parts);
    }
    return parts;
  }

  private void assign(int[] labels, int label, String name, int[] parts) {
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      if (labels[i] == label) {
        members.add(i);
      }
    }
    if (members.isEmpty()) {
      return;
    }
    int[] counts = counts(name, members.size());
    // The name keeps one class's division independent of which other classes there are.
    Collections.shuffle(members, new Random(seed * 31 + name.hashCode()));
    int next = 0;
    for (int part = 0; part < counts.length; part++) {
      for (int i = 0; i < counts[part]; i++) {
        parts[members.get(next++)] = part;
      }
    }
  }

  /** Rounds to the nearest, but gives every part at least one picture. */
  private int[] counts(String className, int size) {
    int[] counts = new int[fractions.count()];
    if (size < counts.length) {
      throw new IllegalArgumentException(
          "Class '"
              + className
              + "' has "
              + size
              + (size == 1 ? " picture" : " pictures")
              + ", but each of the "
              + counts.length
              + " parts of a split ("
              + fractions.names()
              + ") needs one of every class. Add pictures or leave the class out with filter(...).");
    }
    int given = 0;
    for (int part = counts.length - 1; part > 0; part--) {
      counts[part] = Math.max(1, (int) Math.round(size * fractions.shares()[part]));
      given += counts[part];
    }
    while (given > size - 1) {
      int largest = counts.length == 2 || counts[1] >= counts[2] ? 1 : 2;
      counts[largest]--;
      given--;
    }
    counts[0] = size - given;
    return counts;
  }
}
