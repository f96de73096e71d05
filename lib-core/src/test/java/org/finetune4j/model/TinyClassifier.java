package org.finetune4j.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.testing.Stripes;

/** A small classifier of stripes. */
public final class TinyClassifier {
  private TinyClassifier() {}

  /** Returns a new classifier; equal seeds give equal weights. */
  public static ImageClassifier of(long seed) {
    try (PretrainedBackbone backbone = TinyBackbone.of(seed)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      return ClassifierHead.logisticRegression()
          .penalties(0.1)
          .build()
          .fit(extractor.extract(Stripes.of(24, seed)))
          .classifier(extractor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
