package org.finetune4j.head;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every head demands of the features that it learns from. */
final class HeadInput {
  private static final Logger LOG = LoggerFactory.getLogger(HeadInput.class);

  /** From here on a head that says the largest class more often is seen to gain by it. */
  private static final int IMBALANCE = 5;

  private static final int LONG_ROW = 16;

  private HeadInput() {}

  static void check(FeatureSet train) {
    check(train, false);
  }

  /** Checks the samples, which may be of one class where others stay as they are. */
  static void check(FeatureSet train, boolean othersStay) {
    if (train.size() == 0) {
      throw new IllegalArgumentException("A head learns from at least one sample.");
    }
    if (!othersStay) {
      train.answers().requireLearnable();
    }
    float[] row = new float[train.dimension()];
    for (int i = 0; i < train.size(); i++) {
      train.copyFeatures(i, row, 0);
      for (float value : row) {
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException(
              "Features are finite numbers, but sample " + i + " holds " + value + ".");
        }
      }
    }
  }

  /** Identifies the samples by what they hold: two sets of one extractor and size differ. */
  static String fingerprint(FeatureSet features) {
    Hasher hasher = Hashing.murmur3_128().newHasher();
    float[] row = new float[features.dimension()];
    for (int i = 0; i < features.size(); i++) {
      if (features.answers().get(i) instanceof Target.Label label) {
        hasher.putInt(label.index());
      } else {
        hasher.putUnencodedChars(features.answers().get(i).toString());
      }
      features.copyFeatures(i, row, 0);
      for (float value : row) {
        hasher.putFloat(value);
      }
    }
    return features + " " + hasher.hash();
  }

  static void check(FeatureSet train, FeatureSet validation) {
    check(train, validation, false);
  }

  static void check(FeatureSet train, FeatureSet validation, boolean othersStay) {
    check(train, othersStay);
    boolean labels =
        train.task() instanceof Task.OneLabel && validation.task() instanceof Task.OneLabel;
    if (!labels && !train.task().equals(validation.task())) {
      throw new IllegalArgumentException(
          "Training and validation are of one task, but they are "
              + train.task()
              + " and "
              + validation.task()
              + ".");
    }
    if (labels && !train.labels().equals(validation.labels())) {
      throw new IllegalArgumentException(
          "Training and validation have the same labels in the same order, but they are "
              + train.labels()
              + " and "
              + validation.labels()
              + ". Read the validation pictures with the labels of the training pictures.");
    }
    if (!train.shape().equals(validation.shape())
        || !train.fingerprint().equals(validation.fingerprint())) {
      throw new IllegalArgumentException(
          "Training and validation features come from the same extractor, but they are "
              + train
              + " and "
              + validation
              + " with different fingerprints or shapes. Extract both with one extractor.");
    }
    if (validation.size() == 0) {
      throw new IllegalArgumentException("There is at least one validation sample.");
    }
  }

  /** Returns what is odd about the samples of a training, and logs it. */
  static List<String> warnings(
      FeatureSet train, Optional<FeatureSet> validation, boolean weighted) {
    List<String> warnings = new ArrayList<>();
    imbalance(train, weighted).ifPresent(warnings::add);
    validation.flatMap(it -> overlap(train, it)).ifPresent(warnings::add);
    warnings.forEach(LOG::warn);
    return warnings;
  }

  private static Optional<String> imbalance(FeatureSet train, boolean weighted) {
    if (!(train.task() instanceof Task.OneLabel)) {
      return Optional.empty();
    }
    int[] counts = new int[train.labels().size()];
    for (int target : train.targets()) {
      counts[target]++;
    }
    int most = 0;
    int fewest = train.target(0);
    for (int c = 0; c < counts.length; c++) {
      most = counts[c] > counts[most] ? c : most;
      fewest = counts[c] > 0 && counts[c] < counts[fewest] ? c : fewest;
    }
    return weighted || counts[most] < IMBALANCE * counts[fewest]
        ? Optional.empty()
        : Optional.of(
            "The classes are imbalanced: "
                + counts[most]
                + " samples of '"
                + train.labels().name(most)
                + "', "
                + counts[fewest]
                + " of '"
                + train.labels().name(fewest)
                + "'. Class weights let the rare ones count more"
                + " (balancedClassWeights() of a linear head), and recall per class shows it");
  }

  /** A picture in both parts has the same features in both; short rows may be equal by chance. */
  private static Optional<String> overlap(FeatureSet train, FeatureSet validation) {
    if (train.dimension() < LONG_ROW) {
      return Optional.empty();
    }
    Set<String> learned = new HashSet<>();
    float[] row = new float[train.dimension()];
    for (int i = 0; i < train.size(); i++) {
      learned.add(hash(train, i, row));
    }
    int both = 0;
    for (int i = 0; i < validation.size(); i++) {
      both += learned.contains(hash(validation, i, row)) ? 1 : 0;
    }
    return both == 0
        ? Optional.empty()
        : Optional.of(
            both
                + " of "
                + validation.size()
                + " validation samples are training samples too: what is measured on them is no"
                + " estimate");
  }

  private static String hash(FeatureSet features, int sample, float[] row) {
    features.copyFeatures(sample, row, 0);
    Hasher hasher = Hashing.murmur3_128().newHasher();
    for (float value : row) {
      hasher.putFloat(value);
    }
    return hasher.hash().toString();
  }
}
