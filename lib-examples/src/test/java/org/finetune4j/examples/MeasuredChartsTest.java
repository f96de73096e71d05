package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.examples.CurvePanel.Curve;
import org.finetune4j.image.Image;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.target.Labels;
import org.finetune4j.train.NetworkTrainer;
import org.finetune4j.train.TrainedNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredChartsTest {
  @TempDir private Path folder;

  /** So that a measured training is put on a page by copying its file. */
  @Test
  void whatAProgramWritesOfATrainingIsDrawnAsItIs() throws IOException {
    Curves.draw(trained(3).history(), folder, "tiny");

    MeasuredTable epochs = MeasuredTable.of(Files.readString(folder.resolve("tiny.csv")));
    String raw = MeasuredCharts.training("Tiny", epochs, 0);
    String smoothed = MeasuredCharts.training("Tiny", epochs, 0.8);

    // A point for each epoch in both halves, and one in the legend.
    assertThat(raw.split("<circle", -1)).hasSize(1 + 2 * 3 + 1);
    assertThat(raw).contains(">accuracy<", ">loss<", ">validation<").doesNotContain("smoothed");
    assertThat(smoothed).contains(">validation, smoothed<").isNotEqualTo(raw);
  }

  @Test
  void ticksOfSmallLossesDiffer() {
    SvgPage page = new SvgPage(300, 300, "");
    Curve loss = new Curve("loss", "#000", false, List.of(0.031, 0.048));
    new CurvePanel(50, 250, 50, 250).draw(page, "epoch", new double[] {1, 2}, "", List.of(loss));
    assertThat(page.toString()).contains(">0.032<", ">0.036<", ">0.038<");
  }

  private static TrainedNetwork trained(int epochs) throws IOException {
    Labels labels = Labels.of("dark", "bright");
    List<LabeledImage> images =
        List.of(
            LabeledImage.of("a", Image.gray(1, 1, new byte[] {1}), 0),
            LabeledImage.of("b", Image.gray(1, 1, new byte[] {-1}), 1));
    ImageDataset pictures = ImageDataset.of(labels, images);
    Network network = Network.builder(Shape.map(1, 1, 1)).flatten().dense(2).softmax().build();
    return NetworkTrainer.builder(network, labels).epochs(epochs).build().fit(pictures, pictures);
  }
}
