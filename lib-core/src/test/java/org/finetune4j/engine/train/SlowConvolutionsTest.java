package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.NetworkTrainer;
import org.finetune4j.train.log.TrainingListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where ND4J has no oneDNN, a training with convolutions says why it is slow. */
class SlowConvolutionsTest {
  private static final List<String> SLOW = NativeBackend.warnings("GCC: 10.2 STD version: 201103L");

  private List<String> before = List.of();

  @BeforeEach
  void pretend() {
    NativeBackend.load();
    before = NativeBackend.warnings;
    NativeBackend.warnings = SLOW;
  }

  @AfterEach
  void stop() {
    NativeBackend.warnings = before;
  }

  @Test
  void aTrainingAndItsListenerHearOfIt() throws IOException {
    assertThat(SLOW).hasSize(1);
    assertThat(NativeBackend.warnings("... HAVE_ONEDNN ...")).isEmpty();
    ImageDataset images = Stripes.of(4, 1);
    StringBuilder heard = new StringBuilder();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void warned(String warning) {
            heard.append(warning);
          }
        };
    Network convolutions =
        Network.builder(Shape.map(3, 8, 8))
            .convolution("conv", 4, Window.of(3).same())
            .globalAveragePool("pool")
            .dense("out", 2, Activation.SOFTMAX)
            .build();
    assertThat(
            NetworkTrainer.builder(convolutions, Stripes.LABELS)
                .epochs(1)
                .listener(listener)
                .build()
                .fit(images)
                .warnings())
        .containsAll(SLOW);
    assertThat(heard).contains(SLOW.get(0));
    Network dense =
        Network.builder(Shape.map(3, 8, 8))
            .flatten("flat")
            .dense("out", 2, Activation.SOFTMAX)
            .build();
    assertThat(
            NetworkTrainer.builder(dense, Stripes.LABELS).epochs(1).build().fit(images).warnings())
        .doesNotContainAnyElementsOf(SLOW);
  }
}
