package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.preprocess.ResizeRule;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saved classifier is the start of the next one. */
class GoingOnTest {
  @TempDir Path folder;

  private final ImageDataset train = Stripes.of(40, 1);

  @Test
  void theBackboneOfASavedClassifierGivesTheSameFeaturesTwiceOver() throws IOException {
    byte[] ramp = new byte[40 * 20 * 3];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (i * 7);
    }
    Image wide = Image.of(40, 20, ramp);
    Path file = folder.resolve("first.zip");
    float[] features;
    try (PretrainedBackbone tiny = TinyBackbone.of(3);
        PretrainedBackbone backbone =
            PretrainedBackbone.of(
                "TINY",
                tiny.network(),
                tiny.weights(),
                Preprocessing.CAFFE.withResize(ResizeRule.CROP))) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      TrainedHead head = head(extractor);
      features = extractor.extract(wide);
      try (ImageClassifier classifier = head.classifier(extractor)) {
        classifier.save(file);
      }
    }
    for (int generation = 0; generation < 2; generation++) {
      try (ImageClassifier loaded = ImageClassifier.load(file);
          PretrainedBackbone backbone = loaded.backbone()) {
        FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
        assertThat(backbone.preprocessing().resize()).isEqualTo(ResizeRule.CROP);
        assertThat(extractor.extract(wide)).containsExactly(features);
        TrainedHead head = head(extractor);
        try (ImageClassifier next =
            FineTuner.builder(extractor, head)
                .unfreezeFrom("block3_conv")
                .epochs(1)
                .build()
                .fit(train)
                .classifier()) {
          assertThat(next.predict(wide, 1)).hasSize(1);
        }
        try (ImageClassifier next = head.classifier(extractor)) {
          assertThat(next.probabilities(List.of(wide))[0])
              .containsExactly(loaded.probabilities(List.of(wide))[0]);
          next.save(folder.resolve("next.zip"));
        }
        file = folder.resolve("next.zip");
      }
    }
  }

  private TrainedHead head(FeatureExtractor extractor) throws IOException {
    return ClassifierHead.logisticRegression().penalties(0.1).build().fit(extractor.extract(train));
  }
}
