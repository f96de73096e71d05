package org.finetune4j.head;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Arrays;
import org.finetune4j.feature.FeatureSet;

/** What every head demands of the features that it learns from. */
final class HeadInput {
  private HeadInput() {}

  static void check(FeatureSet train) {
    if (train.size() == 0) {
      throw new IllegalArgumentException("A head learns from at least one sample.");
    }
    if (Arrays.stream(train.targets()).distinct().count() < 2) {
      throw new IllegalArgumentException(
          "A classifier learns from samples of at least two classes, but all "
              + train.size()
              + " samples are '"
              + train.labels().name(train.target(0))
              + "'.");
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
      hasher.putInt(features.target(i));
      features.copyFeatures(i, row, 0);
      for (float value : row) {
        hasher.putFloat(value);
      }
    }
    return features + " " + hasher.hash();
  }

  static void check(FeatureSet train, FeatureSet validation) {
    check(train);
    if (!train.labels().equals(validation.labels())) {
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
}
