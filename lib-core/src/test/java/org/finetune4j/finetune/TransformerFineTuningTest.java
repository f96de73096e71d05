package org.finetune4j.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.finetune4j.architecture.transformer.VisionTransformer;
import org.finetune4j.architecture.transformer.VisionTransformer.Form;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.explain.ClassActivationMaps;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.Pooling;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is true of convolutional networks is true of transformers: features, tails, bundles. */
class TransformerFineTuningTest {
  private static final int WIDTH = 24;
  private static final int TOKENS = 1 + 4 + 4 * 3;

  @TempDir Path folder;

  private final ImageDataset train = Stripes.of(24, 1);
  private final PretrainedBackbone backbone = backbone();

  private static PretrainedBackbone backbone() {
    NetworkBuilder net = Network.builder(Shape.map(3, 24, 32));
    new VisionTransformer(WIDTH, 3, 8, Form.DINOV2_REGISTERS).trunk(net, 1);
    Network network = net.build();
    return PretrainedBackbone.of(
        "small DINOv2", network, RandomWeights.of(network, 1), Preprocessing.TORCH);
  }

  @AfterEach
  void close() {
    backbone.close();
  }

  private float[] features(Image picture, Pooling pooling) {
    return FeatureExtractor.builder(backbone).pooling(pooling).build().extract(picture);
  }

  @Test
  void tokensLeaveOneByOneAndPooledAsAsked() throws IOException {
    Image picture = train.get(0).decode(ImageDecoder.standard());
    float[] all = features(picture, Pooling.NONE);
    assertThat(all).hasSize(TOKENS * WIDTH);
    float[] mean = new float[WIDTH];
    for (int i = 5 * WIDTH; i < all.length; i++) {
      mean[i % WIDTH] += all[i] / 12;
    }
    float[] token = features(picture, Pooling.CLASS);
    assertThat(token).containsExactly(Arrays.copyOf(all, WIDTH), within(1e-6f));
    assertThat(features(picture, Pooling.MEAN)).containsExactly(mean, within(1e-5f));
    float[] both = features(picture, Pooling.CLASS_AND_MEAN);
    assertThat(both).hasSize(2 * WIDTH).startsWith(token);
    FeatureExtractor usual = FeatureExtractor.builder(backbone).build();
    assertThat(usual.pooling()).isEqualTo(Pooling.CLASS);
    assertThat(usual.layer()).isEqualTo("norm");
    assertThat(FeatureExtractor.builder(backbone).layer("patch_embed").build().pooling())
        .isEqualTo(Pooling.MEAN);
    assertThatThrownBy(() -> FeatureExtractor.builder(backbone).pooling(Pooling.AVG).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Layer 'norm' gives a sequence of 17x24, which Pooling.AVG does not fit. Use"
                + " Pooling.CLASS, MEAN, CLASS_AND_MEAN or NONE.");
    assertThatThrownBy(
            () ->
                FeatureExtractor.builder(backbone)
                    .layer("patch_embed")
                    .pooling(Pooling.CLASS)
                    .build())
        .hasMessageContaining("none of them is a class token");
  }

  private TrainedHead head(FeatureExtractor extractor) throws IOException {
    return ClassifierHead.logisticRegression().penalties(0.1).build().fit(extractor.extract(train));
  }

  private FineTuner.Builder tuner() throws IOException {
    FeatureExtractor extractor =
        FeatureExtractor.builder(backbone).pooling(Pooling.CLASS_AND_MEAN).build();
    return FineTuner.builder(extractor, head(extractor))
        .unfreezeFrom("blocks.10")
        .optimizer(Optimizer.adam(1e-3))
        .batchSize(8)
        .epochs(2)
        .seed(5);
  }

  @Test
  void theLastBlocksTrainAndNothingElse() throws IOException {
    FineTuneResult result = tuner().epochs(4).build().fit(train, train);
    assertThat(result.history().epochs().get(3).loss())
        .isLessThan(result.history().epochs().get(0).loss());
    Weights before = backbone.weights();
    Set<String> moved = new TreeSet<>();
    Set<String> tail = new TreeSet<>();
    for (TensorSpec spec : backbone.network().tensors()) {
      if (spec.layer().startsWith("blocks.10.")
          || spec.layer().startsWith("blocks.11.")
          || spec.layer().equals("norm")) {
        tail.add(spec.name());
      }
      if (!result.weights().get(spec.name()).equals(before.get(spec.name()))) {
        moved.add(spec.name());
      }
    }
    assertThat(moved).isEqualTo(tail);
  }

  @Test
  void aBundlePredictsWhatWasTrained() throws IOException {
    FineTuneResult result = tuner().layerDecay(0.8).build().fit(train);
    Path file = folder.resolve("stripes.zip");
    try (ImageClassifier classifier = result.classifier()) {
      classifier.save(file);
      try (ImageClassifier loaded = ImageClassifier.load(file)) {
        Image picture = train.get(3).decode(ImageDecoder.standard());
        assertThat(loaded.predict(picture, 2)).isEqualTo(classifier.predict(picture, 2));
        try (ClassActivationMaps maps = ClassActivationMaps.builder(loaded).build()) {
          assertThat(maps.layer()).isEqualTo("blocks.10.add2");
          assertThat(maps.of(picture, Stripes.LABELS.name(0)).largest()).isFinite();
        }
        assertThat(loaded.evaluate(train).accuracy())
            .isEqualTo(classifier.evaluate(train).accuracy());
      }
    }
  }

  @Test
  void aTrainingThatWasStoppedEndsWithTheSameBits() throws IOException {
    Weights whole = tuner().build().fit(train).weights();
    Cancellation cancellation = new Cancellation();
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void batchFinished(BatchResult batch) {
            cancellation.request();
          }
        };
    tuner()
        .checkpoints(folder)
        .checkpointEverySteps(1)
        .listener(stopping)
        .cancellation(cancellation)
        .build()
        .fit(train);
    assertThat(tuner().checkpoints(folder).checkpointEverySteps(1).build().fit(train).weights())
        .isEqualTo(whole);
  }
}
