package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.head.DenseHead;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.EarlyStopping;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.LearningRateSweep;
import org.finetune4j.train.loop.RateMeter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sweeps suggest what fastai's rules suggest; its numbers were made by schedules.py. */
class LearningRateSweepTest {
  private static JsonNode fastai(int sweep) throws IOException {
    String name = "/org/finetune4j/optimize/fastai_schedules.json";
    try (InputStream json =
        Objects.requireNonNull(LearningRateSweepTest.class.getResourceAsStream(name), name)) {
      return new ObjectMapper().readTree(json).get("sweeps").get(sweep);
    }
  }

  private static RateMeter run(JsonNode losses) {
    RateMeter meter = new RateMeter(1e-7, 10, 100);
    for (int i = 0; meter.goesOn(losses.get(i).asDouble()); i++) {}
    return meter;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void suggestsWhatFastaiSuggests(int sweep) throws IOException {
    JsonNode expected = fastai(sweep);
    LearningRateSweep found = run(expected.get("losses")).sweep();
    assertThat(found.rates()).hasSameSizeAs(expected.get("rates"));
    for (int i = 0; i < found.rates().size(); i++) {
      assertThat(found.rates().get(i) / expected.get("rates").get(i).asDouble())
          .isCloseTo(1, within(1e-12));
      assertThat(found.losses().get(i) / expected.get("smooth").get(i).asDouble())
          .isCloseTo(1, within(1e-12));
    }
    assertThat(found.valley() / expected.get("valley").asDouble()).isCloseTo(1, within(1e-12));
    assertThat(found.steepest() / expected.get("steepest").asDouble()).isCloseTo(1, within(1e-12));
  }

  @Test
  void aLossThatExplodesAtOnceLeavesNothingToChooseFrom() {
    RateMeter meter = new RateMeter(1, 10, 100);
    assertThat(meter.goesOn(1)).isTrue();
    assertThat(meter.goesOn(Double.NaN)).isFalse();
    LearningRateSweep sweep = meter.sweep();
    assertThat(sweep.losses()).hasSize(1);
    assertThat(sweep).hasToString("1 step to 1.0; no curve to choose from");
    assertThatThrownBy(sweep::valley)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after 1 of 100 steps");
    assertThatThrownBy(() -> sweep.write(Path.of("sweep.svg")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after 1 of 100 steps");
  }

  @Test
  void findsARateThatLearnsAndKeepsNothing(@TempDir Path folder) throws IOException {
    DenseHead.Builder options = CheckpointsTest.head().earlyStopping(EarlyStopping.patience(2));
    LearningRateSweep sweep = options.build().findLearningRate(CheckpointsTest.features());
    assertThat(sweep.valley()).isBetween(1e-5, 1.0);
    assertThat(options.build().findLearningRate(CheckpointsTest.features()).losses())
        .as("the copy that was trained is gone")
        .isEqualTo(sweep.losses());
    sweep.write(folder.resolve("sweep.svg"));
    sweep.write(folder.resolve("sweep.png"));
    assertThat(Files.size(folder.resolve("sweep.svg"))).isGreaterThan(1000);
    assertThat(ImageIO.read(folder.resolve("sweep.png").toFile()).getWidth()).isEqualTo(800);
    double loss =
        CheckpointsTest.head()
            .optimizer(Optimizer.adam(sweep.valley()))
            .build()
            .fit(CheckpointsTest.features())
            .history()
            .last()
            .loss();
    assertThat(loss).isLessThan(sweep.losses().get(0));
  }

  @Test
  void networksFromScratchAreSweptToo() throws IOException {
    ImageDataset train = Stripes.of(16, 1);
    Network network =
        Network.builder(Shape.map(3, 16, 16))
            .convolution("c", 4, 3)
            .relu()
            .flatten()
            .dense(2)
            .softmax()
            .build();
    NetworkTrainer trainer =
        NetworkTrainer.builder(network, Stripes.LABELS)
            .optimizer(Optimizer.sgd(1))
            .batchSize(8)
            .build();
    assertThat(trainer.findLearningRate(train, 1e-4, 10, 40).rates().get(0)).isEqualTo(1e-4);
    assertThatThrownBy(() -> trainer.findLearningRate(train, 1, 0.1, 10))
        .hasMessage("The rates of a sweep grow, but they go from 1.0 to 0.1.");
  }
}
