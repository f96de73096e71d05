package org.finetune4j.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.SkippedFile;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.progress.Progress;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;

/**
 * Says what is wrong with labelled pictures before anything is learned from them: broken files,
 * duplicates and leaks, wrong labels, outliers, pictures that are blurred, black, tiny or turned.
 * Every picture is decoded once; wrong labels and outliers need features, and near-duplicates are
 * found better with them. Where the features are cached, so is what the pixels say, and the next
 * time no picture is decoded that was before. Immutable and thread-safe.
 *
 * <pre>{@code
 * DataReport report = DataDoctor.builder().features(extractor).build().examine(split);
 * System.out.println(report);
 * report.saveHtml(Path.of("data.html"));
 * DatasetSplit clean = report.withoutLeaks(split);
 * }</pre>
 */
public final class DataDoctor {
  private static final double DARK = 20;
  private static final double BRIGHT = 235;

  /** What most pictures have is no fault of a few. */
  private static final double RARE = 0.2;

  private final Optional<FeatureExtractor> extractor;
  private final ImageDecoder decoder;
  private final Progress progress;
  private final double blurred;
  private final int tiny;
  private final double aspect;

  private DataDoctor(Builder builder) {
    this.extractor = builder.extractor;
    this.decoder = builder.decoder;
    this.progress = builder.progress;
    this.blurred = builder.blurred;
    this.tiny = builder.tiny;
    this.aspect = builder.aspect;
  }

  /** Starts a doctor that looks at pixels alone. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Examines one set of pictures, as the part {@code data}.
   *
   * @throws IOException if features cannot be computed or cached; broken pictures are findings
   */
  public DataReport examine(ImageDataset pictures) throws IOException {
    return examine(Map.of("data", pictures));
  }

  /**
   * Examines the parts of a split, and whether pictures of one stand in another.
   *
   * @throws IOException if features cannot be computed or cached; broken pictures are findings
   */
  public DataReport examine(DatasetSplit split) throws IOException {
    Map<String, ImageDataset> parts = new LinkedHashMap<>();
    parts.put("train", split.train());
    parts.put("validation", split.validation());
    parts.put("test", split.test());
    return examine(parts);
  }

  private DataReport examine(Map<String, ImageDataset> parts) throws IOException {
    Task task = parts.values().iterator().next().task();
    List<Finding> findings = new ArrayList<>();
    List<ExaminedPicture> pictures = new ArrayList<>();
    List<LabeledImage> images = new ArrayList<>();
    List<PictureLook> looks = new ArrayList<>();
    for (Map.Entry<String, ImageDataset> part : parts.entrySet()) {
      skipped(part.getKey(), part.getValue()).forEach(findings::add);
      look(part.getKey(), part.getValue(), findings, pictures, images, looks);
    }
    Optional<FeatureSet> features =
        extractor.isPresent() && !images.isEmpty()
            ? Optional.of(
                extractor.get().extract(ImageDataset.of(task, images), i -> looks.get(i).sha256()))
            : Optional.empty();
    findings.addAll(
        new PixelFindings(blurred, tiny, aspect, DARK, BRIGHT, RARE).of(pictures, looks));
    List<int[]> groups = LookAlikes.groups(looks, features);
    findings.addAll(DuplicateFindings.of(groups, pictures, looks));
    features.ifPresent(it -> findings.addAll(FeatureFindings.of(pictures, it)));
    return new DataReport(parts, pictures, images, groups, findings, decoder);
  }

  private static List<Finding> skipped(String part, ImageDataset pictures) {
    List<Finding> findings = new ArrayList<>();
    for (SkippedFile file : pictures.skipped()) {
      if (file.reason() == SkippedFile.Reason.HIDDEN) {
        continue; // the system's own, and no picture of anybody's
      }
      ExaminedPicture named = new ExaminedPicture(part, -1, file.path().toString(), "");
      findings.add(new Finding(Problem.UNREADABLE, List.of(named), 1, file.explanation()));
    }
    return findings;
  }

  private void look(
      String part,
      ImageDataset of,
      List<Finding> findings,
      List<ExaminedPicture> pictures,
      List<LabeledImage> images,
      List<PictureLook> looks) {
    String task = "Looking at " + part;
    progress.at(task, 0, of.size(), "images");
    List<PictureLooks.Looked> all =
        PictureLooks.of(of, decoder, extractor.flatMap(FeatureExtractor::cache));
    progress.at(task, of.size(), of.size(), "images");
    for (int i = 0; i < all.size(); i++) {
      LabeledImage image = of.get(i);
      ExaminedPicture picture = new ExaminedPicture(part, i, image.name(), label(of, image));
      if (all.get(i).look().isPresent()) {
        pictures.add(picture);
        images.add(image);
        looks.add(all.get(i).look().get());
      } else {
        findings.add(new Finding(Problem.UNREADABLE, List.of(picture), 1, all.get(i).error()));
      }
    }
  }

  private static String label(ImageDataset of, LabeledImage image) {
    if (of.task() instanceof Task.OneLabel one) {
      return one.labels().name(image.label());
    }
    return image.target() instanceof Target.Tags tags
        ? String.join(", ", tags.indices().stream().map(of.labels()::name).toList())
        : image.target().toString();
  }

  /** Options of a doctor; not thread-safe. */
  public static final class Builder {
    private Optional<FeatureExtractor> extractor = Optional.empty();
    private ImageDecoder decoder = ImageDecoder.standard();
    private Progress progress = Progress.silent();
    private double blurred = 30;
    private int tiny = 32;
    private double aspect = 3;

    private Builder() {}

    /** Sets what computes features; without one, wrong labels and outliers are not looked for. */
    public Builder features(FeatureExtractor newExtractor) {
      this.extractor = Optional.of(Objects.requireNonNull(newExtractor, "newExtractor"));
      return this;
    }

    /** Sets what decodes pictures; default {@link ImageDecoder#standard}. */
    public Builder decoder(ImageDecoder newDecoder) {
      this.decoder = Objects.requireNonNull(newDecoder, "newDecoder");
      return this;
    }

    /** Sets who hears how far the work is; default nobody. */
    public Builder progress(Progress listener) {
      this.progress = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets below which variance of the Laplacian, taken at 256 pixels, a picture is blurred;
     * default 30.
     *
     * @throws IllegalArgumentException if it is negative or NaN
     */
    public Builder blurredBelow(double variance) {
      require(variance >= 0, "A variance is at least 0, not " + variance + ".");
      this.blurred = variance;
      return this;
    }

    /**
     * Sets below how many pixels at the shorter side a picture is tiny; default 32.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder tinyBelow(int pixels) {
      require(pixels >= 0, "A number of pixels is at least 0, not " + pixels + ".");
      this.tiny = pixels;
      return this;
    }

    /**
     * Sets above which ratio of the longer to the shorter side a picture is extreme; default 3.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder aspectAbove(double ratio) {
      require(
          ratio >= 1,
          "A ratio of the longer to the shorter side is at least 1, not " + ratio + ".");
      this.aspect = ratio;
      return this;
    }

    private static void require(boolean holds, String message) {
      if (!holds) {
        throw new IllegalArgumentException(message);
      }
    }

    /** Returns the doctor. */
    public DataDoctor build() {
      return new DataDoctor(this);
    }
  }
}
