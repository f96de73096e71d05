package org.finetune4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.CsvReader;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.evaluate.Thresholds;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.Pooling;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageModel;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.testing.Bars;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.NetworkTrainer;
import org.finetune4j.uncertainty.ConformalIntervals;
import org.finetune4j.uncertainty.NoveltyDetector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers and calibrations from which nothing follows, one by one, in every way of learning. */
class BadAnswersTest {
  private static final PretrainedBackbone BACKBONE = TinyBackbone.of(1);
  private static final PretrainedBackbone ANOTHER = TinyBackbone.of(2);
  private static final FeatureExtractor EXTRACTOR = FeatureExtractor.builder(BACKBONE).build();
  private static final FeatureExtractor ELSEWHERE = FeatureExtractor.builder(ANOTHER).build();
  private static final List<ImageDataset> KINDS =
      List.of(Stripes.of(24, 1), Bars.tagged(24, 1), Bars.filled(24, 1));
  private static final List<ImageDataset> UNSEEN =
      List.of(Stripes.of(24, 2), Bars.tagged(24, 2), Bars.filled(24, 2));

  @TempDir Path folder;

  @AfterAll
  static void close() {
    BACKBONE.close();
    ANOTHER.close();
  }

  private interface Learning {
    Object from(ImageDataset images) throws IOException;
  }

  private static ClassifierHead linear(Task task) {
    return task instanceof Task.Numbers
        ? ClassifierHead.ridgeRegression().penalties(0.1).build()
        : ClassifierHead.logisticRegression().penalties(0.1).build();
  }

  private static TrainedHead trained(ImageDataset images) throws IOException {
    return linear(images.task()).fit(EXTRACTOR.extract(images));
  }

  private static Map<String, Learning> everyWay(ImageDataset good) throws IOException {
    Task task = good.task();
    TrainedHead start = trained(good);
    Activation end = task instanceof Task.Numbers ? Activation.LINEAR : Activation.SIGMOID;
    Network network =
        Network.builder(Shape.map(3, 18, 20)).flatten("flat").dense("out", 1, end).build();
    Network two =
        Network.builder(Shape.map(3, 18, 20)).flatten("flat").dense("out", 2, end).build();
    ClassifierHead dense = ClassifierHead.builder().hidden(4).epochs(1).build();
    ClassifierHead neighbors = ClassifierHead.nearestNeighbors().neighbors(1).build();
    Map<String, Learning> ways = new LinkedHashMap<>();
    ways.put("linear head", it -> linear(task).fit(EXTRACTOR.extract(it)));
    ways.put("dense head", it -> dense.fit(EXTRACTOR.extract(it)));
    ways.put("nearest neighbours", it -> neighbors.fit(EXTRACTOR.extract(it)));
    ways.put(
        "fine-tuning",
        it -> FineTuner.builder(EXTRACTOR, start).unfreezeLast(1).epochs(1).build().fit(it));
    ways.put(
        "own network",
        it ->
            NetworkTrainer.builder(task.outputs() == 1 ? network : two, task)
                .epochs(1)
                .build()
                .fit(it));
    return ways;
  }

  private static void refused(ImageDataset good, ImageDataset bad, String message)
      throws IOException {
    for (Map.Entry<String, Learning> way : everyWay(good).entrySet()) {
      assertThatThrownBy(() -> way.getValue().from(bad))
          .as(way.getKey())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
    }
  }

  private static ImageDataset answered(ImageDataset images, Target... answers) {
    return ImageDataset.of(
        images.task(),
        IntStream.range(0, answers.length)
            .mapToObj(
                i -> {
                  try {
                    LabeledImage it = images.get(i);
                    return LabeledImage.of(
                        it.name(), it.decode(ImageDecoder.standard()), answers[i]);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                })
            .toList());
  }

  private Path list(String text) throws IOException {
    ImageEncoder.save(
        Bars.tagged(1, 1).get(0).decode(ImageDecoder.standard()), folder.resolve("it.png"));
    Path csv = folder.resolve("list.csv");
    Files.write(csv, text.getBytes(StandardCharsets.UTF_8));
    return csv;
  }

  @Test
  void aTagThatNoPictureHas() throws IOException {
    Path csv = list("file,labels,left,right\nit.png,,1,0\nit.png,,0,0\n");
    assertThatThrownBy(() -> CsvReader.of(csv).tagsColumn("labels", ";").read())
        .hasMessageContaining(" is empty in all lines: no picture has a tag");
    ImageDataset flags = CsvReader.of(csv).tagColumns("left", "right").read();
    ImageDataset good = Bars.tagged(24, 1);
    refused(good, flags, "'right' is in none of 2 samples. Add pictures, or leave the tag out.");
  }

  @Test
  void aTagThatEveryPictureHas() throws IOException {
    ImageDataset good = Bars.tagged(24, 1);
    ImageDataset bad = answered(good, Target.tags(0, 1), Target.tags(1), Target.tags(1));
    refused(good, bad, "'right' is in all 3 samples. Add pictures, or leave the tag out.");
  }

  @Test
  void numbersThatAreNone() throws IOException {
    for (String value : List.of("NaN", "Infinity", "-Infinity", "1e39", "half")) {
      Path csv = list("file,level\nit.png,1\nit.png," + value + "\n");
      assertThatThrownBy(() -> CsvReader.of(csv).numberColumn("level", "%").read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("line 3: a column of numbers holds finite ones")
          .hasMessageContaining(value);
    }
    for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1e39}) {
      assertThatThrownBy(() -> Target.numbers(1, value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("finite");
      float[][] said = {{(float) value}};
      Targets truth = Targets.of(Bars.LEVEL, List.of(Target.numbers(3)));
      assertThatThrownBy(() -> RegressionEvaluation.of(truth, said))
          .hasMessageContaining("one finite number")
          .hasMessageContaining("picture 0");
      assertThatThrownBy(() -> ConformalIntervals.calibrate(said, new float[][] {{3}}, 0.5))
          .hasMessageContaining("Numbers are finite, but picture 0 has one that is not");
    }
  }

  @Test
  void aNumberThatIsTheSameInAllPictures() throws IOException {
    ImageDataset good = Bars.filled(24, 1);
    Target same = Target.numbers(41.5);
    refused(
        good,
        answered(good, same, same, same),
        "A number is learned from samples in which it differs, but level is 41.50 % in all 3");
  }

  @Test
  void aSingleSample() throws IOException {
    List<String> messages =
        List.of(
            "samples of at least two classes, but all 1 samples are",
            "'left' is in the only sample",
            "in the only sample");
    for (int kind = 1; kind < KINDS.size(); kind++) {
      ImageDataset good = KINDS.get(kind);
      refused(good, answered(good, good.get(0).target()), messages.get(kind));
    }
    ImageDataset labels = KINDS.get(0);
    FeatureSet one = EXTRACTOR.extract(answered(labels, labels.get(0).target()));
    assertThatThrownBy(() -> linear(labels.task()).fit(one))
        .hasMessageContaining("samples of at least two classes");
  }

  @Test
  void tagsThatNobodyKnows() throws IOException {
    ImageDataset pictures = Bars.tagged(24, 1);
    Path csv = list("file,labels\nit.png,left;rigth\n");
    assertThatThrownBy(
            () -> CsvReader.of(csv).tagsColumn("labels", ";").labels(Bars.TAGS.labels()).read())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2: Unknown class 'rigth'. Classes: left, right");
    assertThatThrownBy(() -> answered(pictures, Target.tags(2)))
        .hasMessageContaining("does not fit 2 tags (left, right)");
    Labels others = Labels.of("left", "rigth");
    TrainedHead head = trained(pictures);
    FeatureSet other =
        FeatureSet.of(
            new float[2][16],
            Targets.of(new Task.Tags(others), List.of(Target.tags(0), Target.tags())));
    assertThatThrownBy(() -> head.evaluateTags(other))
        .hasMessageContaining("The features are for 2 tags (left, rigth), but the head learned");
    try (ImageTagger tagger = head.tagger(EXTRACTOR)) {
      assertThatThrownBy(() -> tagger.withThresholds(Thresholds.standard(others)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rigth");
      assertThatThrownBy(
              () ->
                  tagger
                      .predict(pictures.get(0).decode(ImageDecoder.standard()))
                      .probability("rigth"))
          .hasMessageContaining("Unknown tag 'rigth' among [");
    }
  }

  private static ImageModel<?, ?> model(TrainedHead head) {
    if (head.task() instanceof Task.OneLabel) {
      return head.classifier(EXTRACTOR);
    }
    return head.task() instanceof Task.Tags ? head.tagger(EXTRACTOR) : head.regressor(EXTRACTOR);
  }

  @Test
  void aCalibrationOnFewerSamplesThanTheCoverageNeeds() throws IOException {
    for (int kind = 0; kind < KINDS.size(); kind++) {
      TrainedHead head = trained(KINDS.get(kind));
      ImageDataset eight = UNSEEN.get(kind).take(8);
      FeatureSet features = EXTRACTOR.extract(eight);
      String message =
          "A coverage of 0.9 needs at least 9 samples to calibrate on, but there are 8";
      assertThatThrownBy(() -> head.calibrated(features, 0.9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
      try (ImageModel<?, ?> model = model(head)) {
        assertThatThrownBy(() -> model.calibrated(eight, 0.9)).hasMessageContaining(message);
        for (double coverage : new double[] {0, 1, -0.5, Double.NaN}) {
          assertThatThrownBy(() -> model.calibrated(eight, coverage))
              .hasMessageContaining("A coverage is above 0 and below 1, for example 0.9, not ");
        }
        assertThat(model.calibrated(eight, 0.8).uncertainty().isNone()).isFalse();
      }
    }
  }

  @Test
  void aCalibrationByAnotherExtractor() throws IOException {
    for (int kind = 0; kind < KINDS.size(); kind++) {
      TrainedHead head = trained(KINDS.get(kind));
      FeatureSet foreign = ELSEWHERE.extract(UNSEEN.get(kind));
      FeatureSet own = EXTRACTOR.extract(UNSEEN.get(kind));
      assertThatThrownBy(() -> head.calibrated(foreign, 0.9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("The features come from another extractor");
      NoveltyDetector detector = NoveltyDetector.builder().fit(foreign, foreign);
      assertThatThrownBy(() -> head.withNoveltyDetector(detector))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("The detector's features come from another extractor");
      assertThatThrownBy(() -> NoveltyDetector.builder().fit(own, foreign))
          .hasMessageContaining("come from another extractor than the known ones");
      assertThatThrownBy(() -> detector.of(own))
          .hasMessageContaining("come from another extractor than the known ones");
      FeatureSet wide =
          FeatureExtractor.builder(BACKBONE)
              .pooling(Pooling.NONE)
              .build()
              .extract(UNSEEN.get(kind));
      NoveltyDetector wider = NoveltyDetector.builder().fit(wide, wide);
      try (ImageModel<?, ?> model = model(head)) {
        assertThatThrownBy(() -> model.withNoveltyDetector(wider))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("256");
      }
    }
  }
}
