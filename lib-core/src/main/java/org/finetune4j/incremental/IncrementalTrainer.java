package org.finetune4j.incremental;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.LinearHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on from a saved classifier with new pictures, which may be of classes that it does not know:
 * a new linear head behind its own backbone, with its rows as the start. Immutable and thread-safe.
 *
 * <ul>
 *   <li>With {@linkplain Builder#replay(ImageDataset) old pictures}, all rows are fitted to old and
 *       new pictures together: the head that a fit from scratch finds, sooner. Features that lie in
 *       the {@linkplain Builder#cache cache} are not computed again.
 *   <li>Without them the rows of the known classes are kept bit for bit, and those of the new
 *       classes are fitted beside them.
 * </ul>
 *
 * <p>What was forgotten is measured: how many of the held-out pictures of known classes are right
 * before and after.
 *
 * <pre>{@code
 * try (ImageClassifier saved = ImageClassifier.load(Path.of("pets.zip"))) {
 *   IncrementalResult next =
 *       IncrementalTrainer.builder(saved)
 *           .cache(Path.of("features"))
 *           .replay(oldPhotos)
 *           .build()
 *           .fit(newPhotos, heldOut);
 *   System.out.println(next);
 *   next.classifier().save(Path.of("next.zip"));
 *   next.classifier().close();
 * }
 * }</pre>
 */
public final class IncrementalTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(IncrementalTrainer.class);

  private final ImageClassifier saved;
  private final Optional<FeatureExtractor> given;
  private final Optional<Path> cache;
  private final Optional<ImageDataset> oldPictures;
  private final Optional<FeatureSet> oldFeatures;
  private final Optional<Double> penalty;
  private final UnaryOperator<LinearHead.Builder> options;

  private IncrementalTrainer(Builder builder) {
    this.saved = builder.saved;
    this.given = builder.extractor;
    this.cache = builder.cache;
    this.oldPictures = builder.oldPictures;
    this.oldFeatures = builder.oldFeatures;
    this.penalty = builder.penalty;
    this.options = builder.options;
  }

  /**
   * Starts a trainer that computes features as the classifier does.
   *
   * @param saved with a linear head ({@code logisticRegression()}, {@code linearSvm()}, fine-tuned
   *     or not, or a single dense layer); borrowed until {@link #fit} returns
   */
  public static Builder builder(ImageClassifier saved) {
    return new Builder(Objects.requireNonNull(saved, "saved"), Optional.empty());
  }

  /**
   * Starts a trainer with an extractor of one's own, for its cache, decoder or progress.
   *
   * @param extractor of the same backbone, layer, pooling and preprocessing: anything else is
   *     refused by {@link #fit}
   */
  public static Builder builder(ImageClassifier saved, FeatureExtractor extractor) {
    Objects.requireNonNull(saved, "saved");
    return new Builder(saved, Optional.of(Objects.requireNonNull(extractor, "extractor")));
  }

  /**
   * Fits the next head.
   *
   * @param pictures what to learn from; classes that the classifier does not know follow those that
   *     it knows, in the order of their labels
   * @param heldOut pictures that nothing learns from, of known classes and best of new ones too
   * @return what was learned, and what forgotten
   * @throws IOException if a picture cannot be read, or the cache cannot be written
   * @throws IllegalArgumentException if the classifier has another backbone than the extractor, a
   *     head that is not linear, or there is nothing to learn: without old pictures, no picture of
   *     a new class
   */
  public IncrementalResult fit(ImageDataset pictures, ImageDataset heldOut) throws IOException {
    requireLabels(pictures, "The new pictures");
    requireLabels(heldOut, "The held-out pictures");
    if (given.isPresent()) {
      return fit(given.get(), pictures, heldOut);
    }
    try (PretrainedBackbone backbone = saved.backbone()) {
      FeatureExtractor.Builder extractor = FeatureExtractor.builder(backbone, saved.network());
      cache.ifPresent(extractor::cache);
      return fit(extractor.build(), pictures, heldOut);
    }
  }

  private static void requireLabels(ImageDataset pictures, String who) {
    if (!(pictures.task() instanceof Task.OneLabel)) {
      throw new IllegalArgumentException(
          who + " have one label each, but they are for " + pictures.task() + ".");
    }
  }

  private IncrementalResult fit(
      FeatureExtractor extractor, ImageDataset pictures, ImageDataset heldOut) throws IOException {
    TrainedHead before = TrainedHead.of(saved, extractor);
    Labels labels = union(saved.labels(), pictures, oldPictures, oldFeatures);
    Optional<FeatureSet> replayed = replayed(extractor, labels);
    FeatureSet train = extractor.extract(pictures).withLabels(labels);
    if (replayed.isPresent()) {
      train = replayed.get().joined(train);
    }
    FeatureSet unseen = extractor.extract(heldOut).withLabels(union(labels, heldOut));
    if (!unseen.labels().equals(labels)) {
      throw new IllegalArgumentException(
          "The held-out pictures are of classes that are learned, "
              + labels
              + ", but some are of others: "
              + heldOut.labels()
              + ".");
    }
    TrainedHead after = head(before, replayed.isPresent()).fit(train);
    FeatureSet known = known(unseen, saved.labels());
    IncrementalResult result =
        new IncrementalResult(
            after.classifier(extractor),
            after,
            saved.labels(),
            replayed.map(FeatureSet::size).orElse(0),
            pictures.size(),
            known.size() == 0
                ? Optional.empty()
                : Optional.of(before.evaluate(known.withLabels(saved.labels()))),
            known.size() == 0 ? Optional.empty() : Optional.of(after.evaluate(known)),
            unseen.size() == 0 ? Optional.empty() : Optional.of(after.evaluate(unseen)),
            warnings(after, train, known));
    LOG.info("{}", result);
    return result;
  }

  private Optional<FeatureSet> replayed(FeatureExtractor extractor, Labels labels)
      throws IOException {
    if (oldPictures.isPresent()) {
      return Optional.of(extractor.extract(oldPictures.get()).withLabels(labels));
    }
    if (oldFeatures.isPresent() && oldFeatures.get().fingerprint().isEmpty()) {
      return Optional.of(
          oldFeatures.get().withFingerprint(extractor.fingerprint()).withLabels(labels));
    }
    return oldFeatures.map(it -> it.withLabels(labels));
  }

  private LinearHead head(TrainedHead before, boolean replays) {
    LinearHead.Builder builder = before.toBuilder();
    penalty.ifPresent(builder::penalties);
    LinearHead.Builder chosen = options.apply(builder);
    return (replays ? chosen : chosen.keepRows()).build();
  }

  private static List<String> warnings(TrainedHead after, FeatureSet train, FeatureSet known) {
    List<String> warnings = new ArrayList<>(after.warnings());
    if (Arrays.stream(train.targets()).distinct().count() < 2) {
      warnings.add(
          "All pictures are of one class: how it differs from the others is known from their rows"
              + " alone. Pictures of the known classes (replay) tell more");
    }
    if (known.size() == 0) {
      warnings.add("No picture of a known class is held out: nothing says what was forgotten");
    }
    return warnings;
  }

  /** Returns the samples of known classes. */
  private static FeatureSet known(FeatureSet unseen, Labels known) {
    return unseen.subset(
        IntStream.range(0, unseen.size()).filter(i -> unseen.target(i) < known.size()).toArray());
  }

  private static Labels union(
      Labels known,
      ImageDataset pictures,
      Optional<ImageDataset> oldPictures,
      Optional<FeatureSet> oldFeatures) {
    Labels labels = oldPictures.map(it -> union(known, it)).orElse(known);
    return union(oldFeatures.map(it -> union(labels, it)).orElse(labels), pictures);
  }

  private static Labels union(Labels known, ImageDataset more) {
    return union(known, more.labels().names(), more.labelIndices());
  }

  private static Labels union(Labels known, FeatureSet more) {
    return union(known, more.labels().names(), more.targets());
  }

  /** Returns the known labels, and behind them those of pictures that are not among them. */
  private static Labels union(Labels known, List<String> names, int[] used) {
    List<String> all = new ArrayList<>(known.names());
    Arrays.stream(used)
        .distinct()
        .sorted()
        .mapToObj(names::get)
        .filter(name -> !known.contains(name))
        .forEach(all::add);
    return Labels.of(all);
  }

  /** Options of a trainer; not thread-safe. */
  public static final class Builder {
    private final ImageClassifier saved;
    private final Optional<FeatureExtractor> extractor;
    private Optional<Path> cache = Optional.empty();
    private Optional<ImageDataset> oldPictures = Optional.empty();
    private Optional<FeatureSet> oldFeatures = Optional.empty();
    private Optional<Double> penalty = Optional.empty();
    private UnaryOperator<LinearHead.Builder> options = UnaryOperator.identity();

    private Builder(ImageClassifier saved, Optional<FeatureExtractor> extractor) {
      this.saved = saved;
      this.extractor = extractor;
    }

    /**
     * Sets the folder where features lie: those of the pictures that the classifier learned from
     * are found there if its extractor had the same folder. Default is none.
     *
     * @throws IllegalStateException if an extractor is given, which has a cache of its own
     */
    public Builder cache(Path folder) {
      Objects.requireNonNull(folder, "folder");
      if (extractor.isPresent()) {
        throw new IllegalStateException(
            "The extractor that is given decides about its cache: FeatureExtractor.Builder.cache.");
      }
      this.cache = Optional.of(folder);
      return this;
    }

    /** Learns from these old pictures again, whose features lie in the cache; default is not to. */
    public Builder replay(ImageDataset pictures) {
      Objects.requireNonNull(pictures, "pictures");
      requireLabels(pictures, "The old pictures");
      this.oldPictures = Optional.of(pictures);
      this.oldFeatures = Optional.empty();
      return this;
    }

    /**
     * Learns from these old features again, for pictures that are gone; default is not to.
     *
     * @param features of the same extractor; if nobody knows what computed them, the caller does
     */
    public Builder replay(FeatureSet features) {
      this.oldFeatures = Optional.of(Objects.requireNonNull(features, "features"));
      this.oldPictures = Optional.empty();
      return this;
    }

    /**
     * Sets the penalty of the new head; default is that of the saved one, or, if its file does not
     * tell, the one that cross-validation chooses.
     */
    public Builder penalty(double newPenalty) {
      this.penalty = Optional.of(newPenalty);
      return this;
    }

    /** Sets other options of the head, for example {@code it -> it.balancedClassWeights()}. */
    public Builder head(UnaryOperator<LinearHead.Builder> newOptions) {
      this.options = Objects.requireNonNull(newOptions, "newOptions");
      return this;
    }

    /** Returns the trainer. */
    public IncrementalTrainer build() {
      return new IncrementalTrainer(this);
    }
  }
}
