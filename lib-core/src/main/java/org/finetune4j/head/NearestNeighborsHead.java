package org.finetune4j.head;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.neighbor.NeighborChoice;
import org.finetune4j.neighbor.NeighborSearch;
import org.finetune4j.network.NearestNeighbors.Distance;
import org.finetune4j.network.NearestNeighbors.Weighting;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.train.log.TrainingHistory;

/**
 * Answers with the mean of the k nearest pictures that it was shown (scikit-learn's {@code
 * KNeighborsClassifier} and {@code KNeighborsRegressor}): shares of labels, shares of each tag, or
 * numbers. It learns from one picture a class on, and keeps the features of all pictures in its
 * file. How many are asked is chosen by leave-one-out cross-validation, where pictures of one group
 * never answer for each other. There is no gradient, so that it cannot be fine-tuned.
 */
public final class NearestNeighborsHead implements ClassifierHead {
  private static final String CENTER = "head_center";
  private static final String PREDICTIONS = "head_predictions";

  private final int[] candidates;
  private final Distance distance;
  private final Weighting weighting;
  private final int mostStored;

  private NearestNeighborsHead(Builder builder) {
    this.candidates = builder.candidates;
    this.distance = builder.distance;
    this.weighting = builder.weighting;
    this.mostStored = builder.mostStored;
  }

  /** Chooses how many neighbours are asked by leaving each sample out in turn. */
  @Override
  public TrainedHead fit(FeatureSet train) {
    HeadInput.check(train);
    requireBudget(train);
    NeighborSearch search = NeighborSearch.of(train, distance);
    return fit(train, Optional.empty(), search, "leave-one-out cross-validation");
  }

  /** Chooses how many neighbours are asked on the validation features. */
  @Override
  public TrainedHead fit(FeatureSet train, FeatureSet validation) {
    HeadInput.check(train, validation);
    requireBudget(train);
    NeighborSearch search = NeighborSearch.of(train, distance);
    return fit(train, Optional.of(validation), search, "the validation features");
  }

  private void requireBudget(FeatureSet train) {
    if (train.size() > mostStored) {
      throw new IllegalArgumentException(
          "A head of nearest neighbours keeps every sample that it is fitted on, at most "
              + mostStored
              + ", but there are "
              + train.size()
              + ". Fit it on fewer (train.subset(...)), raise mostStored, or use a linear head.");
    }
  }

  private TrainedHead fit(
      FeatureSet train, Optional<FeatureSet> validation, NeighborSearch search, String how) {
    int most = train.size() - (validation.isPresent() ? 0 : 1);
    int[] possible = Arrays.stream(candidates).filter(it -> it <= most).toArray();
    NeighborChoice choice;
    if (candidates.length == 1) {
      int given = candidates[0];
      if (given > train.size()) {
        throw new IllegalArgumentException(
            given + " neighbours cannot be asked of " + train.size() + " samples.");
      }
      choice = new NeighborChoice(given, "neighbors " + given + ", fixed");
    } else if (possible.length == 0) {
      throw new IllegalArgumentException(
          "None of "
              + Arrays.toString(candidates)
              + " neighbours can be asked of "
              + train.size()
              + " samples.");
    } else {
      choice = NeighborChoice.of(search, train, validation, possible, weighting, how);
    }
    return new TrainedHead(
        network(train, choice.neighbors()),
        search.weights(CENTER, PREDICTIONS),
        train.task(),
        train.fingerprint(),
        TrainingHistory.none(),
        Optional.of(choice.text()),
        Provenance.unknown()
            .with("head", "nearest neighbors")
            .with("head_training_data", train.toString()),
        HeadInput.warnings(train, validation, true),
        true);
  }

  private Network network(FeatureSet train, int neighbors) {
    NetworkBuilder network = Network.builder("features", train.shape());
    if (!train.shape().isVector()) {
      network.flatten("head_flatten");
    }
    if (distance == Distance.EUCLIDEAN) {
      network.normalization(CENTER);
    }
    int outputs = train.task().outputs();
    return network
        .nearestNeighbors(PREDICTIONS, train.size(), outputs, neighbors, distance, weighting)
        .build();
  }

  /** Options of a head of nearest neighbours; not thread-safe. */
  public static final class Builder {
    private int[] candidates = {1, 3, 5, 10, 20};
    private Distance distance = Distance.COSINE;
    private Weighting weighting = Weighting.UNIFORM;
    private int mostStored = 10_000;

    Builder() {}

    /**
     * Sets how many neighbours are asked; a single number is taken as it is, of several the best is
     * chosen, of equally good ones the smallest. Default: 1, 3, 5, 10, 20.
     *
     * @throws IllegalArgumentException if there is none, or one is below 1
     */
    public Builder neighbors(int... candidates) {
      if (candidates.length == 0 || Arrays.stream(candidates).anyMatch(it -> it < 1)) {
        throw new IllegalArgumentException(
            "At least 1 neighbour is asked, not " + Arrays.toString(candidates) + ".");
      }
      this.candidates = Arrays.stream(candidates).distinct().sorted().toArray();
      return this;
    }

    /** Sets which samples are near; default {@link Distance#COSINE}. */
    public Builder distance(Distance newDistance) {
      this.distance = Objects.requireNonNull(newDistance, "newDistance");
      return this;
    }

    /** Sets how much each neighbour counts; default {@link Weighting#UNIFORM}. */
    public Builder weighting(Weighting newWeighting) {
      this.weighting = Objects.requireNonNull(newWeighting, "newWeighting");
      return this;
    }

    /**
     * Sets how many samples may be kept; default 10,000. Each takes four bytes per feature in the
     * file and in memory, and is compared with every picture that is predicted.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder mostStored(int samples) {
      if (samples < 1) {
        throw new IllegalArgumentException("At least 1 sample is kept, not " + samples + ".");
      }
      this.mostStored = samples;
      return this;
    }

    /** Returns the head. */
    public NearestNeighborsHead build() {
      return new NearestNeighborsHead(this);
    }
  }
}
