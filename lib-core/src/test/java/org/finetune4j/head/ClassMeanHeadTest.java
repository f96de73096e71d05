package org.finetune4j.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassMeanHeadTest {
  private static final Labels LABELS = Labels.of("a", "b", "never");

  private static float[][] rows(int count) {
    float[][] rows = new float[count][6];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < 6; j++) {
        rows[i][j] = (float) (CounterRandom.of(4, i, j).nextGaussian() + (j == i % 2 ? 1.5 : 0));
      }
    }
    return rows;
  }

  private static int[] targets(int count) {
    int[] targets = new int[count];
    for (int i = 0; i < count; i++) {
      targets[i] = i % 2;
    }
    return targets;
  }

  /** The second implementation: Pearson's correlation, written out. */
  private static double correlation(double[] a, double[] b) {
    double n = a.length;
    double sumA = 0;
    double sumB = 0;
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int j = 0; j < a.length; j++) {
      sumA += a[j];
      sumB += b[j];
      ab += a[j] * b[j];
      aa += a[j] * a[j];
      bb += b[j] * b[j];
    }
    return (n * ab - sumA * sumB) / Math.sqrt((n * aa - sumA * sumA) * (n * bb - sumB * sumB));
  }

  private static double[] doubles(float[] row) {
    double[] doubles = new double[row.length];
    for (int j = 0; j < row.length; j++) {
      doubles[j] = row[j];
    }
    return doubles;
  }

  @Test
  void oneSampleAClassIsAnsweredByCorrelation() {
    float[][] rows = rows(42);
    FeatureSet two = FeatureSet.of(new float[][] {rows[0], rows[1]}, targets(2), LABELS);
    float[][] answers =
        ClassifierHead.nearestClassMean()
            .fit(two)
            .probabilities(FeatureSet.of(rows, targets(42), LABELS));
    for (int i = 0; i < rows.length; i++) {
      boolean second =
          correlation(doubles(rows[i]), doubles(rows[1]))
              > correlation(doubles(rows[i]), doubles(rows[0]));
      assertThat(answers[i][1] > answers[i][0]).as("row %d", i).isEqualTo(second);
      assertThat(answers[i][2]).isLessThan(1e-6f);
    }
  }

  @Test
  void moreSamplesMakeBetterMeans() {
    FeatureSet test = FeatureSet.of(rows(400), targets(400), LABELS);
    double one = ClassifierHead.nearestClassMean().fit(test.subset(0, 1)).evaluate(test).accuracy();
    int[] most = CounterRandom.of(1).permutation(400);
    double many =
        ClassifierHead.nearestClassMean().fit(test.subset(most)).evaluate(test).accuracy();
    assertThat(many).isGreaterThan(one).isGreaterThan(0.75);
  }

  @Test
  void shipsInOneFile(@TempDir Path folder) throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      TrainedHead head =
          ClassifierHead.nearestClassMean().fit(extractor.extract(Stripes.of(20, 1)));
      Image picture = Stripes.of(4, 2).get(1).decode(ImageDecoder.standard());
      Path file = folder.resolve("means.zip");
      try (ImageClassifier classifier = head.classifier(extractor)) {
        classifier.save(file);
        try (ImageClassifier loaded = ImageClassifier.load(file)) {
          assertThat(loaded.predict(picture, 2)).isEqualTo(classifier.predict(picture, 2));
        }
      }
    }
  }

  @Test
  void refusesASingleClass() {
    FeatureSet one = FeatureSet.of(rows(3), new int[3], LABELS);
    assertThatThrownBy(() -> ClassifierHead.nearestClassMean().fit(one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least two classes");
  }
}
