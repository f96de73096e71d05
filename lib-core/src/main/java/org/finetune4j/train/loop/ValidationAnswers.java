package org.finetune4j.train.loop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.train.log.EpochMetric;

/** What a network answers to all validation samples, where somebody wants more than a sum of it. */
final class ValidationAnswers {
  private final Targets targets;
  private final List<EpochMetric> metrics;
  private final List<float[]> rows = new ArrayList<>();

  ValidationAnswers(Targets targets, List<EpochMetric> metrics) {
    if (!metrics.isEmpty() && !(targets.task() instanceof Task.OneLabel)) {
      throw new IllegalArgumentException(
          "Metrics of epochs are of labels, but what is learned is " + targets.task() + ".");
    }
    this.targets = targets;
    this.metrics = metrics;
  }

  /** Takes the answers to the next samples. */
  void add(float[] values, int outputs) {
    if (metrics.isEmpty()) {
      return;
    }
    for (int start = 0; start < values.length; start += outputs) {
      float[] row = new float[outputs];
      System.arraycopy(values, start, row, 0, outputs);
      rows.add(outputs == 1 ? new float[] {1 - row[0], row[0]} : row);
    }
  }

  /** Returns what was asked for. */
  Map<String, Double> metrics() {
    if (metrics.isEmpty()) {
      return Map.of();
    }
    Evaluation evaluation =
        Evaluation.of(
            ((Task.OneLabel) targets.task()).labels(),
            targets.labelIndices(),
            rows.toArray(float[][]::new));
    Map<String, Double> values = new LinkedHashMap<>();
    metrics.forEach(it -> values.put(it.name(), it.of().applyAsDouble(evaluation)));
    return values;
  }
}
