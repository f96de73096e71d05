package org.finetune4j.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.finetune4j.target.Labels;
import org.finetune4j.text.TextTable;

/**
 * How often pictures of each class were predicted as each class: rows are the truth, columns the
 * prediction. Immutable.
 */
public final class ConfusionMatrix {
  private final Labels labels;
  private final long[][] counts;

  private ConfusionMatrix(Labels labels, long[][] counts) {
    this.labels = labels;
    this.counts = counts;
  }

  /**
   * Counts.
   *
   * @param truth class index of every picture
   * @param predicted predicted class index of every picture
   * @throws IllegalArgumentException if the lengths differ or an index is not one of the labels
   */
  public static ConfusionMatrix of(Labels labels, int[] truth, int[] predicted) {
    if (truth.length != predicted.length) {
      throw new IllegalArgumentException(
          "Truth and prediction must be of equal length, but are "
              + truth.length
              + " and "
              + predicted.length
              + ".");
    }
    long[][] counts = new long[labels.size()][labels.size()];
    for (int i = 0; i < truth.length; i++) {
      counts[checked(labels, truth[i])][checked(labels, predicted[i])]++;
    }
    return new ConfusionMatrix(labels, counts);
  }

  private static int checked(Labels labels, int index) {
    if (index < 0 || index >= labels.size()) {
      throw new IllegalArgumentException(
          "A class index must be 0 to " + (labels.size() - 1) + ", but is " + index + ".");
    }
    return index;
  }

  /** Returns the classes. */
  public Labels labels() {
    return labels;
  }

  /** Returns how many pictures of class {@code truth} were predicted as {@code predicted}. */
  public long count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /** Returns how many pictures of class {@code truth} were predicted as {@code predicted}. */
  public long count(String truth, String predicted) {
    return count(
        labels.indexOf(Objects.requireNonNull(truth, "truth")),
        labels.indexOf(Objects.requireNonNull(predicted, "predicted")));
  }

  /** Returns the number of pictures. */
  public long total() {
    long total = 0;
    for (int i = 0; i < labels.size(); i++) {
      total += support(i);
    }
    return total;
  }

  /** Returns the number of pictures that were predicted right. */
  public long correct() {
    long correct = 0;
    for (int i = 0; i < labels.size(); i++) {
      correct += counts[i][i];
    }
    return correct;
  }

  /** Returns precision, recall and F1 of every class. */
  public List<ClassMetrics> classes() {
    List<ClassMetrics> classes = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      classes.add(ClassMetrics.of(labels.name(i), counts[i][i], predicted(i), support(i)));
    }
    return classes;
  }

  /** Returns the plain mean over the classes: each counts the same. */
  public ClassMetrics macroAverage() {
    return ClassMetrics.average("macro average", classes(), metrics -> 1);
  }

  /** Returns the mean over the classes, weighted by their number of pictures. */
  public ClassMetrics weightedAverage() {
    return ClassMetrics.average("weighted average", classes(), ClassMetrics::support);
  }

  private long support(int truth) {
    long sum = 0;
    for (long count : counts[truth]) {
      sum += count;
    }
    return sum;
  }

  private long predicted(int predicted) {
    long sum = 0;
    for (long[] row : counts) {
      sum += row[predicted];
    }
    return sum;
  }

  /** Returns a table with the truth in rows and the prediction in columns. */
  TextTable table() {
    List<String> header = new ArrayList<>();
    header.add("truth \\ predicted");
    header.addAll(labels.names());
    TextTable table = new TextTable(header);
    for (int i = 0; i < labels.size(); i++) {
      List<String> row = new ArrayList<>();
      row.add(labels.name(i));
      for (long count : counts[i]) {
        row.add(Long.toString(count));
      }
      table.add(row);
    }
    return table;
  }

  /** Returns a Markdown table. */
  public String toMarkdown() {
    return table().toMarkdown();
  }

  /** Returns a text table. */
  @Override
  public String toString() {
    return table().toString();
  }
}
