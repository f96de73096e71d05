package org.finetune4j.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
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

  /** Even samples have the first tag, every third one the second; some have both, some none. */
  private static FeatureSet tagged(int count) {
    List<Target> tags = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int sample = i;
      tags.add(Target.tags(IntStream.range(0, 2).filter(t -> sample % (t + 2) == 0).toArray()));
    }
    return FeatureSet.of(rows(count), Targets.of(Task.tags("even", "third"), tags));
  }

  /** The sum of the samples' directions, which points where their mean does. */
  private static double[] mean(FeatureSet features, int tag, boolean with) {
    double[] sum = new double[features.dimension()];
    for (int i = 0; i < features.size(); i++) {
      if ((i % (tag + 2) == 0) == with) {
        double[] row = doubles(features.features(i));
        double mean = Arrays.stream(row).average().orElseThrow();
        double length = Math.sqrt(Arrays.stream(row).map(it -> (it - mean) * (it - mean)).sum());
        for (int j = 0; j < sum.length; j++) {
          sum[j] += (row[j] - mean) / length;
        }
      }
    }
    return sum;
  }

  @Test
  void aTagIsAnsweredByTheMeansOfThoseWithAndWithoutIt() {
    FeatureSet learned = tagged(12);
    FeatureSet asked = tagged(60);
    float[][] answers = ClassifierHead.nearestClassMean().fit(learned).probabilities(asked);
    for (int i = 0; i < asked.size(); i++) {
      double[] row = doubles(asked.features(i));
      for (int tag = 0; tag < 2; tag++) {
        double nearer =
            correlation(row, mean(learned, tag, true))
                - correlation(row, mean(learned, tag, false));
        assertThat((double) answers[i][tag])
            .as("row %d, tag %d", i, tag)
            .isCloseTo(1 / (1 + Math.exp(-20 * nearer)), within(1e-5));
      }
    }
  }

  @Test
  void tagsShipInOneFile(@TempDir Path folder) throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      ImageDataset stripes = Stripes.of(20, 1);
      List<LabeledImage> pictures = new ArrayList<>();
      for (int i = 0; i < stripes.size(); i++) {
        byte[] png = ImageEncoder.png(stripes.get(i).decode(ImageDecoder.standard()));
        int[] tags = stripes.get(i).label() == 0 ? new int[0] : new int[] {0};
        pictures.add(LabeledImage.of("stripes " + i, png, Target.tags(tags)));
      }
      ImageDataset tagged = ImageDataset.of(Task.tags("second"), pictures);
      TrainedHead head = ClassifierHead.nearestClassMean().fit(extractor.extract(tagged));
      Path file = folder.resolve("means.zip");
      try (ImageTagger tagger = head.tagger(extractor)) {
        assertThat(tagger.evaluate(tagged).meanAveragePrecision()).isGreaterThan(0.9);
        tagger.save(file);
        Image picture = tagged.get(1).decode(ImageDecoder.standard());
        try (ImageTagger loaded = ImageTagger.load(file)) {
          assertThat(loaded.predict(picture)).isEqualTo(tagger.predict(picture));
        }
      }
    }
  }

  @Test
  void refusesNumbers() {
    List<Target> numbers = List.of(Target.numbers(1), Target.numbers(2));
    FeatureSet levels =
        FeatureSet.of(rows(2), Targets.of(Task.numbers(new Quantity("fill", "%")), numbers));
    assertThatThrownBy(() -> ClassifierHead.nearestClassMean().fit(levels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("classes or tags")
        .hasMessageContaining("ridgeRegression() or nearestNeighbors()");
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
