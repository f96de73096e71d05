package org.finetune4j.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.finetune4j.text.Count;
import org.finetune4j.text.TextTable;

/** An evaluation of tags for people and for programs. */
final class TagReport {
  private TagReport() {}

  static String plain(TagEvaluation evaluation) {
    return summary(evaluation) + "\n\n" + table(evaluation);
  }

  static String markdown(TagEvaluation evaluation) {
    return summary(evaluation) + "\n\n" + table(evaluation).toMarkdown();
  }

  private static String summary(TagEvaluation evaluation) {
    return String.format(
            Locale.ROOT,
            "Mean average precision %.3f, F1 micro %.3f, macro %.3f, weighted %.3f; Hamming loss %.4f, all"
                + " tags right in %.1f %% of %s\nThresholds: %s",
            evaluation.meanAveragePrecision(),
            evaluation.microAverage().f1(),
            evaluation.macroAverage().f1(),
            evaluation.weightedAverage().f1(),
            evaluation.hammingLoss(),
            100 * evaluation.subsetAccuracy(),
            Count.of(evaluation.size(), "picture"),
            evaluation.thresholds().selection())
        + evaluation.warnings().stream()
            .map(it -> "\nWarning: " + it)
            .collect(Collectors.joining());
  }

  private static TextTable table(TagEvaluation evaluation) {
    TextTable table =
        new TextTable(
            List.of(
                "tag", "average precision", "threshold", "precision", "recall", "F1", "pictures"));
    List<ClassMetrics> metrics = evaluation.metrics();
    for (int tag = 0; tag < metrics.size(); tag++) {
      String name = metrics.get(tag).name();
      String precision =
          evaluation.averagePrecision(name).stream()
              .mapToObj(TagReport::decimals)
              .findFirst()
              .orElse("-");
      table.add(
          row(metrics.get(tag), precision, decimals(evaluation.thresholds().values().get(tag))));
    }
    table.add(row(evaluation.microAverage(), "-", "-"));
    table.add(row(evaluation.macroAverage(), decimals(evaluation.meanAveragePrecision()), "-"));
    table.add(row(evaluation.weightedAverage(), "-", "-"));
    return table;
  }

  private static List<String> row(ClassMetrics metrics, String averagePrecision, String threshold) {
    List<String> row = new ArrayList<>();
    row.add(metrics.name());
    row.add(averagePrecision);
    row.add(threshold);
    row.add(decimals(metrics.precision()));
    row.add(decimals(metrics.recall()));
    row.add(decimals(metrics.f1()));
    row.add(Long.toString(metrics.support()));
    return row;
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  static ObjectNode json(TagEvaluation evaluation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("pictures", evaluation.size());
    json.put("meanAveragePrecision", evaluation.meanAveragePrecision());
    json.put("hammingLoss", evaluation.hammingLoss());
    json.put("subsetAccuracy", evaluation.subsetAccuracy());
    json.put("thresholdSelection", evaluation.thresholds().selection());
    ArrayNode tags = json.putArray("tags");
    List<ClassMetrics> metrics = evaluation.metrics();
    for (int tag = 0; tag < metrics.size(); tag++) {
      String name = metrics.get(tag).name();
      ObjectNode node = EvaluationJson.put(tags.addObject().put("name", name), metrics.get(tag));
      node.put("threshold", evaluation.thresholds().values().get(tag));
      evaluation.averagePrecision(name).ifPresent(it -> node.put("averagePrecision", it));
      evaluation.roc(name).ifPresent(curve -> node.put("rocAuc", curve.area()));
    }
    EvaluationJson.put(json.putObject("microAverage"), evaluation.microAverage());
    EvaluationJson.put(json.putObject("macroAverage"), evaluation.macroAverage());
    EvaluationJson.put(json.putObject("weightedAverage"), evaluation.weightedAverage());
    return json;
  }
}
