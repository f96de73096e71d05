package org.finetune4j.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.Pooling;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.testing.Bars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Taggers and regressors in eight bits. */
class OtherModelsTest {
  private final Quantizer quantizer = Quantizer.builder().evenIfSlower().maximumLoss(5).build();

  @TempDir Path folder;

  private static ImageTagger tagger() throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).pooling(Pooling.NONE).build();
      return ClassifierHead.logisticRegression()
          .penalties(0.01)
          .build()
          .fit(extractor.extract(Bars.tagged(60, 1)))
          .tagger(extractor);
    }
  }

  private static ImageRegressor regressor() throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).pooling(Pooling.NONE).build();
      return ClassifierHead.ridgeRegression()
          .penalties(0.01)
          .build()
          .fit(extractor.extract(Bars.filled(60, 1)))
          .regressor(extractor);
    }
  }

  private static List<Image> pictures(ImageDataset images) throws IOException {
    List<Image> pictures = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      pictures.add(images.get(i).decode(ImageDecoder.standard()));
    }
    return pictures;
  }

  /** Counted here by tags as users get them, not by what the guard counts. */
  @Test
  void aTaggerIsRoundedComparedAndSaved() throws IOException {
    DatasetSplit split = Bars.tagged(96, 2).split(1 / 3.0, 0);
    Path file = folder.resolve("tagger.zip");
    try (ImageTagger original = tagger()) {
      Quantized<ImageTagger> small =
          quantizer.quantize(original, split.train(), split.validation());
      try (ImageTagger tagger = small.model()) {
        List<Image> check = pictures(split.validation());
        int agreed = 0;
        int right = 0;
        for (int i = 0; i < check.size(); i++) {
          List<Integer> before = indices(original, check.get(i));
          List<Integer> after = indices(tagger, check.get(i));
          Target.Tags truth = (Target.Tags) split.validation().targets().get(i);
          agreed += before.equals(after) ? 1 : 0;
          right += truth.indices().equals(after) ? 1 : 0;
        }
        QuantizationReport report = small.report();
        assertThat(report.agreement()).isEqualTo(agreed / (double) check.size());
        assertThat(report.accuracyAfter()).isEqualTo(right / (double) check.size());
        assertThat(report.others().get(0).int8())
            .isEqualTo(tagger.evaluate(split.validation()).meanAveragePrecision());
        assertThat(report.featureChange()).isPositive();
        tagger.save(file);
        try (ImageTagger loaded = ImageTagger.load(file)) {
          assertThat(loaded.probabilities(check)).isDeepEqualTo(tagger.probabilities(check));
          assertThat(loaded.thresholds()).isEqualTo(original.thresholds());
          assertThat(loaded.eightBits().orElseThrow().report())
              .containsKeys("agreement", "mean average precision, int8");
        }
        assertThatThrownBy(() -> quantizer.quantize(tagger, Bars.tagged(96, 2)))
            .hasMessageContaining("This tagger is in eight bits already");
      }
    }
  }

  private static List<Integer> indices(ImageTagger tagger, Image picture) {
    return tagger.predict(picture).tags().stream().map(tagger.tags()::indexOf).sorted().toList();
  }

  @Test
  void aRegressorIsRoundedComparedAndSaved() throws IOException {
    ImageDataset filled = Bars.filled(96, 2);
    Path file = folder.resolve("regressor.zip");
    try (ImageRegressor original = regressor()) {
      Quantized<ImageRegressor> small = quantizer.quantize(original, filled);
      try (ImageRegressor regressor = small.model()) {
        QuantizationReport report = small.report();
        assertThat(report.accuracyBefore() - report.accuracyAfter()).isLessThanOrEqualTo(0.05);
        assertThat(report.calibrationPictures() + report.checkPictures()).isEqualTo(96);
        Measure error = report.others().get(0);
        assertThat(error.name()).startsWith("mean absolute error of ");
        assertThat(error.int8()).isNotEqualTo(error.float32());
        assertThat(report.toString()).contains(error.toString(), "times as fast");
        regressor.save(file);
        try (ImageRegressor loaded = ImageRegressor.load(file)) {
          List<Image> check = pictures(filled);
          assertThat(loaded.values(check)).isDeepEqualTo(regressor.values(check));
          assertThat(loaded.eightBits()).isEqualTo(regressor.eightBits());
        }
      }
    }
  }

  /** The values: numpy, and scipy.stats.binomtest(3, 4, 0.5, alternative='greater').pvalue. */
  @Test
  void numbersAreComparedInUnitsOfTheirSpread() {
    Task task = new Task.Numbers(List.of(Quantity.of("fill")));
    Targets truth =
        Targets.of(
            task,
            Stream.of(0.0, 10.0, 20.0, 30.0, 40.0)
                .<Target>map(it -> new Target.Numbers(List.of(it)))
                .toList());
    PairedNumbers pair =
        PairedNumbers.of(
            RegressionEvaluation.of(truth, new float[][] {{1}, {11}, {21}, {31}, {41}}),
            RegressionEvaluation.of(truth, new float[][] {{2}, {12}, {20}, {33}, {41}}));
    assertThat(pair.before()).isCloseTo(1 - 1 / 12.0, within(1e-12)); // the median errs by 12
    assertThat(pair.after()).isCloseTo(1 - 1.6 / 12, within(1e-12));
    assertThat(pair.lossInPoints()).isCloseTo(5, within(1e-9));
    assertThat(pair.pValue()).isCloseTo(0.3125, within(1e-12));
    assertThat(pair.agreement()).isEqualTo(0.2); // one moved by less than 1
    assertThat(pair.change()).isCloseTo(1 / 12.0, within(1e-12));
    assertThat(pair.others())
        .isEqualTo(List.of(new Measure("mean absolute error of fill", 1, 1.6)));
  }

  @Test
  void theSpeedStandsInTheFile() throws IOException {
    try (ImageRegressor original = regressor()) {
      Quantized<ImageRegressor> small = quantizer.quantize(original, Bars.filled(96, 2));
      try (ImageRegressor regressor = small.model()) {
        Map<String, String> facts = regressor.eightBits().orElseThrow().report();
        assertThat(facts)
            .containsEntry(
                "times_as_fast_one_picture", Double.toString(small.report().speed().single()))
            .containsEntry(
                "times_as_fast_16_pictures", Double.toString(small.report().speed().batch()));
      }
    }
  }
}
