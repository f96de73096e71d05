package org.finetune4j.evaluate.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.evaluate.TagEvaluation;
import org.finetune4j.evaluate.Thresholds;
import org.finetune4j.testing.Bars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetChartsTest {
  @TempDir Path dir;

  @Test
  void drawsCurvesOfTags() throws IOException {
    ImageDataset tagged = Bars.tagged(12, 1);
    float[][] rows = new float[12][];
    Arrays.setAll(rows, i -> new float[] {i % 2 == 0 ? 0.8f : 0.3f, i % 5 / 5f});
    TagCharts charts =
        TagCharts.of(
            TagEvaluation.of(tagged.targets(), rows, Thresholds.standard(Bars.TAGS.labels())));
    charts.roc(dir.resolve("roc.svg"));
    charts.precisionRecall(dir.resolve("pr.svg"));
    for (String name : List.of("roc.svg", "pr.svg")) {
      String svg = Files.readString(dir.resolve(name));
      assertThat(svg.contains("rgb(191,38,38)")).as("a line for the first tag").isTrue();
      assertThat(svg.contains("rgb(38,191,191)")).as("a line for the second tag").isTrue();
    }
    assertThatThrownBy(() -> charts.roc(dir.resolve("roc.jpg")))
        .hasMessageContaining(".png or .svg");
  }

  @Test
  void drawsNumbers() throws IOException {
    ImageDataset filled = Bars.filled(30, 1);
    double[] truth = filled.targets().column(0);
    float[][] rows = new float[30][];
    Arrays.setAll(rows, i -> new float[] {(float) (0.9 * truth[i] + 5)});
    RegressionCharts charts = RegressionCharts.of(RegressionEvaluation.of(filled.targets(), rows));
    charts.predictedAgainstTrue("level", dir.resolve("level.png"));
    charts.residuals("level", dir.resolve("residuals.svg"));
    BufferedImage picture = ImageIO.read(dir.resolve("level.png").toFile());
    assertThat(picture.getWidth()).isEqualTo(700);
    int blue = 0;
    for (int i = 0; i < 700 * 700; i++) {
      blue += picture.getRGB(i % 700, i / 700) == 0xFF4285C8 ? 1 : 0;
    }
    assertThat(blue).isGreaterThan(200);
    String svg = Files.readString(dir.resolve("residuals.svg"));
    assertThat(svg.split("rgb\\(66,133,200\\)")).hasSizeGreaterThan(30);
    assertThatThrownBy(() -> charts.residuals("levels", dir.resolve("x.svg")))
        .hasMessageContaining("Unknown quantity 'levels'. Did you mean 'level'?");
  }
}
