package org.finetune4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.evaluate.TagEvaluation;
import org.finetune4j.evaluate.Thresholds;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class TrainingReportTest {
  private static final String HOSTILE = "</p><script>alert('x')</script>\"&\u202Egnp.exe";

  private final DatasetSplit split =
      new DatasetSplit(Stripes.of(24, 1), Stripes.of(10, 2), Stripes.of(12, 3));

  @TempDir Path folder;

  /** A second implementation reads the page: the JDK's XML parser. */
  private static Document parsed(String page) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  private static List<Element> pictures(Document document, String kind) {
    return elements(document, "img").stream()
        .filter(image -> image.getAttribute("class").equals(kind))
        .toList();
  }

  private static byte[] bytes(Element image) {
    String source = image.getAttribute("src");
    assertThat(source).startsWith("data:image/");
    return Base64.getDecoder().decode(source.substring(source.indexOf(',') + 1));
  }

  @Test
  void tellsAWholeTraining() throws Exception {
    try (PretrainedBackbone backbone = TinyBackbone.of(3)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      TrainedHead head =
          ClassifierHead.logisticRegression().build().fit(extractor.extract(split.train()));
      FineTuneResult tuned =
          FineTuner.builder(extractor, head)
              .unfreezeFrom("block3_conv")
              .optimizer(Optimizer.adam(1e-3))
              .epochs(2)
              .build()
              .fit(split.train(), split.validation());
      try (ImageClassifier classifier = tuned.classifier()) {
        Evaluation evaluation = classifier.evaluate(split.test());
        Path file = folder.resolve("report.html");
        TrainingReport.titled("Stripes")
            .data(split)
            .training(tuned)
            .classifier(classifier)
            .evaluation(evaluation, split.test())
            .save(file);

        String page = Files.readString(file);
        Document document = parsed(page);
        assertThat(document.getDocumentElement().getTextContent())
            .contains(
                tuned.freezeReport().toString(), "horizontal", "block3_conv", "The epochs took ");
        assertThat(elements(document, "h2"))
            .extracting(Element::getTextContent)
            .containsExactly(
                "How good it is",
                "The most confident mistakes",
                "The pictures",
                "How it learned",
                "The network",
                "Where it comes from");
        List<Element> charts = pictures(document, "chart");
        assertThat(charts).hasSize(3);
        for (Element chart : charts) {
          assertThat(parsed(new String(bytes(chart), StandardCharsets.UTF_8)).getDocumentElement())
              .extracting(Element::getTagName)
              .isEqualTo("svg");
        }
        assertThat(document.getDocumentElement().getTextContent()).contains("24", "10", "12");
        Element matrix = elements(document, "table").get(1);
        assertThat(matrix.getAttribute("class")).isEqualTo("matrix");
        assertThat(matrix.getTextContent())
            .contains("horizontal", Long.toString(evaluation.confusionMatrix().count(0, 0)));
      }
    }
  }

  @Test
  void showsTheMostConfidentMistakesAsSmallPictures() throws Exception {
    List<LabeledImage> images = new ArrayList<>();
    float[][] probabilities = new float[12][];
    for (int i = 0; i < 12; i++) {
      LabeledImage stripes = split.test().get(i);
      images.add(LabeledImage.of("n" + i, stripes.decode(ImageDecoder.standard()), 0));
      float wrong = i < 3 ? 0.9f - 0.1f * i : 0.2f;
      probabilities[i] = new float[] {1 - wrong, wrong};
    }
    Labels labels = Labels.of("horizontal", "vertical");
    ImageDataset pictures = ImageDataset.of(labels, images);
    String page =
        TrainingReport.titled("mistakes")
            .evaluation(Evaluation.of(labels, new int[12], probabilities), pictures)
            .toHtml();
    List<Element> captions = elements(parsed(page), "figcaption");
    assertThat(captions)
        .extracting(Element::getTextContent)
        .containsExactly(
            "vertical, 90.0 % sureis horizontaln0",
            "vertical, 80.0 % sureis horizontaln1", "vertical, 70.0 % sureis horizontaln2");
    for (Element thumbnail : pictures(parsed(page), "thumbnail")) {
      assertThat(ImageIO.read(new ByteArrayInputStream(bytes(thumbnail))).getWidth()).isEqualTo(20);
    }
  }

  @Test
  void tellsOfTagsWhatWasMissedAndInvented() throws Exception {
    Task task = Task.tags("sun", "sea");
    ImageDataset pictures = answered(task, Target.tags(0), Target.tags(1), Target.tags(0, 1));
    TagEvaluation evaluation =
        TagEvaluation.of(
            pictures.targets(),
            new float[][] {{0.9f, 0.8f}, {0.1f, 0.7f}, {0.3f, 0.9f}},
            Thresholds.of(Labels.of("sun", "sea"), 0.5));
    Document document =
        parsed(
            TrainingReport.titled("beach")
                .data(new DatasetSplit(pictures, pictures, pictures))
                .evaluation(evaluation, pictures)
                .toHtml());
    // One of three has exactly its tags, and four of six single answers are right.
    assertThat(document.getDocumentElement().getTextContent())
        .contains("33.3 %", "66.7 %", "average precision");
    assertThat(elements(document, "figcaption"))
        .extracting(Element::getTextContent)
        .containsExactly("invented sea, 80.0 %has sunp0", "missed sun, 30.0 %has sun, seap2");
    assertThat(pictures(document, "chart")).hasSize(1);
  }

  @Test
  void tellsOfNumbersHowFarTheyAreFromTheTruth() throws Exception {
    Task task = Task.numbers(new Quantity("fill", "%"));
    ImageDataset pictures =
        answered(task, Target.numbers(10), Target.numbers(20), Target.numbers(60));
    RegressionEvaluation evaluation =
        RegressionEvaluation.of(pictures.targets(), new float[][] {{12}, {20}, {53}});
    Document document =
        parsed(
            TrainingReport.titled("bins")
                .data(new DatasetSplit(pictures, pictures, pictures))
                .evaluation(evaluation, pictures)
                .toHtml());
    assertThat(document.getDocumentElement().getTextContent())
        .contains("3.000 %", "is the mean distance of fill from the truth, on 3 pictures");
    assertThat(elements(document, "figcaption"))
        .extracting(Element::getTextContent)
        .startsWith("53.00 %is 60.00 %p2", "12.00 %is 10.00 %p0");
    assertThat(pictures(document, "chart")).hasSize(2);
  }

  private ImageDataset answered(Task task, Target... answers) throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      images.add(
          LabeledImage.of(
              "p" + i, split.test().get(i).decode(ImageDecoder.standard()), answers[i]));
    }
    return ImageDataset.of(task, images);
  }

  @Test
  void namesFromOutsideAreOnlyText() throws Exception {
    Labels labels = Labels.of(HOSTILE, "other");
    ImageDataset pictures =
        ImageDataset.of(
            labels,
            List.of(
                LabeledImage.of(HOSTILE, split.test().get(0).decode(ImageDecoder.standard()), 0)));
    String page =
        TrainingReport.titled(HOSTILE)
            .data(new DatasetSplit(pictures, pictures, pictures))
            .evaluation(Evaluation.of(labels, new int[] {0}, new float[][] {{0, 1}}), pictures)
            .toHtml();
    Document document = parsed(page);
    assertThat(elements(document, "script")).isEmpty();
    assertThat(elements(document, "h1").get(0).getTextContent())
        .isEqualTo(HOSTILE.replace('\u202E', '\uFFFD'));
  }

  @Test
  void loadsAndRunsNothing() throws Exception {
    Document document = parsed(TrainingReport.titled("empty").data(split).toHtml());
    assertThat(elements(document, "meta"))
        .extracting(meta -> meta.getAttribute("content"))
        .contains("default-src 'none'; img-src data:; style-src 'unsafe-inline'");
    assertThat(elements(document, "link")).isEmpty();
    assertThat(elements(document, "a")).isEmpty();
  }

  @Test
  void refusesOtherPicturesThanThoseEvaluated() {
    Evaluation evaluation =
        Evaluation.of(Stripes.LABELS, new int[] {0, 1}, new float[][] {{1, 0}, {0, 1}});
    assertThatThrownBy(() -> TrainingReport.titled("x").evaluation(evaluation, split.test()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of 2 pictures, but 12 are given");
  }

  @Test
  void leavesNothingHalfWritten() throws IOException {
    Path file = folder.resolve("report.html");
    Files.createDirectories(file.resolve("kept"));
    assertThatThrownBy(() -> TrainingReport.titled("x").save(file)).isInstanceOf(IOException.class);
    assertThat(folder).isDirectoryRecursivelyContaining(it -> it.endsWith("kept"));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }
}
