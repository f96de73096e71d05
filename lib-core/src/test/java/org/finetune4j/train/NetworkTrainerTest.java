package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkTrainerTest {
  private static NetworkBuilder convnet() {
    return Network.builder(Shape.map(3, 16, 16))
        .convolution("conv", 8, 3)
        .relu()
        .maxPool(2)
        .flatten();
  }

  @Test
  void learnsStripesFromScratch() throws IOException {
    ImageDataset test = Stripes.of(40, 2);
    for (Network network :
        List.of(
            convnet().dropout(0.2).dense(2).softmax().build(),
            convnet().batchNormalization().dense(1).sigmoid().build())) {
      TrainedNetwork result =
          NetworkTrainer.builder(network, Stripes.LABELS)
              .optimizer(Optimizer.adam(5e-3))
              .batchSize(8)
              .epochs(8)
              .seed(1)
              .build()
              .fit(Stripes.of(64, 1), test);
      try (ImageClassifier classifier = result.classifier()) {
        assertThat(classifier.evaluate(test).accuracy()).isGreaterThan(0.9);
      }
    }
  }

  @Test
  void readsGrayPicturesIfTheNetworkDoes(@TempDir Path folder) throws IOException {
    Network network =
        Network.builder(Shape.map(1, 16, 16))
            .convolution("conv", 8, 3)
            .relu()
            .maxPool(2)
            .flatten()
            .dense(2)
            .softmax()
            .build();
    ImageDataset test = Stripes.of(40, 2);
    TrainedNetwork result =
        NetworkTrainer.builder(network, Stripes.LABELS)
            .optimizer(Optimizer.adam(5e-3))
            .augmentation(Augmentation.builder().widthShift(0.1).build())
            .mixing(Mixing.cutMix(1))
            .batchSize(8)
            .epochs(8)
            .seed(1)
            .build()
            .fit(Stripes.of(64, 1), test);
    Path file = folder.resolve("gray.zip");
    try (ImageClassifier classifier = result.classifier()) {
      assertThat(classifier.evaluate(test).accuracy()).isGreaterThan(0.9);
      Image color = test.get(0).decode(ImageDecoder.standard());
      float[][] rows = classifier.probabilities(List.of(color, color.toGray()));
      assertThat(rows[0]).containsExactly(rows[1], within(0.01f)); // resized before, or after
      classifier.save(file);
      try (ImageClassifier loaded = ImageClassifier.load(file)) {
        assertThat(loaded.predict(color, 2)).isEqualTo(classifier.predict(color, 2));
      }
    }
    NetworkTrainer perChannel =
        NetworkTrainer.builder(network, Stripes.LABELS).preprocessing(Preprocessing.TORCH).build();
    assertThatThrownBy(() -> perChannel.fit(test))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A network that reads gray pictures has one scale");
  }

  @Test
  void refusesANetworkThatDoesNotFitTheLabels() {
    NetworkTrainer three =
        NetworkTrainer.builder(convnet().dense(3).softmax().build(), Stripes.LABELS).build();
    assertThatThrownBy(() -> three.fit(Stripes.of(64, 1)))
        .hasMessageContaining("A network for 2 labels ends in as many outputs");
    NetworkTrainer two =
        NetworkTrainer.builder(convnet().dense(2).softmax().build(), Labels.of("x", "y")).build();
    assertThatThrownBy(() -> two.fit(Stripes.of(64, 1)))
        .hasMessageContaining("but the network is trained for x, y");
  }
}
