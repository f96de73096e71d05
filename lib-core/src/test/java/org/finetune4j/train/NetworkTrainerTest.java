package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.Labels;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;

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
      FineTuneResult result =
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
