package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.train.NetworkTrainer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class TrainingTest {

  @Test
  void nd4jFindsItsNativeLibrary() {
    assertEquals(8.0, Nd4j.ones(2, 4).mmul(Nd4j.ones(4, 1)).sumNumber().doubleValue());
  }

  /** {@link ServingTest} predicts with what is saved here. */
  @Test
  void trainsAClassifierAndSavesIt() throws IOException {
    Network network =
        Network.builder(Shape.map(3, 8, 8))
            .convolution("conv", 4, 3)
            .globalAveragePool()
            .dense(2)
            .softmax()
            .build();
    try (ImageClassifier classifier =
        NetworkTrainer.builder(network, Pictures.LABELS)
            .optimizer(Optimizer.adam(3e-2))
            .batchSize(8)
            .epochs(30)
            .build()
            .fit(Pictures.dataset())
            .classifier()) {
      assertEquals(1, classifier.evaluate(Pictures.dataset()).accuracy());
      classifier.save(Pictures.CLASSIFIER);
    }
  }
}
