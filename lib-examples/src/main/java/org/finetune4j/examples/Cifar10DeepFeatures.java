package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.CifarReader;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.progress.Progress;
import org.finetune4j.target.Labels;

/**
 * What deep features are worth with 2,005 labelled pictures: the same classifier once on raw pixels
 * and once on what networks, trained on other pictures, see in them. After GraphLab's "deep
 * features" example on four classes of CIFAR-10.
 */
public final class Cifar10DeepFeatures {
  private static final Labels CLASSES = Labels.of("automobile", "bird", "cat", "dog");
  private static final int TRAIN = 2005;
  private static final int SHOWN = 24;

  /** Published results of the protocol; the deep features there were AlexNet's. */
  private static final String RAW = "46-48 %";

  private static final String DEEP = "78 %";

  /** A network and the size to which CIFAR's 32 pixels a side are enlarged for it. */
  private record Backbone(Architecture architecture, double width, int side) {
    @Override
    public String toString() {
      return architecture + (width == 1 ? "" : " " + width) + " at " + side;
    }
  }

  private static final List<Backbone> BACKBONES =
      List.of(
          new Backbone(Architecture.RESNET50, 1, 96),
          new Backbone(Architecture.RESNET50, 1, 224),
          new Backbone(Architecture.SQUEEZENET, 1, 224),
          new Backbone(Architecture.MOBILENET, 0.25, 224),
          new Backbone(Architecture.MOBILENET_V2, 0.35, 224));

  private static final List<Backbone> QUICK = List.of(new Backbone(Architecture.RESNET50, 1, 64));

  private final ExampleOptions options;
  private final ImageDataset train;
  private final ImageDataset test;

  private Cifar10DeepFeatures(ExampleOptions options) throws IOException {
    this.options = options;
    Path folder = options.folder(options.data(), ExampleData.CIFAR10);
    // In file order, as the published figures: the first 2,005 of the four classes.
    this.train = CifarReader.train(folder).filter(CLASSES).take(options.quick() ? 100 : TRAIN);
    ImageDataset all = CifarReader.test(folder).filter(CLASSES);
    this.test = options.quick() ? all.take(100) : all;
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Raw pixels against deep features: automobile, bird, cat and dog of CIFAR-10.",
            Path.of("target", "cifar10"))
        .run(arguments, options -> new Cifar10DeepFeatures(options).run());
  }

  private void run() throws IOException {
    System.out.println("train " + train + ", test " + test);
    ImageSize size = ImageSize.square(32);
    List<String> table = new ArrayList<>();
    Evaluation raw = learn(FeatureSet.pixels(train, size)).evaluate(FeatureSet.pixels(test, size));
    table.add(row("raw pixels", RAW, raw));
    for (Backbone each : options.quick() ? QUICK : BACKBONES) {
      Optional<PretrainedBackbone> loaded = load(each);
      if (loaded.isPresent()) {
        try (PretrainedBackbone backbone = loaded.get()) {
          String name = each.toString().replace(' ', '-');
          Evaluation deep = deepFeatures(backbone, name);
          table.add(row(each.toString(), DEEP, deep));
          draw(deep, "predictions-" + name + ".png");
        }
      }
    }
    System.out.printf("%n%-24s %-10s %s%n", "features", "published", "ours (95 % interval)");
    table.forEach(System.out::println);
  }

  /** Returns nothing where the weights cannot be had: the table goes on without them. */
  private Optional<PretrainedBackbone> load(Backbone each) {
    // Enlarged bilinearly, as in the published protocol.
    Preprocessing enlarging =
        each.architecture().preprocessing().withInterpolation(Interpolation.BILINEAR);
    try {
      return Optional.of(
          options
              .backbone(each.architecture())
              .alpha(each.width())
              .inputSize(each.side(), each.side())
              .preprocessing(enlarging)
              .build());
    } catch (IOException e) {
      System.out.println("Left out: " + each + ". " + e.getMessage());
      return Optional.empty();
    }
  }

  private Evaluation deepFeatures(PretrainedBackbone backbone, String name) throws IOException {
    FeatureExtractor extractor =
        FeatureExtractor.builder(backbone)
            .cache(options.out().resolve("features"))
            .progress(Progress.console())
            .build();
    TrainedHead head = learn(extractor.extract(train));
    Evaluation evaluation = head.evaluate(extractor.extract(test));
    DatasetSplit parts = new DatasetSplit(train, train.take(0), test);
    Path page = options.out().resolve("report-" + name + ".html");
    Report.write(page, "CIFAR-10, four classes: " + name, parts, head, extractor, evaluation);
    return evaluation;
  }

  /** The classifier is the same for all; five folds of train choose its penalty. */
  private static TrainedHead learn(FeatureSet learned) {
    TrainedHead head = ClassifierHead.logisticRegression().build().fit(learned);
    head.selection().ifPresent(System.out::println);
    return head;
  }

  private static String row(String name, String published, Evaluation result) {
    return String.format(Locale.ROOT, "%-24s %-10s %s", name, published, Percent.of(result));
  }

  private void draw(Evaluation evaluation, String name) throws IOException {
    ContactSheet.Builder sheet = ContactSheet.builder().columns(8).cell(120, 120);
    for (int i = 0; i < Math.min(SHOWN, test.size()); i++) {
      LabeledImage picture = test.get(i);
      int answer = evaluation.predicted(i);
      String mark =
          answer == evaluation.truth(i) ? "" : " (no: " + CLASSES.name(picture.label()) + ")";
      float sure = evaluation.probabilities(i)[answer];
      sheet.add(
          picture.decode(ImageDecoder.standard()),
          String.format(Locale.ROOT, "%s %.0f %%", CLASSES.name(answer), 100 * sure),
          mark.strip());
    }
    Path file = options.out().resolve(name);
    sheet.build().save(file);
    System.out.println("Predicted labels are drawn on " + file);
  }
}
