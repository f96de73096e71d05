package org.finetune4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Divides each class in the same proportions. */
final class StratifiedSplit {
  private static final String[] PARTS = {"train", "validation", "test"};
  private static final double ROUNDING = 1e-9;

  private final double[] fractions;
  private final long seed;

  /**
   * Makes a rule.
   *
   * @param train fraction of each class, above 0 and below 1
   * @param validation likewise; what is left is test, and may be nothing
   */
  StratifiedSplit(double train, double validation, long seed) {
    double test = 1 - train - validation;
    if (!(train > 0) || !(validation > 0) || !(test > -ROUNDING)) {
      throw new IllegalArgumentException(
          "The fractions for train and validation must be above 0 and sum to 1 at most, but are "
              + train
              + " and "
              + validation
              + ".");
    }
    this.fractions = new double[] {train, validation, test < ROUNDING ? 0 : test};
    this.seed = seed;
  }

  DatasetSplit split(ImageDataset dataset) {
    int[] parts = new int[dataset.size()];
    for (int label = 0; label < dataset.labels().size(); label++) {
      assign(dataset, label, parts);
    }
    return new DatasetSplit(
        part(dataset, parts, 0), part(dataset, parts, 1), part(dataset, parts, 2));
  }

  private void assign(ImageDataset dataset, int label, int[] parts) {
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      if (dataset.get(i).label() == label) {
        members.add(i);
      }
    }
    if (members.isEmpty()) {
      return;
    }
    String name = dataset.labels().name(label);
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
    int[] counts = new int[fractions.length];
    int wanted = (int) Arrays.stream(fractions).filter(f -> f > 0).count();
    if (size < wanted) {
      throw new IllegalArgumentException(
          "Class '"
              + className
              + "' has "
              + size
              + (size == 1 ? " picture" : " pictures")
              + ", but each of the "
              + wanted
              + " parts of a split ("
              + String.join(", ", Arrays.copyOf(PARTS, wanted))
              + ") needs one of every class. Add pictures or leave the class out with filter(...).");
    }
    int given = 0;
    for (int part = counts.length - 1; part > 0; part--) {
      if (fractions[part] > 0) {
        counts[part] = Math.max(1, (int) Math.round(size * fractions[part]));
        given += counts[part];
      }
    }
    while (given > size - 1) {
      int largest = counts[1] >= counts[2] ? 1 : 2;
      counts[largest]--;
      given--;
    }
    counts[0] = size - given;
    return counts;
  }

  private static ImageDataset part(ImageDataset dataset, int[] parts, int part) {
    List<LabeledImage> members = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] == part) {
        members.add(dataset.get(i));
      }
    }
    return ImageDataset.of(dataset.labels(), members);
  }
}
