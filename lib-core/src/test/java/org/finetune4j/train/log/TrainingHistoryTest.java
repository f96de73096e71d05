package org.finetune4j.train.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class TrainingHistoryTest {
  @TempDir Path folder;

  private static EpochResult epoch(int number, double loss, double validationLoss) {
    return new EpochResult(
        1,
        number,
        1e-3,
        loss,
        0.5,
        OptionalDouble.of(validationLoss),
        OptionalDouble.of(0.75),
        Duration.ofMillis(1500));
  }

  private static TrainingHistory history(double... validationLosses) {
    TrainingHistory history = new TrainingHistory(List.of());
    for (double loss : validationLosses) {
      history = history.with(epoch(history.epochs().size() + 1, 2 * loss, loss));
    }
    return history;
  }

  @Test
  void smoothsAsTheBookDoes() {
    // smooth_curve([1, 2, 3], 0.8) = [1, 0.8 + 0.4, 0.8 * 1.2 + 0.6]
    double[] smoothed = TrainingHistory.smooth(new double[] {1, 2, 3}, 0.8);
    assertThat(smoothed).containsExactly(new double[] {1, 1.2, 1.56}, within(1e-12));
    assertThatThrownBy(() -> TrainingHistory.smooth(new double[1], 1))
        .hasMessageContaining("from 0 to below 1, not 1.0");
  }

  @Test
  void findsTheBestEpoch() {
    assertThat(history(3, 1, 2, 1).best()).hasValue(1);
    assertThat(history().best()).isEmpty();
  }

  @Test
  void saysWhatTheEpochsBrought() {
    assertThat(history()).hasToString("no epoch");
    assertThat(history(1))
        .hasToString(
            "1 epoch: loss 2.0000, accuracy 50.0 %; validation: loss 1.0000, accuracy 75.0 %");
    assertThat(history(1, 2).toString())
        .startsWith("2 epochs; the last: loss 4.0000, ")
        .endsWith("; smallest validation loss in epoch 1");
  }

  /** Of hundreds of epochs the points ran into a band, and the numbers below into each other. */
  @Test
  void drawsManyEpochsToo() throws IOException {
    Path few = folder.resolve("few.svg");
    Path many = folder.resolve("many.svg");
    LearningCurves.loss(
        history(DoubleStream.iterate(60, it -> it - 1).limit(60).toArray()), 0, few);
    LearningCurves.loss(
        history(DoubleStream.iterate(61, it -> it - 1).limit(61).toArray()), 0, many);
    assertThat(Files.size(many)).as("61 epochs without a circle each").isLessThan(Files.size(few));
  }

  @Test
  void drawsCurvesAsPngAndSvg() throws Exception {
    TrainingHistory history = history(3, 2, 1.5, 1.2);
    Path png = folder.resolve("loss.png");
    LearningCurves.loss(history, 0.8, png);
    assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(800);
    Path raw = folder.resolve("raw.svg");
    Path smooth = folder.resolve("smooth.SVG");
    LearningCurves.loss(history, 0, raw);
    LearningCurves.loss(history, 0.8, smooth);
    DocumentBuilderFactory xml = DocumentBuilderFactory.newInstance();
    xml.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Element svg = xml.newDocumentBuilder().parse(raw.toFile()).getDocumentElement();
    assertThat(svg.getTagName()).isEqualTo("svg");
    assertThat(svg.getElementsByTagName("path").getLength()).isGreaterThan(10);
    assertThat(Files.readString(raw)).isNotEqualTo(Files.readString(smooth));
    assertThatThrownBy(() -> LearningCurves.accuracy(history, 0, folder.resolve("a.gif")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must end in .png or .svg");
  }

  @Test
  void aLogThatCannotBeWrittenCostsALineNotTheRun() throws IOException {
    Path csv = folder.resolve("new").resolve("log.csv");
    TrainingListener.csv(csv).epochFinished(epoch(1, 2, 1));
    assertThat(Files.readAllLines(csv)).hasSize(2);
    TrainingListener.csv(csv.resolve("log.csv")).epochFinished(epoch(1, 2, 1));
    TrainingListener.jsonLines(folder).epochFinished(epoch(1, 2, 1));
  }

  @Test
  void writesALinePerEpoch() throws IOException {
    Path csv = folder.resolve("log.csv");
    Path json = folder.resolve("log.jsonl");
    for (TrainingListener listener :
        List.of(TrainingListener.csv(csv), TrainingListener.jsonLines(json))) {
      listener.epochFinished(epoch(1, 2, 1));
      listener.epochFinished(epoch(2, 1, 0.5));
    }
    assertThat(Files.readAllLines(csv))
        .containsExactly(
            "stage,epoch,learning_rate,loss,accuracy,validation_loss,validation_accuracy,seconds",
            "1,1,0.001,2.0,0.5,1.0,0.75,1.5",
            "1,2,0.001,1.0,0.5,0.5,0.75,1.5");
    assertThat(Files.readAllLines(json).get(1))
        .isEqualTo(
            "{\"stage\":1,\"epoch\":2,\"learning_rate\":0.001,\"loss\":1.0,\"accuracy\":0.5,"
                + "\"validation_loss\":0.5,\"validation_accuracy\":0.75,\"seconds\":1.5}");
  }

  @Test
  void aRepeatedRunReplacesItsLogAndAResumedOneGoesOnInIt() throws IOException {
    Path csv = folder.resolve("log.csv");
    TrainingListener.csv(csv).epochFinished(epoch(1, 4, 1));
    TrainingListener.csv(csv).epochFinished(epoch(2, 3, 1));
    TrainingListener.csv(csv).epochFinished(epoch(3, 2, 1));
    TrainingListener.csv(csv).epochFinished(epoch(2, 9, 1));
    assertThat(Files.readAllLines(csv)).hasSize(3).last().asString().startsWith("1,2,0.001,9.0");
    TrainingListener.csv(csv).epochFinished(epoch(1, 8, 1));
    assertThat(Files.readAllLines(csv)).hasSize(2).last().asString().startsWith("1,1,0.001,8.0");

    Path json = folder.resolve("log.jsonl");
    TrainingListener.jsonLines(json).epochFinished(epoch(1, 4, 1));
    TrainingListener.jsonLines(json).epochFinished(epoch(2, 4, 1));
    TrainingListener.jsonLines(json).epochFinished(epoch(1, 7, 1));
    assertThat(Files.readAllLines(json)).singleElement().asString().contains("\"loss\":7.0");

    Path notes = Files.writeString(folder.resolve("notes.csv"), "my notes\n");
    TrainingListener.csv(notes).epochFinished(epoch(1, 4, 1));
    assertThat(notes).hasContent("my notes\n");
  }
}
