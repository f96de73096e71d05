package org.finetune4j.quantize;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What eight bits cost, measured on pictures that did not calibrate them.
 *
 * @param calibrationPictures how many the ranges come from
 * @param checkPictures how many were answered by both classifiers
 * @param accuracyBefore of the float32 classifier on them
 * @param accuracyAfter of the eight-bit classifier on them
 * @param pValue of McNemar's exact test, one-sided: how probable so large a loss is if both were
 *     equally good
 * @param agreement share of the pictures to which both give the same first answer
 * @param probabilityChange mean absolute change of the probability of the first answer
 * @param featureChange relative change (L2) of the last rounded activations, mean over at most 32
 *     of the pictures
 * @param floatLayers operators that had to stay in float32, the most costly first
 */
public record QuantizationReport(
    int calibrationPictures,
    int checkPictures,
    double accuracyBefore,
    double accuracyAfter,
    double pValue,
    double agreement,
    double probabilityChange,
    double featureChange,
    List<String> floatLayers) {
  /** Copies the list. */
  public QuantizationReport {
    floatLayers = List.copyOf(floatLayers);
  }

  static QuantizationReport of(
      int calibrated, PairedAnswers answers, double featureChange, List<String> floatLayers) {
    double n = answers.pictures();
    return new QuantizationReport(
        calibrated,
        answers.pictures(),
        answers.rightBefore() / n,
        answers.rightAfter() / n,
        answers.pValue(),
        answers.agreed() / n,
        answers.probabilityChange(),
        featureChange,
        floatLayers);
  }

  /** Returns the facts as they are kept in a saved classifier. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("calibration_pictures", Integer.toString(calibrationPictures));
    facts.put("check_pictures", Integer.toString(checkPictures));
    facts.put("accuracy_float32", Double.toString(accuracyBefore));
    facts.put("accuracy_int8", Double.toString(accuracyAfter));
    facts.put("p_value", Double.toString(pValue));
    facts.put("agreement", Double.toString(agreement));
    facts.put("probability_change", Double.toString(probabilityChange));
    facts.put("feature_change", Double.toString(featureChange));
    facts.put("float32_layers", String.join(", ", floatLayers));
    return facts;
  }

  /** Returns the report as lines for people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        """
            Eight bits, calibrated on %d pictures, compared with float32 on %d others (selected on)
            accuracy               %.2f %% -> %.2f %% (McNemar's exact test, one-sided: p = %.3f)
            same first answer      %.2f %%
            probability moved by   %.4f on average
            features moved by      %.3f (relative L2)
            left in float32        %s""",
        calibrationPictures,
        checkPictures,
        100 * accuracyBefore,
        100 * accuracyAfter,
        pValue,
        100 * agreement,
        probabilityChange,
        featureChange,
        floatLayers.isEmpty() ? "nothing that matters" : String.join(", ", floatLayers));
  }
}
