package org.finetune4j.quantize;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.finetune4j.backbone.CalibrationRule;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.engine.onnx.Calibrator;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageModel;
import org.finetune4j.provenance.EightBits;
import org.jspecify.annotations.Nullable;

/**
 * Searches for what of one model may be rounded.
 *
 * @param <M> the kind of model
 * @param <E> what is known of its answers
 */
final class Guard<M extends ImageModel<?, M>, E> {
  private static final int MOST_TO_LOOK_INSIDE = 32;
  private static final int MOST_TO_RANK = 4;
  private static final int MOST_TO_TIME = 16;
  private static final double SIGNIFICANT = 0.05;

  private final QuantizerOptions options;
  private final Kind<M, E> kind;
  private final M original;
  private final CalibrationSummary calibration;
  private final ImageDataset check;
  private final Calibrator.Pictures pixels;
  private final E before;
  private final Probe probe;

  /**
   * Lets the original answer.
   *
   * @param calibration what the ranges come from
   * @param check pictures that did not calibrate
   * @param pixels the same as the network reads them
   */
  Guard(
      QuantizerOptions options,
      Kind<M, E> kind,
      M original,
      CalibrationSummary calibration,
      ImageDataset check,
      Calibrator.Pictures pixels)
      throws IOException {
    this.options = options;
    this.kind = kind;
    this.original = original;
    this.calibration = calibration;
    this.check = check;
    this.pixels = pixels;
    this.before = kind.examiner().evaluate(original, check);
    this.probe = new Probe(original.network(), original.weights(), pixels, MOST_TO_LOOK_INSIDE);
  }

  /**
   * A model that was rounded, and how well it did.
   *
   * @param model to be closed
   * @param how it was rounded
   * @param rule that its ranges follow
   * @param comparison with the original
   * @param featureChange of the last rounded activations
   * @param floats what stayed in float32
   */
  private record Trial<M>(
      M model,
      Quantization how,
      CalibrationRule rule,
      Comparison comparison,
      double featureChange,
      List<String> floats) {
    boolean isBetterThan(@Nullable Trial<M> other) {
      return other == null || comparison.lossInPoints() < other.comparison().lossInPoints();
    }
  }

  /**
   * Searches.
   *
   * @param rounding rounds everything by a rule
   */
  Quantized<M> search(Function<CalibrationRule, Quantization> rounding) throws IOException {
    @Nullable Trial<M> whole = null;
    for (CalibrationRule rule : options.rules()) {
      Trial<M> trial = round(rounding.apply(rule), rule, List.of());
      if (isGoodEnough(trial.comparison())) {
        return finish(trial);
      }
      trial.model().close();
      whole = trial.isBetterThan(whole) ? trial : whole;
    }
    Trial<M> best = Objects.requireNonNull(whole, "one rule or more");
    List<String> ranked =
        new Probe(original.network(), original.weights(), pixels, MOST_TO_RANK)
            .mostCostlyFirst(best.how());
    for (int count = 1; count < ranked.size(); count *= 2) {
      List<String> floats = ranked.subList(0, count);
      Set<String> all = new LinkedHashSet<>(floats);
      all.addAll(best.how().floats());
      Quantization how = best.how().withFloats(all);
      Trial<M> part = round(how, best.rule(), floats);
      if (isGoodEnough(part.comparison())) {
        return finish(part);
      }
      part.model().close();
    }
    throw new IllegalStateException(
        String.format(
            Locale.ROOT,
            "Eight bits cost this %s more than %.2f points or significantly much, even"
                + " with its most costly layers in float32, so nothing is handed out. All in eight"
                + " bits: %.2f %% -> %.2f %% (p = %.3f). Calibrate with more pictures, allow a"
                + " larger loss with maximumLoss, or stay with float32.",
            kind.name(),
            options.largestLoss(),
            100 * best.comparison().before(),
            100 * best.comparison().after(),
            best.comparison().pValue()));
  }

  private Trial<M> round(Quantization how, CalibrationRule rule, List<String> floats)
      throws IOException {
    M rounded =
        kind.maker()
            .rounded(original.definition(), original.weights(), new EightBits(how, Map.of()));
    return closingOnFailure(
        rounded,
        () ->
            new Trial<>(
                rounded,
                how,
                rule,
                kind.comparer().apply(before, kind.examiner().evaluate(rounded, check)),
                probe.change(how),
                List.copyOf(floats)));
  }

  /** What is not faster is not worth what it may cost. */
  private Quantized<M> finish(Trial<M> trial) throws IOException {
    return closingOnFailure(
        trial.model(),
        () -> {
          List<Image> pictures = new ArrayList<>();
          for (int i = 0; i < Math.min(MOST_TO_TIME, check.size()); i++) {
            Image picture = check.get(i).decode(options.decoder());
            pictures.add(original.preprocessing().fit(picture, original.inputSize()));
          }
          Speed speed = Speed.of(original, trial.model(), pictures, options.clock());
          if (!options.slowerAllowed() && speed.isLoss()) {
            throw new IllegalStateException(
                "Eight bits gain this "
                    + kind.name()
                    + " nothing here: "
                    + speed
                    + ". So nothing is handed out; stay with float32, or say evenIfSlower() if it"
                    + " is for another machine or for its size.");
          }
          QuantizationReport report =
              QuantizationReport.of(
                  calibration,
                  trial.rule(),
                  trial.comparison(),
                  trial.featureChange(),
                  trial.floats(),
                  speed);
          return new Quantized<>(trial.model().withReport(report.facts()), report);
        });
  }

  private boolean isGoodEnough(Comparison comparison) {
    double loss = comparison.lossInPoints();
    return !options.guarded()
        || (loss <= options.largestLoss() && (loss <= 0 || comparison.pValue() >= SIGNIFICANT));
  }

  /** Work that reads pictures. */
  private interface Work<R> {
    R result() throws IOException;
  }

  private static <R> R closingOnFailure(ImageModel<?, ?> model, Work<R> work) throws IOException {
    try {
      return work.result();
    } catch (IOException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }
}
