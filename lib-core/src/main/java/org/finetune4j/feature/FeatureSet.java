package org.finetune4j.feature;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.row.Rows;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.network.Shape;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;

/**
 * The features of labelled pictures: one row of floats per picture, in the order of the data set,
 * each with the picture's label, tags or numbers. Immutable and safe to read from several threads;
 * rows from a cache stay in a memory-mapped file.
 */
public final class FeatureSet {
  private final Rows rows;
  private final int[] rowOf;
  private final Targets answers;
  private final Shape shape;
  private final Optional<String> fingerprint;
  private final List<SkippedPicture> skipped;

  /**
   * Makes a set of rows that lie somewhere.
   *
   * @param rows where the values are
   * @param rowOf the row of each sample
   * @param targets the label index of each sample
   * @param labels what the indices mean
   * @param shape what one row holds, in channel, row, column order
   * @param fingerprint what computed the rows, or empty if nobody knows
   * @throws IllegalArgumentException if the lengths or the label indices do not fit
   */
  public FeatureSet(
      Rows rows,
      int[] rowOf,
      int[] targets,
      Labels labels,
      Shape shape,
      Optional<String> fingerprint) {
    this(rows, rowOf, checked(targets, labels), shape, fingerprint);
  }

  /**
   * Makes a set of rows that lie somewhere.
   *
   * @param rows where the values are
   * @param rowOf the row of each sample
   * @param answers the label, tags or numbers of each sample
   * @param shape what one row holds, in channel, row, column order
   * @param fingerprint what computed the rows, or empty if nobody knows
   * @throws IllegalArgumentException if the lengths do not fit
   */
  public FeatureSet(
      Rows rows, int[] rowOf, Targets answers, Shape shape, Optional<String> fingerprint) {
    this(rows, rowOf, answers, shape, fingerprint, List.of());
  }

  /** Makes a set without the pictures that were skipped. */
  FeatureSet(
      Rows rows,
      int[] rowOf,
      Targets answers,
      Shape shape,
      Optional<String> fingerprint,
      List<SkippedPicture> skipped) {
    if (rowOf.length != answers.size() || rows.columns() != shape.elements()) {
      throw new IllegalArgumentException(
          rowOf.length
              + " rows of "
              + rows.columns()
              + " values do not fit "
              + answers.size()
              + " labels and features of shape "
              + shape
              + ".");
    }
    this.rows = rows;
    this.rowOf = rowOf.clone();
    this.answers = answers;
    this.shape = shape;
    this.fingerprint = fingerprint;
    this.skipped = List.copyOf(skipped);
  }

  private static Targets checked(int[] targets, Labels labels) {
    for (int target : targets) {
      if (target < 0 || target >= labels.size()) {
        throw new IllegalArgumentException(
            "A label index is from 0 to " + (labels.size() - 1) + ", not " + target + ".");
      }
    }
    return Targets.ofLabels(labels, targets);
  }

  /**
   * Returns features that the caller computed, as vectors.
   *
   * @param features one row per sample, all of one length; copied
   * @param targets the label index of each row
   * @param labels what the indices mean
   * @throws IllegalArgumentException if there is no row, the lengths do not fit, a value is not
   *     finite, or a label index is out of range
   */
  public static FeatureSet of(float[][] features, int[] targets, Labels labels) {
    Objects.requireNonNull(features, "features");
    return of(features, checked(Objects.requireNonNull(targets, "targets"), labels));
  }

  /**
   * Returns features that the caller computed, as vectors.
   *
   * @param features one row per sample, all of one length; copied
   * @param answers the label, tags or numbers of each row
   * @throws IllegalArgumentException if there is no row, the lengths do not fit, or a value is not
   *     finite
   */
  public static FeatureSet of(float[][] features, Targets answers) {
    if (features.length == 0) {
      throw new IllegalArgumentException("A feature set has at least one row.");
    }
    int columns = features[0].length;
    float[][] copy = new float[features.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = features[i].clone();
      requireWhole(copy[i], i, columns);
    }
    return new FeatureSet(
        Rows.of(copy, columns),
        count(copy.length),
        answers,
        Shape.vector(columns),
        Optional.empty());
  }

  private static void requireWhole(float[] row, int index, int columns) {
    if (row.length != columns) {
      throw new IllegalArgumentException(
          "Every row has as many values as the first, "
              + columns
              + ", but row "
              + index
              + " has "
              + row.length
              + ".");
    }
    for (float value : row) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "Features are finite numbers, but row " + index + " holds " + value + ".");
      }
    }
  }

  /**
   * Returns the raw pixels of pictures as features: RGB, divided by 255, in channel, row, column
   * order. The baseline that deep features are compared with.
   *
   * @param images the pictures
   * @param size what they are squashed to first, bilinear and antialiased
   * @throws IOException if a picture cannot be read
   */
  public static FeatureSet pixels(ImageDataset images, ImageSize size) throws IOException {
    Objects.requireNonNull(size, "size");
    List<float[]> rows = new ArrayList<>();
    ImageDecoder decoder = ImageDecoder.standard();
    for (LabeledImage image : images.images()) {
      Image fitted = Resize.squash(image.decode(decoder), size, Interpolation.BILINEAR);
      rows.add(channelsFirst(fitted.toRgb()));
    }
    Shape shape = Shape.map(3, size.height(), size.width());
    return new FeatureSet(
        Rows.of(rows.toArray(new float[0][]), shape.elements()),
        count(rows.size()),
        images.targets(),
        shape,
        Optional.empty());
  }

  private static float[] channelsFirst(Image image) {
    byte[] rgb = image.rgb();
    int area = image.width() * image.height();
    float[] row = new float[3 * area];
    for (int i = 0; i < row.length; i++) {
      row[i] = (rgb[i % area * 3 + i / area] & 0xFF) / 255f;
    }
    return row;
  }

  private static int[] count(int size) {
    int[] indices = new int[size];
    Arrays.setAll(indices, i -> i);
    return indices;
  }

  /** Returns the number of samples. */
  public int size() {
    return answers.size();
  }

  /** Returns the number of features of a sample. */
  public int dimension() {
    return rows.columns();
  }

  /** Returns what a row holds: a vector, or a map in channel, row, column order. */
  public Shape shape() {
    return shape;
  }

  /**
   * Returns the labels or tags.
   *
   * @throws IllegalStateException if the samples have numbers
   */
  public Labels labels() {
    return answers.task().labels();
  }

  /** Returns what the answers mean: labels, tags or numbers. */
  public Task task() {
    return answers.task();
  }

  /** Returns the label, tags or numbers of all samples. */
  public Targets answers() {
    return answers;
  }

  /**
   * Returns the label index of a sample.
   *
   * @throws IllegalStateException if the samples have tags or numbers
   */
  public int target(int sample) {
    return answers.subset(sample).labelIndices()[0];
  }

  /**
   * Returns the label indices of all samples.
   *
   * @throws IllegalStateException if the samples have tags or numbers
   */
  public int[] targets() {
    return answers.labelIndices();
  }

  /** Returns the features of a sample. */
  public float[] features(int sample) {
    float[] features = new float[dimension()];
    copyFeatures(sample, features, 0);
    return features;
  }

  /** Copies the features of a sample into {@code target} from {@code offset} on. */
  public void copyFeatures(int sample, float[] target, int offset) {
    rows.read(rowOf[sample], Objects.requireNonNull(target, "target"), offset);
  }

  /**
   * Returns what the features were computed with: weights, layer, pooling, preprocessing and input
   * size, as one hash; empty for features that the caller brought.
   */
  public Optional<String> fingerprint() {
    return fingerprint;
  }

  /**
   * Returns the same features, with what computed them: for features that were stored somewhere and
   * come back, so that a head of them refuses another extractor.
   *
   * @param extractor {@link FeatureExtractor#fingerprint} of what computed them
   */
  public FeatureSet withFingerprint(String extractor) {
    return new FeatureSet(
        rows,
        rowOf,
        answers,
        shape,
        Optional.of(Objects.requireNonNull(extractor, "extractor")),
        skipped);
  }

  /**
   * Returns the pictures of the data set that have no row because they could not be read, in its
   * order; empty unless the extractor was told to skip them.
   */
  public List<SkippedPicture> skipped() {
    return skipped;
  }

  /**
   * Returns the pictures that the rows are of, one for each row in the same order: for their names,
   * for an evaluation, for fine-tuning.
   *
   * @param images the data set that was extracted
   * @return {@code images} itself if none was skipped
   * @throws IllegalArgumentException if it has another number of pictures, or others in the place
   *     of the skipped ones
   */
  public ImageDataset pictures(ImageDataset images) {
    Set<Integer> left = new HashSet<>();
    for (SkippedPicture picture : skipped) {
      if (picture.index() < images.size()
          && images.get(picture.index()).name().equals(picture.name())) {
        left.add(picture.index());
      }
    }
    if (left.size() != skipped.size() || images.size() != size() + skipped.size()) {
      throw new IllegalArgumentException(
          "These are the rows of "
              + (size() + skipped.size())
              + " pictures, "
              + skipped.size()
              + " of them skipped, but other pictures are given: "
              + images.size()
              + ".");
    }
    return skipped.isEmpty()
        ? images
        : ImageDataset.of(
            images.task(),
            IntStream.range(0, images.size())
                .filter(i -> !left.contains(i))
                .mapToObj(images::get)
                .toList());
  }

  /** Returns some of the samples, in the given order; what was skipped is not told of them. */
  public FeatureSet subset(int... samples) {
    int[] subRows = new int[samples.length];
    for (int i = 0; i < samples.length; i++) {
      subRows[i] = rowOf[samples[i]];
    }
    return new FeatureSet(rows, subRows, answers.subset(samples), shape, fingerprint);
  }

  /**
   * Returns these samples and others behind them; what was skipped is not told of them.
   *
   * @param others of the same extractor, for the same labels, tags or numbers in the same order
   * @throws IllegalArgumentException if they are not
   */
  public FeatureSet joined(FeatureSet others) {
    if (!shape.equals(others.shape)
        || !fingerprint.equals(others.fingerprint)
        || !task().equals(others.task())) {
      throw new IllegalArgumentException(
          "Features are joined that come from one extractor and mean the same, but these are "
              + this
              + " and "
              + others
              + (fingerprint.equals(others.fingerprint) ? "" : " with different fingerprints")
              + ". Give both the same labels with withLabels(labels).");
    }
    int first = size();
    Rows both =
        new Rows() {
          @Override
          public int columns() {
            return rows.columns();
          }

          @Override
          public void read(int row, float[] target, int offset) {
            if (row < first) {
              copyFeatures(row, target, offset);
            } else {
              others.copyFeatures(row - first, target, offset);
            }
          }
        };
    return new FeatureSet(
        both, count(first + others.size()), answers.joined(others.answers), shape, fingerprint);
  }

  /**
   * Returns the same samples, their labels or tags matched by name to these: for example those of a
   * classifier with a class more.
   *
   * @throws IllegalArgumentException if the label or tag of a sample is not among them
   * @throws IllegalStateException if the samples have numbers
   */
  public FeatureSet withLabels(Labels newLabels) {
    return new FeatureSet(rows, rowOf, answers.withLabels(newLabels), shape, fingerprint, skipped);
  }

  /** Returns for example {@code FeatureSet[2000 x 2048, cats, dogs]}. */
  @Override
  public String toString() {
    Object what = task() instanceof Task.OneLabel ? labels() : task();
    String without = skipped.isEmpty() ? "" : ", " + skipped.size() + " skipped";
    return "FeatureSet[" + size() + " x " + shape + ", " + what + without + "]";
  }
}
