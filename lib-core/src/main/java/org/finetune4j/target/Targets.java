package org.finetune4j.target;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.split.ClassSplit;
import org.finetune4j.split.Fractions;
import org.finetune4j.split.IterativeStratification;
import org.finetune4j.split.Quantiles;
import org.finetune4j.text.Count;

/**
 * The right answers for many samples, in order: an immutable value, what a dataset says without its
 * pictures. Thread-safe.
 */
public final class Targets {
  private static final int MOST_RANGES = 10;

  private final Task task;
  private final List<Target> all;
  private final List<String> groups;

  private Targets(Task task, List<Target> all, List<String> groups) {
    this.task = task;
    this.all = all;
    this.groups = groups;
  }

  /**
   * Returns the answers of samples that stand alone.
   *
   * @throws IllegalArgumentException if one does not fit the task
   */
  public static Targets of(Task task, List<Target> all) {
    return of(Objects.requireNonNull(task, "task"), all, Collections.nCopies(all.size(), ""));
  }

  /**
   * Returns the answers of samples that may belong together.
   *
   * @param groups the name of each sample's group; empty if it stands alone
   * @throws IllegalArgumentException if one does not fit the task, or the lists differ in length
   */
  public static Targets of(Task task, List<Target> all, List<String> groups) {
    Objects.requireNonNull(task, "task");
    if (all.size() != groups.size()) {
      throw new IllegalArgumentException(
          "There is one group for each of " + all.size() + " samples, not " + groups.size() + ".");
    }
    for (int i = 0; i < all.size(); i++) {
      task.requireFit(all.get(i), "Sample " + i);
    }
    return new Targets(task, List.copyOf(all), List.copyOf(groups));
  }

  /** Returns one label per sample. */
  public static Targets ofLabels(Labels labels, int... indices) {
    return of(Task.oneLabel(labels), Arrays.stream(indices).mapToObj(Target::label).toList());
  }

  /** Returns what the answers mean. */
  public Task task() {
    return task;
  }

  /** Returns the number of samples. */
  public int size() {
    return all.size();
  }

  /** Returns the answer of a sample. */
  public Target get(int sample) {
    return all.get(sample);
  }

  /** Returns the groups, in the order of the samples; empty names stand for none. */
  public List<String> groups() {
    return groups;
  }

  /** Returns some of the answers, in the given order. */
  public Targets subset(int... samples) {
    return new Targets(
        task,
        Arrays.stream(samples).mapToObj(all::get).toList(),
        Arrays.stream(samples).mapToObj(groups::get).toList());
  }

  /**
   * Returns these answers and others behind them.
   *
   * @throws IllegalArgumentException if the others are for another task
   */
  public Targets joined(Targets others) {
    if (!task.equals(others.task)) {
      throw new IllegalArgumentException(
          "Answers of one task are joined, but these are for "
              + task
              + " and "
              + others.task
              + ".");
    }
    List<Target> both = new ArrayList<>(all);
    both.addAll(others.all);
    List<String> ofBoth = new ArrayList<>(groups);
    ofBoth.addAll(others.groups);
    return new Targets(task, List.copyOf(both), List.copyOf(ofBoth));
  }

  /**
   * Returns the same answers, labels or tags matched by name to these.
   *
   * @throws IllegalArgumentException if a sample's label or tag is not among them
   * @throws IllegalStateException if the answers are numbers
   */
  public Targets withLabels(Labels newLabels) {
    Objects.requireNonNull(newLabels, "newLabels");
    Labels known = task.labels();
    Task newTask =
        task instanceof Task.Tags ? new Task.Tags(newLabels) : new Task.OneLabel(newLabels);
    return new Targets(
        newTask, all.stream().map(it -> renamed(it, known, newLabels)).toList(), groups);
  }

  private static Target renamed(Target target, Labels known, Labels newLabels) {
    return target instanceof Target.Tags tags
        ? Target.tags(
            tags.indices().stream()
                .mapToInt(index -> newLabels.indexOf(known.name(index)))
                .toArray())
        : Target.label(newLabels.indexOf(known.name(((Target.Label) target).index())));
  }

  /**
   * Returns the label index of every sample.
   *
   * @throws IllegalStateException if the samples have tags or numbers
   */
  public int[] labelIndices() {
    if (!(task instanceof Task.OneLabel)) {
      throw new IllegalStateException(
          "This works with one label per picture, but these pictures have " + task + ".");
    }
    return all.stream().mapToInt(target -> ((Target.Label) target).index()).toArray();
  }

  /**
   * Returns one output's value for every sample: a number, or 1 where the label or tag is there and
   * 0 elsewhere.
   */
  public double[] column(int output) {
    return all.stream().mapToDouble(target -> value(target, output)).toArray();
  }

  /** Returns one value per output for a sample: numbers, or 1 for its labels or tags. */
  public float[] row(int sample) {
    float[] row = new float[task.outputs()];
    for (int output = 0; output < row.length; output++) {
      row[output] = (float) value(all.get(sample), output);
    }
    return row;
  }

  private static double value(Target target, int output) {
    if (target instanceof Target.Numbers numbers) {
      return numbers.values().get(output);
    }
    boolean there =
        target instanceof Target.Tags tags
            ? tags.indices().contains(output)
            : ((Target.Label) target).index() == output;
    return there ? 1 : 0;
  }

  /**
   * Refuses samples from which nothing can be learned.
   *
   * @throws IllegalArgumentException if there is no sample, all are of one class, a tag is in none
   *     or in all of them, or a number is the same in all
   */
  public void requireLearnable() {
    if (all.isEmpty()) {
      throw new IllegalArgumentException("Training needs at least one sample.");
    }
    for (int output = 0; output < task.outputs() && !(task instanceof Task.OneLabel); output++) {
      double[] column = column(output);
      if (Arrays.stream(column).distinct().count() < 2) {
        throw new IllegalArgumentException(unlearnable(output, column[0]));
      }
    }
    if (task instanceof Task.OneLabel && all.stream().distinct().count() < 2) {
      throw new IllegalArgumentException(
          "A classifier learns from samples of at least two classes, but all "
              + all.size()
              + " samples are '"
              + task.describe(all.get(0))
              + "'.");
    }
  }

  private String unlearnable(int output, double value) {
    String samples = all.size() == 1 ? "the only sample" : "all " + all.size() + " samples";
    if (task instanceof Task.Numbers numbers) {
      Quantity quantity = numbers.quantities().get(output);
      return "A number is learned from samples in which it differs, but "
          + quantity.name()
          + " is "
          + quantity.format(value)
          + " in "
          + samples
          + ".";
    }
    return "A tag is learned from samples with it and samples without it, but '"
        + task.labels().name(output)
        + "' is in "
        + (value == 1 ? samples : "none of " + all.size() + " samples")
        + ". Add pictures, or leave the tag out.";
  }

  /**
   * Deals the samples out to parts that resemble each other: each class, combination of tags or
   * range of numbers in the same proportions, samples of one group together. For other packages of
   * the library; users have {@link ImageDataset#split}.
   *
   * @return the part of each sample
   */
  public int[] parts(Fractions fractions, long seed) {
    if (task instanceof Task.OneLabel && groups.stream().allMatch(String::isEmpty)) {
      return new ClassSplit(fractions, seed).parts(labelIndices(), task.labels().names());
    }
    return IterativeStratification.parts(
        properties(fractions.count()), properties(), groups, fractions, seed);
  }

  /** Returns how many properties samples can have by which they are dealt out. */
  private int properties() {
    return task.outputs() * (task instanceof Task.Numbers ? MOST_RANGES : 1);
  }

  private int[][] properties(int parts) {
    if (!(task instanceof Task.Numbers)) {
      return all.stream()
          .map(
              target ->
                  target instanceof Target.Tags tags
                      ? tags.indices().stream().mapToInt(it -> it).toArray()
                      : new int[] {((Target.Label) target).index()})
          .toArray(int[][]::new);
    }
    // Fewer samples than parts in a range would say nothing.
    int ranges = Math.max(1, Math.min(MOST_RANGES, all.size() / (2 * parts)));
    List<int[]> rangeOf = new ArrayList<>();
    for (int output = 0; output < task.outputs(); output++) {
      rangeOf.add(Quantiles.of(column(output), ranges));
    }
    return IntStream.range(0, all.size())
        .mapToObj(
            i ->
                IntStream.range(0, rangeOf.size())
                    .map(output -> output * MOST_RANGES + rangeOf.get(output)[i])
                    .toArray())
        .toArray(int[][]::new);
  }

  /** Tells whether the other answers mean the same and are the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Targets targets
        && task.equals(targets.task)
        && all.equals(targets.all)
        && groups.equals(targets.groups);
  }

  @Override
  public int hashCode() {
    return 31 * task.hashCode() + all.hashCode();
  }

  /** Returns for example {@code 200 samples of 3 tags (dog, indoor, outdoor)}. */
  @Override
  public String toString() {
    return Count.of(size(), "sample") + " of " + task;
  }
}
