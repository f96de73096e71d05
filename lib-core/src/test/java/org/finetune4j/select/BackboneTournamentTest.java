package org.finetune4j.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneTournamentTest {
  private static final ClassifierHead HEAD =
      ClassifierHead.logisticRegression().penalties(0.1).build();

  private static final int WHITE = 0xFFFFFFFF;

  private final ImageDataset images = Stripes.of(20, 1);

  @Test
  void ranksByAccuracyThenSizeAndSaysWhatEachCosts(@TempDir Path folder) throws IOException {
    BackboneTournament tournament = BackboneTournament.of(images, HEAD, 3, 4);
    CrossValidation alone;
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor last = FeatureExtractor.builder(backbone).build();
      tournament =
          tournament
              .with(last)
              .with(FeatureExtractor.builder(backbone).layer("block2_add").build())
              .with(FeatureExtractor.builder(backbone).layer("block1_conv").build());
      alone = CrossValidation.of(HEAD, last.extract(images), 3, 4);
    }

    assertThat(tournament.ranking())
        .extracting(BackboneTournament.Entry::layer)
        .containsExactly(
            "block1_conv, AVG, 16x16", "block2_add, AVG, 16x16", "block3_out, AVG, 16x16");
    assertThat(tournament.ranking())
        .extracting(entry -> entry.validation().evaluation().confusionMatrix().correct())
        .containsExactly(20L, 20L, 18L);
    BackboneTournament.Entry smallest = tournament.ranking().get(0);
    BackboneTournament.Entry last = tournament.ranking().get(2);
    assertThat(last.features()).isEqualTo(16);
    assertThat(last.validation().accuracies()).containsExactly(alone.accuracies());
    assertThat(last.timePerPicture()).isPositive();
    // 3x3x3x8 + 8, 8x12 + 12, 4x12, 3x3x8x12 + 12, 4x12, 3x3x12x16 + 16, 4x16
    assertThat(last.bytes()).isEqualTo(4 * (224 + 108 + 48 + 876 + 48 + 1744 + 64));
    assertThat(smallest.bytes()).isEqualTo(4 * 224);

    JsonNode json = new ObjectMapper().readTree(tournament.toJson());
    assertThat(json.get("accuracyIs").asText()).isEqualTo("validation, selected on");
    assertThat(json.at("/ranking/2/accuracy").asDouble()).isEqualTo(0.9);
    assertThat(json.at("/ranking/0/bytes").asLong()).isEqualTo(896);
    assertThat(tournament.toString().lines()).hasSize(4);
    assertThat(tournament.toString()).contains("accuracy (validation, selected on)");
    assertThat(tournament.toMarkdown()).startsWith("| backbone | layer | features |");
    assertThat(tournament.toMarkdown()).contains("| bundle MB | memory MB |");

    tournament.chart(folder.resolve("tournament.png"));
    BufferedImage chart = ImageIO.read(folder.resolve("tournament.png").toFile());
    long colors = Arrays.stream(chart.getRGB(0, 0, 900, 500, null, 0, 900)).distinct().count();
    assertThat(colors).as("one color for each entry, at least").isGreaterThan(4);
  }

  @Test
  void oneBackboneAtTwoSizesHasTwoNames(@TempDir Path folder) throws IOException {
    BackboneTournament tournament = BackboneTournament.of(images, HEAD, 3, 4);
    try (PretrainedBackbone backbone = TinyBackbone.of(1);
        PretrainedBackbone larger = larger(backbone, 24)) {
      for (PretrainedBackbone one : List.of(backbone, larger)) {
        tournament = tournament.with(FeatureExtractor.builder(one).build());
      }
    }
    assertThat(tournament.ranking())
        .extracting(BackboneTournament.Entry::backbone)
        .containsOnly("TINY");
    assertThat(tournament.ranking())
        .extracting(BackboneTournament.Entry::layer)
        .containsExactlyInAnyOrder("block3_out, AVG, 16x16", "block3_out, AVG, 24x24");
    for (String text : List.of(tournament.toString(), tournament.toMarkdown())) {
      assertThat(text).containsOnlyOnce("block3_out, AVG, 16x16");
      assertThat(text).containsOnlyOnce("block3_out, AVG, 24x24");
    }
    tournament.chart(folder.resolve("two.png")); // XChart refuses two series of one name
  }

  private static PretrainedBackbone larger(PretrainedBackbone backbone, int side) {
    return PretrainedBackbone.of(
        backbone.name(),
        backbone.network().withInput(Shape.map(3, side, side)),
        backbone.weights(),
        backbone.preprocessing());
  }

  /** The legend was cut at the edges of the picture from 22 entries on. */
  @Test
  void everyEntryHasRoomInTheLegend(@TempDir Path folder) throws IOException {
    BackboneTournament tournament = BackboneTournament.of(images, HEAD, 2, 4);
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).layer("block1_conv").build();
      for (int i = 0; i < 30; i++) {
        tournament = tournament.with(extractor);
      }
    }
    tournament.chart(folder.resolve("many.png"));
    BufferedImage chart = ImageIO.read(folder.resolve("many.png").toFile());
    int width = chart.getWidth();
    for (int row : new int[] {0, chart.getHeight() - 1}) {
      assertThat(chart.getRGB(0, row, width, 1, null, 0, width)).containsOnly(WHITE);
    }
  }

  @Test
  void activationsLiveUntilTheirLastReaderHasRead() {
    Network network =
        Network.builder(Shape.map(3, 4, 4)) // 48 numbers
            .convolution("conv", 2, Window.of(3).same()) // 32 and 48
            .relu("relu") // 32 and 32
            .add("sum", "conv", "relu") // 32, 32 and 32: the most
            .globalAveragePool("pool")
            .build();
    assertThat(LiveActivations.largest(network)).isEqualTo(4 * 96);
  }

  @Test
  void withoutEntriesThereIsNoPicture(@TempDir Path folder) {
    assertThatThrownBy(
            () -> BackboneTournament.of(images, HEAD, 3, 4).chart(folder.resolve("none.png")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without entries");
  }
}
