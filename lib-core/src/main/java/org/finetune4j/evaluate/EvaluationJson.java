package org.finetune4j.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.finetune4j.target.Labels;

/** An evaluation as JSON for programs. */
final class EvaluationJson {
  private EvaluationJson() {}

  static ObjectNode of(Evaluation evaluation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("pictures", evaluation.size());
    json.put("accuracy", evaluation.accuracy());
    Interval interval = evaluation.accuracyInterval();
    json.putArray("accuracyInterval95").add(interval.low()).add(interval.high());
    if (evaluation.labels().size() > 5) {
      json.put("top5", evaluation.topK(5));
    }
    json.put("logLoss", evaluation.logLoss());
    Calibration calibration = evaluation.calibration();
    json.put("expectedCalibrationError", calibration.expectedError());
    json.put("largestCalibrationError", calibration.largestError());
    ConfusionMatrix matrix = evaluation.confusionMatrix();
    ArrayNode classes = json.putArray("classes");
    for (ClassMetrics metrics : matrix.classes()) {
      ObjectNode node = put(classes.addObject().put("name", metrics.name()), metrics);
      evaluation.roc(metrics.name()).ifPresent(curve -> node.put("rocAuc", curve.area()));
      evaluation
          .precisionRecall(metrics.name())
          .ifPresent(curve -> node.put("averagePrecision", curve.area()));
    }
    put(json.putObject("macroAverage"), matrix.macroAverage());
    put(json.putObject("weightedAverage"), matrix.weightedAverage());
    Labels labels = evaluation.labels();
    ArrayNode rows = json.putArray("confusionMatrix");
    for (int truth = 0; truth < labels.size(); truth++) {
      ArrayNode row = rows.addArray();
      for (int predicted = 0; predicted < labels.size(); predicted++) {
        row.add(matrix.count(truth, predicted));
      }
    }
    return json;
  }

  static ObjectNode put(ObjectNode node, ClassMetrics metrics) {
    return node.put("precision", metrics.precision())
        .put("recall", metrics.recall())
        .put("f1", metrics.f1())
        .put("support", metrics.support());
  }
}
