package org.finetune4j.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;

/** What scikit-learn and SciPy say about tags and numbers ({@code head/targets.py}). */
public final class ReferenceTargets {
  private ReferenceTargets() {}

  public static JsonNode read() {
    try (InputStream in =
        ReferenceTargets.class.getResourceAsStream("/org/finetune4j/head/targets.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static float[][] rows(JsonNode json) {
    float[][] rows = new float[json.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[json.get(i).size()];
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = (float) json.get(i).get(j).asDouble();
      }
    }
    return rows;
  }

  public static Targets tags(JsonNode rows, Task task) {
    List<Target> targets = new ArrayList<>();
    for (JsonNode row : rows) {
      targets.add(
          Target.tags(
              IntStream.range(0, row.size()).filter(i -> row.get(i).asInt() == 1).toArray()));
    }
    return Targets.of(task, targets);
  }

  public static Targets numbers(JsonNode rows, Task task) {
    List<Target> targets = new ArrayList<>();
    for (JsonNode row : rows) {
      targets.add(
          row.isArray()
              ? Target.numbers(
                  IntStream.range(0, row.size()).mapToDouble(i -> row.get(i).asDouble()).toArray())
              : Target.numbers(row.asDouble()));
    }
    return Targets.of(task, targets);
  }
}
