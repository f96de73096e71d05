package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.Unreadable;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.evaluate.TagEvaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.Pooling;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.testing.Bars;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Training and evaluation go on without pictures that cannot be read, and say so. */
class SkippedPicturesTest {
  private static final PretrainedBackbone BACKBONE = TinyBackbone.of(1);
  private static final ImageDataset TRAIN = Stripes.of(24, 1);
  private static final ImageDataset VALIDATION = Stripes.of(10, 2);
  private static final byte[] BROKEN = {(byte) 0x89, 'P', 'N', 'G'};

  @AfterAll
  static void close() {
    BACKBONE.close();
  }

  private static ImageDataset broken(ImageDataset whole, Integer... which) {
    Set<Integer> numbers = Set.of(which);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < whole.size(); i++) {
      LabeledImage image = whole.get(i);
      images.add(
          numbers.contains(i)
              ? LabeledImage.of("broken-" + i + ".png", BROKEN, image.target())
              : image);
    }
    return ImageDataset.of(whole.task(), images);
  }

  private static ImageDataset without(ImageDataset whole, Integer... which) {
    Set<Integer> numbers = Set.of(which);
    return ImageDataset.of(
        whole.task(),
        IntStream.range(0, whole.size())
            .filter(i -> !numbers.contains(i))
            .mapToObj(whole::get)
            .toList());
  }

  private static FineTuner.Builder tuner(Unreadable policy) throws IOException {
    FeatureExtractor extractor = FeatureExtractor.builder(BACKBONE).unreadable(policy).build();
    TrainedHead head =
        ClassifierHead.logisticRegression().penalties(0.1).build().fit(extractor.extract(TRAIN));
    return FineTuner.builder(extractor, head).unfreezeFrom("block3_conv").epochs(2).seed(5);
  }

  @Test
  void aFineTuningDoesAsItsExtractor() throws IOException {
    FineTuneResult skipped =
        tuner(Unreadable.SKIP).build().fit(broken(TRAIN, 0, 7), broken(VALIDATION, 9));
    FineTuneResult truth =
        tuner(Unreadable.STOP).build().fit(without(TRAIN, 0, 7), without(VALIDATION, 9));
    assertThat(skipped.weights()).isEqualTo(truth.weights());
    assertThat(skipped.history().epochs()).hasSize(2);
    assertThat(skipped.warnings())
        .containsExactly(
            "2 of 24 training pictures cannot be read and are left out, first broken-0.png",
            "1 of 10 validation pictures cannot be read and is left out, first broken-9.png");
    assertThat(truth.warnings()).isEmpty();
    assertThatThrownBy(() -> tuner(Unreadable.STOP).build().fit(broken(TRAIN, 7)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken-7.png");
    assertThatThrownBy(
            () -> tuner(Unreadable.SKIP).unreadable(Unreadable.STOP).build().fit(broken(TRAIN, 7)))
        .hasMessageContaining("broken-7.png");
  }

  @Test
  void aTrainingFromScratchSkipsWhereItIsTold() throws IOException {
    Network network =
        Network.builder(Shape.map(3, 18, 20)).globalAveragePool().dense(2).softmax().build();
    NetworkTrainer.Builder trainer =
        NetworkTrainer.builder(network, TRAIN.labels()).epochs(1).seed(1);
    assertThatThrownBy(() -> trainer.build().fit(broken(TRAIN, 3)))
        .hasMessageContaining("broken-3.png");
    NetworkTrainer skipping = trainer.unreadable(Unreadable.SKIP).build();
    assertThat(skipping.fit(broken(TRAIN, 3)).warnings())
        .containsExactly(
            "1 of 24 training pictures cannot be read and is left out, first broken-3.png");
    assertThat(skipping.findLearningRate(broken(TRAIN, 3), 1e-4, 1e-2, 3).rates()).isNotEmpty();
    assertThatThrownBy(() -> skipping.fit(broken(TRAIN.take(2), 0, 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("None of 2 pictures can be read");
  }

  @Test
  void evaluationsCountWhatIsLeftOut() throws IOException {
    FeatureExtractor extractor = FeatureExtractor.builder(BACKBONE).build();
    TrainedHead head =
        ClassifierHead.logisticRegression().penalties(0.1).build().fit(extractor.extract(TRAIN));
    try (ImageClassifier classifier = head.classifier(extractor)) {
      ImageDataset data = broken(VALIDATION, 1, 2, 5);
      assertThatThrownBy(() -> classifier.evaluate(data)).hasMessageContaining("broken-1.png");
      Evaluation skipped = classifier.evaluate(data, Unreadable.SKIP);
      Evaluation truth = classifier.evaluate(without(VALIDATION, 1, 2, 5));
      assertThat(skipped.size()).isEqualTo(7);
      for (int i = 0; i < 7; i++) {
        assertThat(skipped.truth(i)).isEqualTo(truth.truth(i));
        assertThat(skipped.probabilities(i)).containsExactly(truth.probabilities(i));
      }
      assertThat(skipped.warnings()).hasSize(1);
      assertThat(skipped.warnings().get(0))
          .startsWith("3 of 10 pictures cannot be read and are left out, first broken-1.png: ");
      assertThat(skipped.toString()).contains("3 of 10 pictures cannot be read");
      assertThat(classifier.evaluate(VALIDATION, Unreadable.SKIP).warnings()).isEmpty();
      assertThatThrownBy(
              () -> classifier.evaluate(broken(VALIDATION.take(2), 0, 1), Unreadable.SKIP))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("None of 2 pictures can be read");
    }
  }

  @Test
  void taggersAndRegressorsDoTheSame() throws IOException {
    FeatureExtractor extractor = FeatureExtractor.builder(BACKBONE).pooling(Pooling.NONE).build();
    ImageDataset tagged = Bars.tagged(40, 1);
    ImageDataset filled = Bars.filled(40, 1);
    try (ImageTagger tagger =
            ClassifierHead.logisticRegression()
                .penalties(0.01)
                .build()
                .fit(extractor.extract(tagged))
                .tagger(extractor);
        ImageRegressor regressor =
            ClassifierHead.ridgeRegression()
                .penalties(0.01)
                .build()
                .fit(extractor.extract(filled))
                .regressor(extractor)) {
      TagEvaluation tags = tagger.evaluate(broken(tagged, 0), Unreadable.SKIP);
      TagEvaluation tagTruth = tagger.evaluate(without(tagged, 0));
      RegressionEvaluation numbers = regressor.evaluate(broken(filled, 39), Unreadable.SKIP);
      RegressionEvaluation numberTruth = regressor.evaluate(without(filled, 39));
      for (int i = 0; i < 39; i++) {
        assertThat(tags.probabilities(i)).containsExactly(tagTruth.probabilities(i));
        assertThat(numbers.prediction(i)).containsExactly(numberTruth.prediction(i));
      }
      assertThat(tags.meanAveragePrecision()).isEqualTo(tagTruth.meanAveragePrecision());
      assertThat(numbers.metrics()).isEqualTo(numberTruth.metrics());
      assertThat(tags.warnings().get(0)).startsWith("1 of 40 pictures cannot be read and is");
      assertThat(numbers.warnings().get(0)).startsWith("1 of 40 pictures cannot be read and is");
    }
  }
}
