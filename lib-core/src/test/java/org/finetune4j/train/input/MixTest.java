package org.finetune4j.train.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.CheckpointsTest;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixTest {
  private static final int DRAWS = 20_000;

  /** The distribution function of Beta(alpha, alpha) at 0.01, 0.1, 0.25 and 0.4, from SciPy. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.320308, 0.406385, 0.451958, 0.48212",
    "0.2, 0.209778, 0.33669, 0.414056, 0.467747",
    "0.4, 0.093916, 0.239739, 0.356333, 0.445195",
    "1.0, 0.01, 0.1, 0.25, 0.4",
    "3.0, 0.00001, 0.00856, 0.103516, 0.31744"
  })
  void sharesFollowTheBetaDistribution(
      double alpha, double below001, double below01, double below025, double below04) {
    double[] points = {0.01, 0.1, 0.25, 0.4};
    double[] expected = {below001, below01, below025, below04};
    double[] below = new double[4];
    double[] above = new double[4];
    for (int draw = 0; draw < DRAWS; draw++) {
      double share = SymmetricBeta.next(alpha, CounterRandom.of(1, draw));
      assertThat(share).isBetween(0.0, 1.0);
      for (int i = 0; i < points.length; i++) {
        below[i] += share <= points[i] ? 1.0 / DRAWS : 0;
        above[i] += share >= 1 - points[i] ? 1.0 / DRAWS : 0;
      }
    }
    for (int i = 0; i < points.length; i++) {
      // Five standard deviations of a share among so many draws.
      double bound = 5 * Math.sqrt(expected[i] * (1 - expected[i]) / DRAWS);
      assertThat(below[i]).isCloseTo(expected[i], within(bound));
      assertThat(above[i]).isCloseTo(expected[i], within(bound));
    }
  }

  /** Numbers by {@code x.roll(1, 0).mul_(1 - lam).add_(x.mul(lam))} in PyTorch, to the bit. */
  @Test
  void meansEqualPyTorchs() {
    float[] values = {0.5f, 200.25f, 13, 255, 7.125f, 90, 17, 33.3f, 128.7f};
    Mix mix = new Mix.Mean(0.3141592653589793);
    mix.apply(FloatBuffer.wrap(values), 3);
    assertThat(values)
        .containsExactly(
            11.816372f,
            85.748886f,
            92.35177f,
            80.45354f,
            139.57799f,
            37.19026f,
            180.2301f,
            15.34812f,
            102.15796f);
    assertThat(mix.targets(new float[] {1, 0, 0, 1, 0, 1}, 3))
        .containsExactly(
            new float[] {0.31415927f, 0.6858407f, 0.6858407f, 0.31415927f, 0, 1}, within(1e-7f));
    assertThat(mix.dominant(new float[] {4, 5, 6}, 3)).containsExactly(6, 4, 5);
    assertThat(mix.dominant(new float[] {1, 2, 3, 4}, 2)).containsExactly(3, 4, 1, 2);
    assertThat(new Mix.Mean(0.5).dominant(new float[] {4, 5, 6}, 3)).containsExactly(4, 5, 6);
  }

  /** Boxes and shares by the formulas of torchvision's {@code v2.CutMix}, computed in Python. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 3, 2, 8, 6, 1, 0, 5, 4, 0.6666666666666667",
    "0.75, 0, 5, 8, 6, 0, 4, 2, 6, 0.9166666666666666",
    "0.01, 4, 3, 9, 7, 0, 0, 8, 6, 0.23809523809523814",
    "0.99, 4, 3, 9, 7, 4, 3, 4, 3, 1.0",
    "0.3, 219, 0, 224, 200, 126, 0, 224, 83, 0.8184375",
    "0.6180339887, 100, 77, 224, 224, 31, 8, 169, 146, 0.6204559948979591"
  })
  void boxesEqualTorchvisions(
      double share, int x, int y, int width, int height, int x1, int y1, int x2, int y2, double k) {
    Mix.Box box = Mix.box(share, x, y, width, height);
    assertThat(box).isEqualTo(new Mix.Box(width, height, x1, y1, x2, y2));
    assertThat(box.kept()).isCloseTo(k, within(1e-15));
  }

  @Test
  void aBoxOfTheOtherSampleIsPasted() {
    float[] values = new float[24];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    new Mix.Box(4, 3, 1, 0, 3, 2).apply(FloatBuffer.wrap(values), 2);
    assertThat(values)
        .containsExactly(
            0, 13, 14, 3, 4, 17, 18, 7, 8, 9, 10, 11, 12, 1, 2, 15, 16, 5, 6, 19, 20, 21, 22, 23);
  }

  @Test
  void aStepLosesTheMixtureOfBothTargetsLosses() {
    FeatureSet features = CheckpointsTest.features().subset(new int[] {0, 1, 2, 3, 4, 5, 6, 7});
    double smoothing = 0.1;
    double[] classWeights = {0.5, 2, 1};
    List<TrainingListener.BatchResult> steps = new ArrayList<>();
    DenseHead head =
        ClassifierHead.builder()
            .hidden()
            .mixing(Mixing.mixUp(1))
            .labelSmoothing(smoothing)
            .classWeights(classWeights)
            .batchSize(8)
            .epochs(1)
            .seed(11)
            .listener(
                new TrainingListener() {
                  @Override
                  public void batchFinished(BatchResult batch) {
                    steps.add(batch);
                  }
                })
            .build();
    head.fit(features);

    Weights start = InitialWeights.of(head.fit(features).network(), 11);
    int[] order = Shuffle.order(8, 11, 1, 0);
    double kept =
        Mix.draw(Mixing.mixUp(1), new StepKey(11, 1, 0, 0).random(), Shape.vector(6)).kept();
    assertThat(kept).isBetween(0.01, 0.99);
    double sum = 0;
    for (int i = 0; i < 8; i++) {
      float[] a = features.features(order[i]);
      float[] b = features.features(order[(i + 7) % 8]);
      double[] logits = new double[3];
      double total = 0;
      for (int c = 0; c < 3; c++) {
        for (int j = 0; j < 6; j++) {
          double value = kept * a[j] + (1 - kept) * b[j];
          logits[c] += value * start.get("head_predictions/kernel").toArray()[j * 3 + c];
        }
        total += Math.exp(logits[c]);
      }
      int[] classes = {features.target(order[i]), features.target(order[(i + 7) % 8])};
      double[] shares = {kept, 1 - kept};
      for (int side = 0; side < 2; side++) {
        for (int c = 0; c < 3; c++) {
          double target = (c == classes[side] ? 1 - smoothing : 0) + smoothing / 3;
          sum +=
              shares[side] * classWeights[classes[side]] * target * (Math.log(total) - logits[c]);
        }
      }
    }
    assertThat(steps.get(0).loss()).isCloseTo(sum / 8, within(1e-6));
  }

  @Test
  void mixedPicturesFineTuneWithTheSameBits() throws Exception {
    ImageDataset train = Stripes.of(24, 1);
    try (PretrainedBackbone backbone = TinyBackbone.of(3)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      TrainedHead head =
          ClassifierHead.logisticRegression().penalties(0.1).build().fit(extractor.extract(train));
      List<Weights> results = new ArrayList<>();
      for (Mixing mixing :
          List.of(Mixing.none(), Mixing.mixUp(0.4), Mixing.cutMix(1), Mixing.cutMix(1))) {
        results.add(
            FineTuner.builder(extractor, head)
                .unfreezeFrom("block3_conv")
                .optimizer(Optimizer.adam(1e-3))
                .mixing(mixing)
                .batchSize(8)
                .epochs(2)
                .seed(5)
                .build()
                .fit(train)
                .weights());
      }
      assertThat(results.get(3)).isEqualTo(results.get(2));
      assertThat(results.get(2)).isNotEqualTo(results.get(1)).isNotEqualTo(results.get(0));
      assertThat(results.get(1)).isNotEqualTo(results.get(0));
    }
  }

  @Test
  void refusesWhatCannotBeMixed() {
    assertThatThrownBy(() -> Mixing.mixUp(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Alpha of MixUp is a number above 0, not 0.0.");
    assertThatThrownBy(() -> Mixing.cutMix(-1)).hasMessageContaining("Alpha of CutMix");
    assertThatThrownBy(() -> ClassifierHead.builder().mixing(Mixing.cutMix(1)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CutMix pastes boxes of pictures")
        .hasMessageContaining("Mixing.mixUp");
  }

  @Test
  void aHeadLearnsFromMixedFeatures() {
    TrainedHead head =
        CheckpointsTest.head()
            .mixing(Mixing.mixUp(0.2))
            .epochs(30)
            .build()
            .fit(CheckpointsTest.features());
    assertThat(head.evaluate(CheckpointsTest.features()).accuracy()).isGreaterThan(0.6);
  }
}
