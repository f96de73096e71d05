package org.finetune4j.evaluate.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.evaluate.Curve;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationChartsTest {
  private static final int WHITE = 0xFFFFFF;

  @TempDir Path dir;

  private final Labels labels = Labels.of("cats", "dogs");
  private final Evaluation evaluation =
      Evaluation.of(
          labels,
          new int[] {0, 0, 1, 1},
          new float[][] {{0.9f, 0.1f}, {0.3f, 0.7f}, {0.2f, 0.8f}, {0.6f, 0.4f}});

  @Test
  void drawsEveryChartAsPng() throws IOException {
    EvaluationCharts charts = EvaluationCharts.of(evaluation);
    charts.roc(dir.resolve("roc.png"));
    charts.precisionRecall(dir.resolve("pr.png"));
    charts.calibration(dir.resolve("calibration.png"));
    charts.confusionMatrix(dir.resolve("confusion.png"));
    for (String name : List.of("roc", "pr", "calibration", "confusion")) {
      BufferedImage picture = ImageIO.read(dir.resolve(name + ".png").toFile());
      assertThat(picture.getWidth()).isBetween(790, 810);
      assertThat(colors(picture)).as(name).isGreaterThan(5);
    }
  }

  @Test
  void drawsSvgAndOtherEndingsAreRefused() throws IOException {
    EvaluationCharts charts = EvaluationCharts.of(evaluation);
    charts.roc(dir.resolve("roc.svg"));
    String svg = Files.readString(dir.resolve("roc.svg"));
    assertThat(svg).contains("<svg").endsWith("</svg>\n").hasSizeGreaterThan(5_000);
    assertThatThrownBy(() -> charts.roc(dir.resolve("roc.jpg")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".png or .svg")
        .hasMessageContaining("roc.jpg");
  }

  @Test
  void showsTheMistakesInOrder() throws IOException {
    ImageDataset dataset = dataset(0, 0, 1, 1);
    ContactSheet sheet =
        evaluation.mistakeSheet(dataset, ImageDecoder.standard(), 12).orElseThrow();
    Image image = sheet.image();
    // Picture 1 (70 %) comes before picture 3 (60 %); each is gray of 40 times its number.
    int middle = 8 + 17 + 8 + 75;
    assertThat(image.sample(8 + 75, middle, 0)).isEqualTo(40);
    assertThat(image.sample(8 + 150 + 8 + 75, middle, 0)).isEqualTo(120);
    sheet.save(dir.resolve("mistakes.png"));
    assertThat(ImageDecoder.standard().decode(dir.resolve("mistakes.png"))).isEqualTo(image);

    assertThatThrownBy(
            () -> evaluation.mistakeSheet(dataset(0, 1, 0, 1), ImageDecoder.standard(), 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in the same order");
    Evaluation right = Evaluation.of(labels, new int[] {0}, new float[][] {{1, 0}});
    assertThat(right.mistakeSheet(dataset(0), ImageDecoder.standard(), 3)).isEmpty();
  }

  @Test
  void sheetsNeedPictures() {
    assertThatThrownBy(() -> ContactSheet.builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("at least one picture");
    assertThatThrownBy(() -> ContactSheet.builder().columns(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }

  private ImageDataset dataset(int... truth) {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < truth.length; i++) {
      images.add(
          LabeledImage.of("p" + i, Image.gray(1, 1, new byte[] {(byte) (40 * i)}), truth[i]));
    }
    return ImageDataset.of(labels, images);
  }

  private static long colors(BufferedImage picture) {
    int[] rgb =
        picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    return Arrays.stream(rgb).distinct().count();
  }

  /** 100 classes x 5,000 pictures made an SVG of 122 MB. */
  @Test
  void chartsOfManyClassesStaySmall() throws IOException {
    Evaluation many = random(100, 5000);
    EvaluationCharts charts = EvaluationCharts.of(many);
    charts.roc(dir.resolve("roc.svg"));
    charts.precisionRecall(dir.resolve("pr.svg"));
    charts.confusionMatrix(dir.resolve("confusion.svg"));
    for (String name : List.of("roc.svg", "pr.svg", "confusion.svg")) {
      assertThat(Files.size(dir.resolve(name))).as(name).isLessThan(2_000_000);
    }
    assertThat(Files.readString(dir.resolve("confusion.svg")))
        .contains("The most confused of 100 classes", " taken for ");
  }

  @Test
  void aPolylineLosesNothingThatCanBeSeen() {
    Curve curve = random(2, 5000).roc("class 0").orElseThrow();
    List<Curve.Point> line = Polyline.of(curve);
    assertThat(line.size()).isLessThan(curve.points().size() / 4);
    for (Curve.Point point : curve.points()) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int i = 1; i < line.size(); i++) {
        Curve.Point a = line.get(i - 1);
        Curve.Point b = line.get(i);
        nearest =
            Math.min(nearest, Line2D.ptSegDist(a.x(), a.y(), b.x(), b.y(), point.x(), point.y()));
      }
      assertThat(nearest).isLessThanOrEqualTo(1.001e-3);
    }
  }

  @Test
  void longAndEqualNamesAreDrawn() throws IOException {
    String name = "a name of a class that is so long that no legend and no axis has room for it ";
    Evaluation long2 =
        Evaluation.of(
            Labels.of(name + 1, name.replace("axis", "taxi") + 1),
            new int[] {0, 1, 1},
            new float[][] {{0.9f, 0.1f}, {0.3f, 0.7f}, {0.6f, 0.4f}});
    EvaluationCharts.of(long2).roc(dir.resolve("roc.png"));
    EvaluationCharts.of(long2).confusionMatrix(dir.resolve("confusion.png"));
    assertThat(ImageIO.read(dir.resolve("confusion.png").toFile()).getWidth()).isBetween(700, 900);
  }

  @Test
  void namesOfWideLettersAreNotCut() throws IOException {
    for (int classes : new int[] {2, 10, 40}) {
      EvaluationCharts charts =
          EvaluationCharts.of(random(classes, 20 * classes, "GREAT NORTHERN DIVER WWWWWWWWWWWWW "));
      charts.confusionMatrix(dir.resolve("confusion.png"));
      charts.roc(dir.resolve("roc.png"));
      assertThat(edge(ImageIO.read(dir.resolve("confusion.png").toFile()))).containsOnly(WHITE);
      assertThat(edge(ImageIO.read(dir.resolve("roc.png").toFile()))).containsOnly(WHITE);
    }
  }

  @Test
  void longNamesKeepTheirEndsAndWholeLetters() {
    assertThat(ConfusionPicture.shortened("a".repeat(20) + "b".repeat(20)))
        .isEqualTo("a".repeat(13) + "..." + "b".repeat(13));
    String gull = "\uD83D\uDC26"; // a letter of two chars
    assertThat(ConfusionPicture.shortened(gull.repeat(28))).isEqualTo(gull.repeat(28));
    assertThat(ConfusionPicture.shortened(gull.repeat(29)))
        .isEqualTo(gull.repeat(13) + "..." + gull.repeat(13));
  }

  /** Returns the colors of the outermost pixels: what is cut reaches there. */
  private static Set<Integer> edge(BufferedImage picture) {
    int right = picture.getWidth() - 1;
    int bottom = picture.getHeight() - 1;
    return IntStream.range(0, picture.getWidth() * picture.getHeight())
        .filter(i -> i % (right + 1) % right == 0 || i / (right + 1) % bottom == 0)
        .mapToObj(i -> picture.getRGB(i % (right + 1), i / (right + 1)) & WHITE)
        .collect(Collectors.toSet());
  }

  private static Evaluation random(int classes, int pictures) {
    return random(classes, pictures, "class ");
  }

  private static Evaluation random(int classes, int pictures, String name) {
    Random random = new Random(classes);
    List<String> names = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      names.add(name + c);
    }
    int[] truth = new int[pictures];
    float[][] rows = new float[pictures][classes];
    for (int i = 0; i < pictures; i++) {
      truth[i] = random.nextInt(classes);
      float sum = 0;
      for (int c = 0; c < classes; c++) {
        rows[i][c] = random.nextFloat() + (c == truth[i] ? 0.5f : 0);
        sum += rows[i][c];
      }
      for (int c = 0; c < classes; c++) {
        rows[i][c] /= sum;
      }
    }
    return Evaluation.of(Labels.of(names), truth, rows);
  }
}
