package org.finetune4j.head.linear;

import java.util.Random;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Labels;

/** Random features about 5, of deviations 0, 1, 2 and so on, and what they are standardised. */
final class RandomFeatures {
  final StandardizedFeatures features;
  final double[][] standard;

  RandomFeatures(int samples, int dimension) {
    Random random = new Random(3);
    float[][] rows = new float[samples][dimension];
    int[] targets = new int[samples];
    for (int i = 0; i < samples; i++) {
      targets[i] = i % 2;
      for (int j = 0; j < dimension; j++) {
        rows[i][j] = (float) (5 + j * random.nextGaussian());
      }
    }
    features = StandardizedFeatures.fit(FeatureSet.of(rows, targets, Labels.of("a", "b")));
    standard = standard(features, rows);
  }

  /** Returns features less their mean, divided by their deviation, by plain loops. */
  static double[][] standard(StandardizedFeatures features, float[][] rows) {
    double[][] standard = new double[rows.length][features.dimension()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < features.dimension(); j++) {
        standard[i][j] = (rows[i][j] - features.mean(j)) / Math.sqrt(features.variance(j));
      }
    }
    return standard;
  }
}
