package org.finetune4j.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.NearestNeighbors.Distance;
import org.finetune4j.network.NearestNeighbors.Weighting;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.testing.Bars;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of scikit-learn, from neighbors.py beside neighbors.json. */
class NearestNeighborsHeadTest {
  private static final int SAMPLES = 60;
  private static final int QUERIES = 20;
  private static final int DIMENSION = 8;
  private static final Task LABELS = Task.oneLabel(Labels.of("a", "b", "c"));
  private static final Task TAGS = Task.tags("even", "first");
  private static final Task NUMBERS =
      Task.numbers(Quantity.of("tenfold"), Quantity.of("less three"));

  @TempDir private Path folder;

  private static JsonNode expected() throws IOException {
    try (InputStream in = NearestNeighborsHeadTest.class.getResourceAsStream("neighbors.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static float[][] rows(int count, int salt) {
    float[][] rows = new float[count][DIMENSION];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        rows[i][j] = (float) (((i * DIMENSION + j) * 7919L + salt * 104729L) % 1009 / 1009.0 - 0.5);
      }
      rows[i][i % 3] += 0.5f;
    }
    return rows;
  }

  private static FeatureSet features(Task task, int count, int salt) {
    float[][] rows = rows(count, salt);
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (task instanceof Task.OneLabel) {
        targets.add(Target.label(i % 3));
      } else if (task instanceof Task.Tags) {
        int picture = i;
        targets.add(
            Target.tags(
                IntStream.range(0, 2)
                    .filter(tag -> tag == 0 ? picture % 2 == 0 : rows[picture][0] > 0.2f)
                    .toArray()));
      } else {
        targets.add(Target.numbers(rows[i][0] * 10.0, rows[i][1] - 3.0));
      }
    }
    return FeatureSet.of(rows, Targets.of(task, targets));
  }

  private static NearestNeighborsHead.Builder head(Distance distance, Weighting weighting) {
    return ClassifierHead.nearestNeighbors().distance(distance).weighting(weighting);
  }

  @ParameterizedTest
  @CsvSource({"COSINE,UNIFORM", "COSINE,DISTANCE", "EUCLIDEAN,UNIFORM", "EUCLIDEAN,DISTANCE"})
  void answersAreScikitLearns(Distance distance, Weighting weighting) throws IOException {
    JsonNode all = expected();
    // A distance of 0.001 between numbers near 1 has three digits less than float32: its inverse
    // too.
    double rounding = weighting == Weighting.UNIFORM ? 3e-6 : 2e-4;
    String how = (distance + " " + weighting).toLowerCase(Locale.ROOT);
    for (Task task : List.of(LABELS, TAGS, NUMBERS)) {
      String kind = task == LABELS ? "labels" : task == TAGS ? "tags" : "numbers";
      FeatureSet train = features(task, SAMPLES, 1);
      for (int k : new int[] {1, 4, 9}) {
        float[][] said =
            head(distance, weighting)
                .neighbors(k)
                .build()
                .fit(train)
                .probabilities(features(task, QUERIES, 2));
        JsonNode rows = all.get(how + " " + k + " " + kind);
        for (int i = 0; i < QUERIES; i++) {
          for (int j = 0; j < said[i].length; j++) {
            assertThat((double) said[i][j])
                .as("%s %s, %s neighbours, picture %s", how, kind, k, i)
                .isCloseTo(rows.get(i).get(j).asDouble(), within(rounding));
          }
        }
      }
      if (task != TAGS) {
        TrainedHead chosen = head(distance, weighting).build().fit(train);
        int number = all.get(how + " chosen " + kind).asInt();
        assertThat(NearestNeighbors.in(chosen.network()).orElseThrow().neighbors())
            .isEqualTo(number);
        assertThat(chosen.selection().orElseThrow())
            .startsWith("neighbors " + number + ", chosen by leave-one-out cross-validation (")
            .endsWith("validation, selected on)");
      }
    }
  }

  @Test
  void whatItWasShownItKnows() {
    for (Distance distance : Distance.values()) {
      FeatureSet train = features(NUMBERS, SAMPLES, 1);
      float[][] said =
          head(distance, Weighting.DISTANCE).neighbors(5).build().fit(train).probabilities(train);
      for (int i = 0; i < SAMPLES; i++) {
        assertThat(said[i][0]).isCloseTo(train.answers().row(i)[0], within(0.05f));
      }
    }
  }

  @Test
  void ofEquallyNearSamplesTheFirstAnswers() {
    float[][] rows = {{1, 0}, {0, 1}, {0, 1}, {0, 1}};
    FeatureSet train = FeatureSet.of(rows, new int[] {0, 1, 2, 2}, Labels.of("a", "b", "c"));
    TrainedHead head = ClassifierHead.nearestNeighbors().neighbors(1).build().fit(train);
    assertThat(head.probabilities(new float[] {0, 3})).containsExactly(0, 1, 0);
  }

  @Test
  void onePictureAClassIsEnoughAndGroupsDoNotAnswerForThemselves() {
    float[][] rows = {{1, 0}, {0, 1}};
    TrainedHead one =
        ClassifierHead.nearestNeighbors()
            .build()
            .fit(FeatureSet.of(rows, new int[] {0, 1}, Labels.of("a", "b")));
    assertThat(one.probabilities(new float[] {3, 1})).containsExactly(1, 0);
    assertThat(one.selection().orElseThrow()).startsWith("neighbors 1,");
    // Twins of one group would make a single neighbour look perfect.
    FeatureSet plain = features(LABELS, SAMPLES, 1);
    float[][] twice = new float[2 * SAMPLES][];
    List<Target> targets = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < twice.length; i++) {
      twice[i] = plain.features(i / 2);
      targets.add(plain.answers().get(i / 2));
      groups.add("g" + i / 2);
    }
    Targets alone = Targets.of(LABELS, targets);
    Targets grouped = Targets.of(LABELS, targets, groups);
    ClassifierHead head = ClassifierHead.nearestNeighbors().build();
    assertThat(head.fit(FeatureSet.of(twice, alone)).selection().orElseThrow())
        .contains("accuracy 100.0 %");
    assertThat(head.fit(FeatureSet.of(twice, grouped)).selection().orElseThrow())
        .doesNotContain("accuracy 100.0 %");
  }

  @Test
  void everyKindIsSavedAndSaysTheSameAgain() throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      Image image = Stripes.of(2, 5).get(0).decode(ImageDecoder.standard());
      Path file = folder.resolve("it.zip");
      ClassifierHead head = ClassifierHead.nearestNeighbors().neighbors(3).build();
      ImageDataset stripes = Stripes.of(20, 1);
      TrainedHead labels = head.fit(extractor.extract(stripes));
      try (ImageClassifier before = labels.classifier(extractor)) {
        before.save(file);
        try (ImageClassifier after = ImageClassifier.load(file)) {
          assertThat(after.predict(image, 2)).isEqualTo(before.predict(image, 2));
          assertThat(after.evaluate(stripes).accuracy()).isGreaterThan(0.5);
        }
      }
      try (ImageTagger before = head.fit(extractor.extract(Bars.tagged(20, 1))).tagger(extractor)) {
        before.save(file);
        try (ImageTagger after = ImageTagger.load(file)) {
          assertThat(after.predict(image)).isEqualTo(before.predict(image));
        }
      }
      try (ImageRegressor before =
          head.fit(extractor.extract(Bars.filled(20, 1))).regressor(extractor)) {
        before.save(file);
        try (ImageRegressor after = ImageRegressor.load(file)) {
          assertThat(after.predict(image)).isEqualTo(before.predict(image));
        }
      }
      assertThatThrownBy(() -> FineTuner.builder(extractor, labels).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("A head of nearest neighbours has no gradient");
    }
  }

  @Test
  void refusesWhatCannotBeAsked() {
    FeatureSet train = features(LABELS, SAMPLES, 1);
    assertThatThrownBy(() -> ClassifierHead.nearestNeighbors().neighbors(0))
        .hasMessageContaining("At least 1 neighbour is asked, not [0]");
    assertThatThrownBy(() -> ClassifierHead.nearestNeighbors().neighbors(61).build().fit(train))
        .hasMessageContaining("61 neighbours cannot be asked of 60 samples");
    assertThatThrownBy(() -> ClassifierHead.nearestNeighbors().mostStored(59).build().fit(train))
        .hasMessageContaining(
            "keeps every sample that it is fitted on, at most 59, but there are 60");
  }
}
