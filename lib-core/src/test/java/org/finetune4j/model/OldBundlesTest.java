package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import java.util.zip.ZipFile;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Bars;
import org.finetune4j.testing.Stripes;
import org.finetune4j.uncertainty.ConformalIntervals.Range;
import org.finetune4j.uncertainty.Novelty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of every format, with the answers that the code gave that wrote them ({@code bundles.json}
 * says which: for all but the second the first that did). They are read for good.
 */
class OldBundlesTest {
  private static final float ROUNDING = 1e-4f;

  @TempDir Path folder;

  private static JsonNode expected(String name) throws IOException {
    try (InputStream in = OldBundlesTest.class.getResourceAsStream("bundles.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in)).get(name);
    }
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name + ".zip");
    try (InputStream in = OldBundlesTest.class.getResourceAsStream(name + ".zip")) {
      Files.copy(Objects.requireNonNull(in), file);
    }
    return file;
  }

  private static List<Image> pictures(ImageDataset images) throws IOException {
    List<Image> pictures = new ArrayList<>();
    for (LabeledImage image : images.images()) {
      pictures.add(image.decode(ImageDecoder.standard()));
    }
    return pictures;
  }

  private static void requireOutputs(String name, float[][] said, float within) throws IOException {
    float[][] then =
        new ObjectMapper().convertValue(expected(name).get("outputs"), float[][].class);
    assertThat(said).hasDimensions(then.length, then[0].length);
    for (int i = 0; i < then.length; i++) {
      assertThat(said[i]).as("picture %d", i).containsExactly(then[i], within(within));
    }
  }

  private static List<List<String>> names(JsonNode rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> StreamSupport.stream(row.spliterator(), false).map(JsonNode::asText).toList())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "bundle-1, 1",
    "bundle-2, 2",
    "bundle-3-tags, 3",
    "bundle-3-numbers, 3",
    "bundle-4, 4",
    "bundle-4-tags, 4",
    "bundle-4-numbers, 4"
  })
  void eachIsOfItsFormat(String name, int format) throws IOException {
    try (ZipFile zip = new ZipFile(file(name).toFile());
        InputStream manifest = zip.getInputStream(zip.getEntry("manifest.json"))) {
      assertThat(new ObjectMapper().readTree(manifest).path("format").asInt()).isEqualTo(format);
    }
  }

  @Test
  void classifiersInFloat32AndInEightBits() throws IOException {
    List<Image> pictures = pictures(Stripes.of(6, 9));
    try (ImageClassifier first = ImageClassifier.load(file("bundle-1"));
        ImageClassifier small = ImageClassifier.load(file("bundle-2"))) {
      requireOutputs("bundle-1", first.probabilities(pictures), ROUNDING);
      // Integers are summed alike everywhere, but what they are scaled to may be rounded otherwise.
      requireOutputs("bundle-2", small.probabilities(pictures), 10 * ROUNDING);
      assertThat(small.eightBits()).isPresent();
      assertThat(first.labels()).isEqualTo(Stripes.LABELS);
    }
  }

  @Test
  void taggersAndRegressors() throws IOException {
    List<Image> tagged = pictures(Bars.tagged(6, 9));
    try (ImageTagger tagger = ImageTagger.load(file("bundle-3-tags"));
        ImageRegressor regressor = ImageRegressor.load(file("bundle-3-numbers"))) {
      requireOutputs("bundle-3-tags", tagger.probabilities(tagged), ROUNDING);
      assertThat(tagger.thresholds().selection()).startsWith("best F1 of each tag, chosen on 40");
      assertThat(tagger.predictAll(tagged).stream().map(TagPrediction::tags))
          .isEqualTo(names(expected("bundle-3-tags").get("tags")));
      requireOutputs(
          "bundle-3-numbers", regressor.values(pictures(Bars.filled(6, 9))), 100 * ROUNDING);
      assertThat(regressor.task()).isEqualTo(Bars.LEVEL);
    }
  }

  @Test
  void setsIntervalsAndDetectors() throws IOException {
    List<Image> striped = pictures(Stripes.of(6, 9));
    List<Image> tagged = pictures(Bars.tagged(6, 9));
    List<Image> filled = pictures(Bars.filled(6, 9));
    try (ImageClassifier classifier = ImageClassifier.load(file("bundle-4"));
        ImageTagger tagger = ImageTagger.load(file("bundle-4-tags"));
        ImageRegressor regressor = ImageRegressor.load(file("bundle-4-numbers"))) {
      requireOutputs("bundle-4", classifier.probabilities(striped), ROUNDING);
      JsonNode then = expected("bundle-4");
      List<Assessment<List<Prediction>>> now = classifier.assessAll(striped);
      assertThat(
              now.stream()
                  .map(it -> it.set().orElseThrow().stream().map(Prediction::label).toList()))
          .isEqualTo(names(then.get("sets")));
      for (int i = 0; i < now.size(); i++) {
        Novelty novelty = now.get(i).novelty().orElseThrow();
        assertThat(novelty.distance())
            .isCloseTo(then.get("distances").get(i).asDouble(), within(1e-3));
        assertThat(novelty.cut()).isCloseTo(then.get("cut").asDouble(), within(1e-6));
      }

      requireOutputs("bundle-4-tags", tagger.probabilities(tagged), ROUNDING);
      assertThat(
              tagger.predictAll(tagged).stream()
                  .map(it -> it.set().orElseThrow().stream().map(Prediction::label).toList()))
          .isEqualTo(names(expected("bundle-4-tags").get("sets")));

      requireOutputs("bundle-4-numbers", regressor.values(filled), 100 * ROUNDING);
      double half = expected("bundle-4-numbers").get("half_width").asDouble();
      for (NumberPrediction it : regressor.predictAll(filled)) {
        Range range = it.interval("level").orElseThrow();
        assertThat(range.high() - it.value()).isCloseTo(half, within(1e-6));
      }
      assertThat(regressor.uncertainty().novelty()).isPresent();
    }
  }
}
