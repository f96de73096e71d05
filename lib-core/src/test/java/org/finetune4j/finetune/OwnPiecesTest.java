package org.finetune4j.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.Pooling;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.finetune4j.train.NetworkTrainer;
import org.finetune4j.train.TrainedNetwork;
import org.finetune4j.train.input.InitialWeights;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads and start weights of one's own. */
class OwnPiecesTest {
  @TempDir private Path folder;

  private static final Network TRUNK =
      Network.builder(Shape.map(3, 8, 8))
          .convolution("conv", 4, Window.of(3).same(), Activation.RELU)
          .build();

  private static ImageDataset pictures(int count, long seed) {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      CounterRandom random = CounterRandom.of(seed, i);
      byte[] rgb = new byte[8 * 8 * 3];
      for (int j = 0; j < rgb.length; j++) {
        int strong = i % 2 == 0 ? 0 : 2;
        rgb[j] = (byte) (random.nextInt(150) + (j % 3 == strong ? 100 : 0));
      }
      images.add(LabeledImage.of("picture " + i, Image.of(8, 8, rgb), i % 2));
    }
    return ImageDataset.of(Labels.of(List.of("red", "blue")), images);
  }

  @Test
  void aHeadOfOnesOwnIsTrainedFineTunedAndSaved() throws IOException {
    try (PretrainedBackbone backbone =
        PretrainedBackbone.of("small", TRUNK, InitialWeights.of(TRUNK, 3), Preprocessing.TF)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).pooling(Pooling.NONE).build();
      Network own =
          Network.builder("features", extractor.shape())
              .convolution("head_conv", 6, Window.of(3), Activation.SWISH)
              .flatten("head_flat")
              .dense("head_out", 2, Activation.SOFTMAX)
              .build();
      DenseHead untrained =
          ClassifierHead.builder()
              .network(own)
              .optimizer(Optimizer.adam(1e-2))
              .epochs(20)
              .seed(1)
              .build();
      TrainedHead head = untrained.fit(extractor.extract(pictures(32, 1)));
      assertThat(head.network()).isEqualTo(own);
      FineTuneResult tuned =
          FineTuner.builder(extractor, head)
              .unfreezeFrom("conv")
              .optimizer(Optimizer.adam(1e-3))
              .epochs(2)
              .build()
              .fit(pictures(32, 1));
      Path saved = folder.resolve("own.zip");
      try (ImageClassifier classifier = tuned.classifier()) {
        classifier.save(saved);
      }
      try (ImageClassifier loaded = ImageClassifier.load(saved)) {
        assertThat(loaded.network().layerNames()).contains("head_conv", "head_flat");
        assertThat(loaded.evaluate(pictures(32, 2)).accuracy()).isGreaterThan(0.9);
      }
    }
  }

  @Test
  void aHeadOfOnesOwnFitsOrIsToldWhy() throws IOException {
    Network named = Network.builder(Shape.vector(4)).dense("out", 2, Activation.SOFTMAX).build();
    assertThatThrownBy(() -> ClassifierHead.builder().network(named))
        .hasMessageContaining("call 'out' 'head_out'");
    Network other =
        Network.builder(Shape.vector(5)).dense("head_out", 2, Activation.SOFTMAX).build();
    DenseHead head = ClassifierHead.builder().network(other).build();
    try (PretrainedBackbone backbone =
        PretrainedBackbone.of("small", TRUNK, InitialWeights.of(TRUNK, 3), Preprocessing.TF)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      assertThatThrownBy(() -> head.fit(extractor.extract(pictures(8, 1))))
          .hasMessageContaining("The head reads 5, but the features are 4");
    }
  }

  @Test
  void aTrainingStartsFromTheWeightsItIsGiven() throws IOException {
    Network network =
        Network.builder(Shape.map(3, 8, 8))
            .convolution("conv", 4, Window.of(3), Activation.RELU)
            .flatten("flat")
            .dense("out", 2, Activation.SOFTMAX)
            .build();
    Weights given = InitialWeights.of(network, 77).filter(name -> name.startsWith("conv/"));
    TrainedNetwork still = trained(network, given);
    assertThat(far(still.weights().get("conv/kernel"), given.get("conv/kernel"))).isLessThan(1e-6);
    assertThat(
            far(
                still.weights().get("conv/kernel"),
                InitialWeights.of(network, 5).get("conv/kernel")))
        .isGreaterThan(0.05);

    Weights wrong = Weights.builder().put("conv/kernell", Tensor.of(new float[1], 1)).build();
    assertThatThrownBy(() -> trained(network, wrong))
        .hasMessageContaining(
            "no tensor 'conv/kernell' to start from. Did you mean 'conv/kernel'?");
    Weights shaped = Weights.builder().put("conv/bias", Tensor.of(new float[1], 1)).build();
    assertThatThrownBy(() -> trained(network, shaped))
        .hasMessageContaining("'conv/bias' has shape [1], but the network needs [4]");
  }

  private static TrainedNetwork trained(Network network, Weights start) throws IOException {
    return NetworkTrainer.builder(network, Labels.of(List.of("red", "blue")))
        .startWeights(start)
        .optimizer(Optimizer.sgd(1e-9))
        .epochs(1)
        .seed(5)
        .build()
        .fit(pictures(16, 1));
  }

  private static double far(Tensor one, Tensor other) {
    float[] a = one.toArray();
    float[] b = other.toArray();
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
