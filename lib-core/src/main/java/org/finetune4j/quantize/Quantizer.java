package org.finetune4j.quantize;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.finetune4j.backbone.CalibrationRule;
import org.finetune4j.backbone.Precision;
import org.finetune4j.backbone.Processor;
import org.finetune4j.backbone.input.CalibrationCheck;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.engine.onnx.Calibrator;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.quantize.Calibration;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.ImageModel;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.picture.ImageDecoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rounds a trained classifier, tagger or regressor to eight bits: unsigned activations whose ranges
 * come from pictures, kernels with a scale per filter (Jacob et al. 2018, <i>Quantization and
 * training of neural networks for efficient integer-arithmetic-only inference</i>). The result is
 * an ordinary model. Immutable and thread-safe.
 *
 * <p>A guard compares it with the original on pictures that did not calibrate it. Where it loses
 * too much, other rules of calibration are tried; then the operators that cost most go back to
 * float32, one, two, four ... of them, until it does not; where nothing helps, nothing is handed
 * out. Nor is what is slower than float32 on this machine, unless asked for.
 *
 * <pre>{@code
 * Quantized<ImageClassifier> small = Quantizer.standard().quantize(classifier, split.validation());
 * System.out.println(small.report());
 * small.model().save(Path.of("cats-vs-dogs-int8.zip"));
 * }</pre>
 */
public final class Quantizer {
  private static final Logger LOG = LoggerFactory.getLogger(Quantizer.class);

  private static final int FEWEST_TO_CALIBRATE = Precision.FEWEST_PICTURES;

  /** Fewer say too little about a loss. */
  private static final int FEWEST_TO_CHECK = 32;

  private static final int MOST_TO_CALIBRATE = 64;

  /** In the order in which they are tried. */
  private static final List<CalibrationRule> STANDARD =
      List.of(CalibrationRule.LEAST_SQUARES, CalibrationRule.PERCENTILE, CalibrationRule.MIN_MAX);

  private final QuantizerOptions options;

  private Quantizer(Builder builder) {
    this.options =
        new QuantizerOptions(
            builder.rules,
            builder.largestLoss,
            builder.guarded,
            builder.reducedRange ? Quantization.REDUCED_RANGE : Quantization.FULL_RANGE,
            builder.slowerAllowed,
            builder.clock,
            builder.decoder);
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
  public Quantized<ImageClassifier> quantize(ImageClassifier classifier, ImageDataset pictures)
      throws IOException {
    Objects.requireNonNull(classifier, "classifier");
    DatasetSplit split = split(pictures);
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
  public Quantized<ImageClassifier> quantize(
      ImageClassifier classifier, ImageDataset calibration, ImageDataset check) throws IOException {
    return round(
        Kind.CLASSIFIER,
        Objects.requireNonNull(classifier, "classifier"),
        calibration,
        Objects.requireNonNull(check, "check"));
  }

  /**
   * Rounds a tagger as {@link #quantize(ImageClassifier, ImageDataset)} does a classifier. A
   * picture counts as right if it gets exactly its tags, each at its own threshold; the mean
   * average precision must not fall by more than that share may.
   *
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if there are too few pictures, they have other tags, or some
   *     activation is NaN or infinite on them
   * @throws IllegalStateException if the tagger is in eight bits already, loses more than is
   *     allowed whatever stays in float32, or gains no speed here ({@link Builder#evenIfSlower})
   */
  public Quantized<ImageTagger> quantize(ImageTagger tagger, ImageDataset pictures)
      throws IOException {
    Objects.requireNonNull(tagger, "tagger");
    DatasetSplit split = split(pictures);
    return quantize(tagger, split.train(), split.validation());
  }

  /**
   * Rounds a tagger with pictures that calibrate, at least 16, and others that check, at least 32.
   *
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException as {@link #quantize(ImageTagger, ImageDataset)}
   * @throws IllegalStateException as {@link #quantize(ImageTagger, ImageDataset)}
   */
  public Quantized<ImageTagger> quantize(
      ImageTagger tagger, ImageDataset calibration, ImageDataset check) throws IOException {
    return round(
        Kind.TAGGER,
        Objects.requireNonNull(tagger, "tagger"),
        Objects.requireNonNull(calibration, "calibration"),
        Objects.requireNonNull(check, "check"));
  }

  /**
   * Rounds a regressor as {@link #quantize(ImageClassifier, ImageDataset)} does a classifier. Its
   * mean absolute error may grow by {@link Builder#maximumLoss} hundredths of what saying the
   * median of the true numbers would err, 0.5 by default; several quantities count alike.
   *
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if there are too few pictures, they have other quantities, or
   *     some activation is NaN or infinite on them
   * @throws IllegalStateException if the regressor is in eight bits already, loses more than is
   *     allowed whatever stays in float32, or gains no speed here ({@link Builder#evenIfSlower})
   */
  public Quantized<ImageRegressor> quantize(ImageRegressor regressor, ImageDataset pictures)
      throws IOException {
    Objects.requireNonNull(regressor, "regressor");
    DatasetSplit split = split(pictures);
    return quantize(regressor, split.train(), split.validation());
  }

  /**
   * Rounds a regressor with pictures that calibrate, at least 16, and others that check, at least
   * 32.
   *
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException as {@link #quantize(ImageRegressor, ImageDataset)}
   * @throws IllegalStateException as {@link #quantize(ImageRegressor, ImageDataset)}
   */
  public Quantized<ImageRegressor> quantize(
      ImageRegressor regressor, ImageDataset calibration, ImageDataset check) throws IOException {
    return round(
        Kind.REGRESSOR,
        Objects.requireNonNull(regressor, "regressor"),
        Objects.requireNonNull(calibration, "calibration"),
        Objects.requireNonNull(check, "check"));
  }

  private static DatasetSplit split(ImageDataset pictures) {
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
    return pictures.split(share, 0);
  }

  private <M extends ImageModel<?, M>, E> Quantized<M> round(
      Kind<M, E> kind, M model, ImageDataset calibration, ImageDataset check) throws IOException {
    if (model.eightBits().isPresent()) {
      throw new IllegalStateException(
          "This " + kind.name() + " is in eight bits already. Quantise the float32 one.");
    }
    requireEnough("calibrate", FEWEST_TO_CALIBRATE, calibration.size());
    requireEnough("check", FEWEST_TO_CHECK, check.size());
    Calibrator.Pictures pixels = pixels(model, calibration);
    Calibration seen = // refuses broken networks before they answer
        Calibrator.calibrate(model.network(), model.weights(), pixels, RuntimeOptions.standard());
    Calibrator.Pictures others = pixels(model, check);
    CalibrationSummary summary =
        new CalibrationSummary(calibration.size(), warnings(model, pixels, others));
    return new Guard<>(options, kind, model, summary, check, others)
        .search(rule -> seen.quantization(rule::levels, options.largestKernelLevel()));
  }

  private static List<String> warnings(
      ImageModel<?, ?> model, Calibrator.Pictures pixels, Calibrator.Pictures others)
      throws IOException {
    boolean published = model.provenance().facts().containsKey("backbone");
    List<String> warnings =
        CalibrationCheck.of(model.network(), model.weights(), pixels, published, others);
    warnings.forEach(LOG::warn);
    return warnings;
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

  private Calibrator.Pictures pixels(ImageModel<?, ?> model, ImageDataset images) {
    PixelBatches batches = new PixelBatches(model.preprocessing(), model.network());
    return new Calibrator.Pictures() {
      @Override
      public int count() {
        return images.size();
      }

      @Override
      public FloatBuffer get(int index) throws IOException {
        return batches
            .prepare(1, i -> images.get(index).decode(batches.decoder(options.decoder())))
            .pixels();
      }
    };
  }

  /** Options of a quantizer; not thread-safe. */
  public static final class Builder {
    private List<CalibrationRule> rules = STANDARD;
    private double largestLoss = 0.5;
    private boolean guarded = true;
    private boolean reducedRange = Processor.needsReducedRange();
    private boolean slowerAllowed;
    private LongSupplier clock = System::nanoTime;
    private ImageDecoder decoder = ImageDecoder.standard();

    private Builder() {}

    /**
     * Sets how ranges follow from activations. By default {@link CalibrationRule#LEAST_SQUARES},
     * and where the guard finds that to cost too much {@link CalibrationRule#PERCENTILE}, then
     * {@link CalibrationRule#MIN_MAX}.
     */
    public Builder calibration(CalibrationRule rule) {
      this.rules = List.of(Objects.requireNonNull(rule, "rule"));
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
      this.decoder = Objects.requireNonNull(newDecoder, "newDecoder");
      return this;
    }

    /** Returns the quantizer. */
    public Quantizer build() {
      return new Quantizer(this);
    }
  }
}
