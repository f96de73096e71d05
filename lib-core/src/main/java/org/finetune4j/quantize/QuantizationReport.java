package org.finetune4j.quantize;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.finetune4j.backbone.CalibrationRule;

/**
 * What eight bits cost and gained, measured on pictures that did not calibrate them.
 *
 * @param calibrationPictures how many the ranges come from
 * @param rule how the ranges follow from them
 * @param checkPictures how many were answered by both models
 * @param accuracyBefore of the float32 model on them, at best 1: the share of right answers; of a
 *     tagger the share of pictures with exactly the right tags; of a regressor 1 less its mean
 *     absolute error in units of what the median of the true numbers would err
 * @param accuracyAfter of the eight-bit model on them
 * @param pValue how probable so large a loss is if both were equally good, one-sided: McNemar's
 *     exact test; of a regressor the sign test on the pictures whose error changed
 * @param agreement share of the pictures to which both give the same first answer, or the same tags
 *     at their thresholds, or numbers that differ by less than the float32 model's mean error
 * @param probabilityChange mean absolute change of the probability of the first answer, or of all
 *     tags, or of the numbers in the unit of the accuracy
 * @param featureChange relative change (L2) of the last rounded activations, mean over at most 32
 *     of the pictures
 * @param floatLayers operators that had to stay in float32, the most costly first
 * @param speed on this machine, beside float32
 * @param others a tagger's mean average precision, a regressor's mean absolute error per quantity
 * @param warnings what is wrong with the pictures that calibrated
 */
public record QuantizationReport(
    int calibrationPictures,
    CalibrationRule rule,
    int checkPictures,
    double accuracyBefore,
    double accuracyAfter,
    double pValue,
    double agreement,
    double probabilityChange,
    double featureChange,
    List<String> floatLayers,
    Speed speed,
    List<Measure> others,
    List<String> warnings) {
  /** Copies the lists. */
  public QuantizationReport {
    floatLayers = List.copyOf(floatLayers);
    others = List.copyOf(others);
    warnings = List.copyOf(warnings);
  }

  static QuantizationReport of(
      CalibrationSummary calibration,
      CalibrationRule rule,
      Comparison comparison,
      double featureChange,
      List<String> floatLayers,
      Speed speed) {
    return new QuantizationReport(
        calibration.pictures(),
        rule,
        comparison.pictures(),
        comparison.before(),
        comparison.after(),
        comparison.pValue(),
        comparison.agreement(),
        comparison.change(),
        featureChange,
        floatLayers,
        speed,
        comparison.others(),
        calibration.warnings());
  }

  /** Returns the facts as they are kept in a saved model. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("calibration_pictures", Integer.toString(calibrationPictures));
    facts.put("calibration_rule", rule.name());
    facts.put("check_pictures", Integer.toString(checkPictures));
    facts.put("accuracy_float32", Double.toString(accuracyBefore));
    facts.put("accuracy_int8", Double.toString(accuracyAfter));
    facts.put("p_value", Double.toString(pValue));
    facts.put("agreement", Double.toString(agreement));
    facts.put("probability_change", Double.toString(probabilityChange));
    facts.put("feature_change", Double.toString(featureChange));
    facts.put("float32_layers", String.join(", ", floatLayers));
    facts.put("times_as_fast_one_picture", Double.toString(speed.single()));
    facts.put("times_as_fast_" + speed.pictures() + "_pictures", Double.toString(speed.batch()));
    for (Measure other : others) {
      facts.put(other.name() + ", float32", Double.toString(other.float32()));
      facts.put(other.name() + ", int8", Double.toString(other.int8()));
    }
    if (!warnings.isEmpty()) {
      facts.put("warnings", String.join(" ", warnings));
    }
    return facts;
  }

  /** Returns the report as lines for people. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                """
                Eight bits, calibrated on %d pictures (%s), compared with float32 on %d others (selected on)
                accuracy               %.2f %% -> %.2f %% (exact test, one-sided: p = %.3f)
                same answer            %.2f %%
                answers moved by       %.4f on average
                features moved by      %.3f (relative L2)
                speed                  %s
                left in float32        %s""",
                calibrationPictures,
                rule,
                checkPictures,
                100 * accuracyBefore,
                100 * accuracyAfter,
                pValue,
                100 * agreement,
                probabilityChange,
                featureChange,
                speed,
                floatLayers.isEmpty() ? "nothing that matters" : String.join(", ", floatLayers)));
    others.forEach(it -> text.append('\n').append(it));
    warnings.forEach(it -> text.append("\nWarning: ").append(it));
    return text.toString();
  }
}
