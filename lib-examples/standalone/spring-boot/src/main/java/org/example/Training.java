package org.example;

import java.util.Random;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.target.Labels;

/** A dense head on features made by formula; an application has those of its pictures. */
final class Training {
  private Training() {}

  static double accuracy() {
    Random random = new Random(1);
    float[][] features = new float[64][8];
    int[] labels = new int[64];
    for (int i = 0; i < features.length; i++) {
      labels[i] = i % 2;
      for (int j = 0; j < 8; j++) {
        features[i][j] = (float) random.nextGaussian() + 4 * labels[i];
      }
    }
    FeatureSet set = FeatureSet.of(features, labels, Labels.of("dark", "bright"));
    return ClassifierHead.builder()
        .hidden(8)
        .optimizer(Optimizer.adam(1e-2))
        .batchSize(16)
        .epochs(30)
        .build()
        .fit(set)
        .evaluate(set)
        .accuracy();
  }
}
