package org.finetune4j.quantize;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.finetune4j.backbone.CalibrationRule;
import org.finetune4j.backbone.Precision;
import org.finetune4j.backbone.Processor;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.engine.onnx.Calibrator;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.quantize.Levels;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.PixelBatches;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Network;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.weights.Weights;

/**
 * Rounds a trained classifier to eight bits: unsigned activations whose ranges come from pictures,
 * kernels with a scale per filter (Jacob et al. 2018, <i>Quantization and training of neural
 * networks for efficient integer-arithmetic-only inference</i>). The result is an ordinary
 * classifier. Immutable and thread-safe.
 *
 * <p>A guard compares it with the original on pictures that did not calibrate it. Where it loses
 * too much, the operators that cost most go back to float32, one, two, four ... of them, until it
 * does not; where nothing helps, nothing is handed out. Nor is what is slower than float32 on this
 * machine, unless asked for.
 *
 * <pre>{@code
 * QuantizedClassifier small = Quantizer.standard().quantize(classifier, split.validation());
 * System.out.println(small.report());
 * small.classifier().save(Path.of("cats-vs-dogs-int8.zip"));
 * }</pre>
 */
public final class Quantizer {
  private static final int FEWEST_TO_CALIBRATE = Precision.FEWEST_PICTURES;

  /** Fewer say too little about a loss. */
  private static final int FEWEST_TO_CHECK = 32;

  private static final int MOST_TO_CALIBRATE = 64;
  private static final int MOST_TO_LOOK_INSIDE = 32;
  private static final int MOST_TO_RANK = 4;
  private static final int MOST_TO_TIME = 16;
  private static final double SIGNIFICANT = 0.05;

  private final CalibrationRule rule;
  private final double largestLoss;
  private final boolean guarded;
  private final int largestKernelLevel;
  private final boolean slowerAllowed;
  private final LongSupplier clock;
  private final ImageDecoder decoder;

  private Quantizer(Builder builder) {
    this.rule = builder.rule;
    this.largestLoss = builder.largestLoss;
    this.guarded = builder.guarded;
    this.largestKernelLevel =
        builder.reducedRange ? Quantization.REDUCED_RANGE : Quantization.FULL_RANGE;
    this.slowerAllowed = builder.slowerAllowed;
    this.clock = builder.clock;
    this.decoder = builder.decoder;
  }

  /** Returns a quantizer with the defaults. */
  public static Quantizer standard() {
    return builder().build();
  }

  /** Starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Rounds a classifier. Up to 64 of the pictures, at most a third, calibrate it, drawn from every
   * class; the others check it.
   *
   * @param pictures labelled as the classifier is, at least 48; better none that it was trained on,
   *     since those would hide a loss
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if there are too few pictures, they have other labels, or some
   *     activation is NaN or infinite on them
   * @throws IllegalStateException if the classifier is in eight bits already, loses more than is
   *     allowed whatever stays in float32, or gains no speed here ({@link Builder#evenIfSlower})
   */
  public QuantizedClassifier quantize(ImageClassifier classifier, ImageDataset pictures)
      throws IOException {
    if (pictures.size() < FEWEST_TO_CALIBRATE + FEWEST_TO_CHECK) {
      throw new IllegalArgumentException(
          "Eight bits need at least "
              + FEWEST_TO_CALIBRATE
              + " pictures to calibrate and "
              + FEWEST_TO_CHECK
              + " others to check, together "
              + (FEWEST_TO_CALIBRATE + FEWEST_TO_CHECK)
              + ", not "
              + pictures.size()
              + ".");
    }
    double share = Math.min(MOST_TO_CALIBRATE, pictures.size() / 3) / (double) pictures.size();
    DatasetSplit split = pictures.split(share, 0);
    return quantize(classifier, split.train(), split.validation());
  }

  /**
   * Rounds a classifier.
   *
   * @param calibration pictures like those that will be predicted, at least 16; a few dozen are
   *     enough
   * @param check other pictures, labelled, at least 32; a loss below what they can show goes
   *     unnoticed
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if there are too few pictures, those to check have other
   *     labels, or some activation is NaN or infinite on them
   * @throws IllegalStateException if the classifier is in eight bits already, loses more than is
   *     allowed whatever stays in float32, or gains no speed here ({@link Builder#evenIfSlower})
   */
  public QuantizedClassifier quantize(
      ImageClassifier classifier, ImageDataset calibration, ImageDataset check) throws IOException {
    if (classifier.eightBits().isPresent()) {
      throw new IllegalStateException(
          "This classifier is in eight bits already. Quantise the float32 one.");
    }
    requireEnough("calibrate", FEWEST_TO_CALIBRATE, calibration.size());
    requireEnough("check", FEWEST_TO_CHECK, check.size());
    Calibrator.Pictures pictures = pictures(classifier, calibration);
    Map<String, Levels> levels =
        Calibrator.calibrate(
            classifier.network(),
            classifier.weights(),
            pictures,
            rule::levels,
            RuntimeOptions.standard());
    Quantization first = new Quantization(levels, Set.of(), largestKernelLevel);
    return new Guarded(classifier, calibration.size(), check).search(first);
  }

  private static void requireEnough(String what, int fewest, int pictures) {
    if (pictures < fewest) {
      throw new IllegalArgumentException(
          "Eight bits need at least "
              + fewest
              + " pictures to "
              + what
              + ", not "
              + pictures
              + ".");
    }
  }

  private Calibrator.Pictures pictures(ImageClassifier classifier, ImageDataset images) {
    Network network = classifier.network();
    PixelBatches batches = new PixelBatches(classifier.preprocessing(), network);
    return new Calibrator.Pictures() {
      @Override
      public int count() {
        return images.size();
      }

      @Override
      public FloatBuffer get(int index) throws IOException {
        return batches.prepare(1, i -> images.get(index).decode(batches.decoder(decoder))).pixels();
      }
    };
  }

  /** One search for what may be rounded. */
  private final class Guarded {
    private final ImageClassifier original;
    private final ClassifierDefinition definition;
    private final Weights weights;
    private final int calibrated;
    private final ImageDataset check;
    private final Evaluation before;
    private final Probe probe;

    Guarded(ImageClassifier original, int calibrated, ImageDataset check) throws IOException {
      this.original = original;
      this.definition = original.definition();
      this.weights = original.weights();
      this.calibrated = calibrated;
      this.check = check;
      this.before = original.evaluate(check);
      this.probe =
          new Probe(
              original.network(),
              original.weights(),
              pictures(original, check),
              MOST_TO_LOOK_INSIDE);
    }

    QuantizedClassifier search(Quantization first) throws IOException {
      QuantizedClassifier whole = round(first, List.of());
      if (isGoodEnough(whole.report())) {
        return requireGain(whole);
      }
      QuantizationReport worst = whole.report();
      whole.classifier().close();
      List<String> ranked =
          new Probe(original.network(), original.weights(), pictures(original, check), MOST_TO_RANK)
              .mostCostlyFirst(first);
      for (int count = 1; count < ranked.size(); count *= 2) {
        List<String> floats = ranked.subList(0, count);
        QuantizedClassifier part = round(first.withFloats(new LinkedHashSet<>(floats)), floats);
        if (isGoodEnough(part.report())) {
          return requireGain(part);
        }
        part.classifier().close();
      }
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Eight bits cost this classifier more than %.2f points or significantly much, even"
                  + " with its most costly layers in float32, so nothing is handed out. All in eight"
                  + " bits: %.2f %% -> %.2f %% (p = %.3f). Calibrate with more pictures, allow a"
                  + " larger loss with maximumLoss, or stay with float32.",
              largestLoss,
              100 * worst.accuracyBefore(),
              100 * worst.accuracyAfter(),
              worst.pValue()));
    }

    private QuantizedClassifier round(Quantization how, List<String> floats) throws IOException {
      ImageClassifier rounded =
          ImageClassifier.rounded(definition, weights, new EightBits(how, Map.of()));
      try {
        PairedAnswers answers = PairedAnswers.of(before, rounded.evaluate(check));
        QuantizationReport report =
            QuantizationReport.of(calibrated, answers, probe.change(how), floats);
        return new QuantizedClassifier(rounded.withReport(report.facts()), report);
      } catch (IOException | RuntimeException | Error e) {
        rounded.close();
        throw e;
      }
    }

    /** What is not faster is not worth what it may cost. */
    private QuantizedClassifier requireGain(QuantizedClassifier rounded) throws IOException {
      if (slowerAllowed) {
        return rounded;
      }
      try {
        List<Image> pictures = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_TO_TIME, check.size()); i++) {
          pictures.add(check.get(i).decode(decoder));
        }
        Speed speed = Speed.of(original, rounded.classifier(), pictures, clock);
        if (!speed.isLoss()) {
          return rounded;
        }
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "Eight bits gain this classifier nothing here: %.2f times as fast as float32 with"
                    + " one picture, %.2f times with %d. So nothing is handed out; stay with"
                    + " float32, or say evenIfSlower() if it is for another machine or for its"
                    + " size.",
                speed.single(),
                speed.batch(),
                pictures.size()));
      } catch (IOException | RuntimeException | Error e) {
        rounded.classifier().close();
        throw e;
      }
    }

    private boolean isGoodEnough(QuantizationReport report) {
      double loss = 100 * (report.accuracyBefore() - report.accuracyAfter());
      return !guarded || (loss <= largestLoss && (loss <= 0 || report.pValue() >= SIGNIFICANT));
    }
  }

  /** Options of a quantizer; not thread-safe. */
  public static final class Builder {
    private CalibrationRule rule = CalibrationRule.LEAST_SQUARES;
    private double largestLoss = 0.5;
    private boolean guarded = true;
    private boolean reducedRange = Processor.needsReducedRange();
    private boolean slowerAllowed;
    private LongSupplier clock = System::nanoTime;
    private ImageDecoder decoder = ImageDecoder.standard();

    private Builder() {}

    /** Sets how ranges follow from activations; default {@link CalibrationRule#LEAST_SQUARES}. */
    public Builder calibration(CalibrationRule newRule) {
      this.rule = newRule;
      return this;
    }

    /**
     * Sets how many points of accuracy may be lost on the pictures that check; default 0.5. A loss
     * that is significant (p below 0.05) is never allowed.
     *
     * @throws IllegalArgumentException if it is not within 0 to 100
     */
    public Builder maximumLoss(double points) {
      if (!(points >= 0 && points <= 100)) {
        throw new IllegalArgumentException(
            "The largest loss is within 0 to 100 points, not " + points + ".");
      }
      this.largestLoss = points;
      return this;
    }

    /** Takes the guard away: the loss is reported, whatever it is. */
    public Builder unguarded() {
      this.guarded = false;
      return this;
    }

    /**
     * Sets whether kernels use 127 levels instead of 255: needed where sums of two products of
     * eight bits do not fit into 16 (x86-64 processors without VNNI). Default: what this machine
     * needs; a classifier made for other machines says it.
     */
    public Builder reducedRange(boolean reduced) {
      this.reducedRange = reduced;
      return this;
    }

    /**
     * Hands out what is slower than float32 on this machine as well, for example for another one or
     * for its size; by default an exception says that nothing is gained.
     */
    public Builder evenIfSlower() {
      this.slowerAllowed = true;
      return this;
    }

    Builder clock(LongSupplier newClock) {
      this.clock = newClock;
      return this;
    }

    /** Sets how pictures are read; default {@link ImageDecoder#standard()}. */
    public Builder decoder(ImageDecoder newDecoder) {
      this.decoder = newDecoder;
      return this;
    }

    /** Returns the quantizer. */
    public Quantizer build() {
      return new Quantizer(this);
    }
  }
}
