package org.finetune4j.uncertainty;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * Tells pictures that are unlike anything a model learned from, by the Mahalanobis distance of
 * their features to the nearest class (Lee et al. 2018, <i>A Simple Unified Framework for Detecting
 * Out-of-Distribution Samples and Adversarial Attacks</i>; one covariance for all classes, shrunk
 * as Ledoit and Wolf say). Features are those that prediction computes anyway; the distance is a
 * small network behind them, so that one run gives both. Pictures with tags or numbers count as one
 * class. Immutable, without native memory.
 *
 * <pre>{@code
 * NoveltyDetector detector = NoveltyDetector.builder().fit(train, validation);
 * }</pre>
 */
public final class NoveltyDetector {
  /** Pictures whose distances are computed in one run. */
  private static final int TOGETHER = 64;

  private final Network network;
  private final Weights weights;
  private final double cut;
  private final Optional<String> fingerprint;

  /**
   * Puts a detector together again; for other packages of the library.
   *
   * @param network from features to one squared distance per class, all its layers behind the first
   *     named {@code novelty_...}
   * @throws IllegalArgumentException if the cut is out of range, or the network is another
   */
  public NoveltyDetector(
      Network network, Weights weights, double cut, Optional<String> fingerprint) {
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(weights, "weights");
    if (!(cut >= 0 && cut < Double.MAX_VALUE)
        || network.inputs().size() != 1
        || !network.outputs().equals(List.of(MahalanobisNetwork.DISTANCES))) {
      throw new IllegalArgumentException(
          "A novelty detector computes '"
              + MahalanobisNetwork.DISTANCES
              + "' of features and compares with a cut of at least 0, but the cut is "
              + cut
              + " and the network "
              + network
              + ".");
    }
    this.network = network;
    this.weights = weights;
    this.cut = cut;
    this.fingerprint = fingerprint;
  }

  /** Starts a detector that calls 95 % of the validation pictures familiar. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns what the detector computes, from features to one squared distance per class. */
  public Network network() {
    return network;
  }

  /** Returns its numbers: 4 bytes for the square of the number of features, and a few more. */
  public Weights weights() {
    return weights;
  }

  /** Returns up to which distance a picture is familiar. */
  public double cut() {
    return cut;
  }

  /** Returns what computed the features, if anybody knows. */
  public Optional<String> fingerprint() {
    return fingerprint;
  }

  /**
   * Looks at features.
   *
   * @param features of the extractor that the known ones come from
   * @return one answer per sample
   * @throws IllegalArgumentException if they come from another extractor or have another size
   */
  public Novelty[] of(FeatureSet features) {
    requireSame(features);
    return Arrays.stream(distances(features))
        .mapToObj(it -> new Novelty(it, cut))
        .toArray(Novelty[]::new);
  }

  /**
   * Returns what the network's outputs for a picture mean.
   *
   * @param squaredDistances one per class
   */
  public Novelty of(float[] squaredDistances) {
    return new Novelty(nearest(squaredDistances), cut);
  }

  private static double nearest(float[] squaredDistances) {
    double least = Double.POSITIVE_INFINITY;
    for (float squared : squaredDistances) {
      least = Math.min(least, squared);
    }
    // Rounding may leave a little below 0 for a picture in the middle of its class.
    return Math.sqrt(Math.max(0, least));
  }

  private void requireSame(FeatureSet features) {
    boolean other =
        fingerprint.isPresent()
            && features.fingerprint().isPresent()
            && !fingerprint.equals(features.fingerprint());
    if (other || features.dimension() != network.inputs().get(0).shape().elements()) {
      throw new IllegalArgumentException(
          "The features "
              + features
              + " come from another extractor than the known ones. Extract both with one"
              + " extractor.");
    }
  }

  private double[] distances(FeatureSet features) {
    double[] distances = new double[features.size()];
    try (OnnxSession session = OnnxSession.open(network, weights, RuntimeOptions.standard())) {
      int classes = network.outputShape().elements();
      for (int first = 0; first < distances.length; first += TOGETHER) {
        int some = Math.min(TOGETHER, distances.length - first);
        float[] squared = session.run(some, rows(features, first, some))[0];
        for (int i = 0; i < some; i++) {
          distances[first + i] =
              nearest(Arrays.copyOfRange(squared, i * classes, (i + 1) * classes));
        }
      }
    }
    return distances;
  }

  private static FloatBuffer rows(FeatureSet features, int first, int count) {
    float[] rows = new float[count * features.dimension()];
    for (int i = 0; i < count; i++) {
      features.copyFeatures(first + i, rows, i * features.dimension());
    }
    return FloatBuffer.wrap(rows);
  }

  /** Returns for example {@code NoveltyDetector[192 features, 2 classes, cut 17.2]}. */
  @Override
  public String toString() {
    return "NoveltyDetector["
        + network.inputs().get(0).shape().elements()
        + " features, "
        + network.outputShape().elements()
        + " classes, cut "
        + (float) cut
        + "]";
  }

  /** Options of a detector; not thread-safe. */
  public static final class Builder {
    private static final int FEWEST_VALIDATION = 20;

    private double familiar = 0.95;

    private Builder() {}

    /**
     * Sets the share of the validation pictures that is called familiar; default 0.95.
     *
     * @throws IllegalArgumentException if it is not above 0 and below 1
     */
    public Builder familiar(double share) {
      FiniteSample.requireCoverage(share);
      this.familiar = share;
      return this;
    }

    /**
     * Learns what is known and finds the cut. The time grows with pictures times features squared:
     * some seconds for 2,000 pictures of 2,048 features.
     *
     * @param known features of the pictures that the model learned from, at most 4,096 each; of
     *     more than 10,000 pictures, 10,000 drawn by lot
     * @param validation features of others of their kind, by the same extractor; at least 20
     * @throws IllegalArgumentException if there are fewer pictures or more features, or they come
     *     from another extractor
     */
    public NoveltyDetector fit(FeatureSet known, FeatureSet validation) {
      if (known.size() < 2 || validation.size() < FEWEST_VALIDATION) {
        throw new IllegalArgumentException(
            "A detector needs at least 2 known pictures and "
                + FEWEST_VALIDATION
                + " for validation, but there are "
                + known.size()
                + " and "
                + validation.size()
                + ".");
      }
      MahalanobisNetwork distance = MahalanobisNetwork.of(known);
      NoveltyDetector open =
          new NoveltyDetector(distance.network(), distance.weights(), 0, known.fingerprint());
      open.requireSame(validation);
      double cut = FiniteSample.quantile(open.distances(validation), familiar);
      return new NoveltyDetector(open.network, open.weights, cut, open.fingerprint);
    }
  }
}
