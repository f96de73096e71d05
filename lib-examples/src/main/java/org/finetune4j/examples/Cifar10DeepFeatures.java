package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.CifarReader;
import org.finetune4j.data.ContactSheet;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.ImageDecoder;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.Labels;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.progress.Progress;
import org.finetune4j.train.ClassifierHead;
import org.finetune4j.train.TrainedHead;
import org.finetune4j.weights.WeightStore;

/**
 * What deep features are worth with 2,005 labelled pictures: the same classifier once on raw pixels
 * and once on what a ResNet50, trained on other pictures, sees in them. After GraphLab's "deep
 * features" example on four classes of CIFAR-10.
 */
public final class Cifar10DeepFeatures {
  private static final Labels CLASSES = Labels.of("automobile", "bird", "cat", "dog");
  private static final int TRAIN = 2005;
  private static final int SHOWN = 24;

  /** Published results of the protocol; the deep features there were AlexNet's. */
  private static final Map<String, String> PUBLISHED =
      Map.of("raw pixels", "46-48 %", "deep features", "78 %");

  private final ExampleOptions options;
  private final WeightStore store = WeightStore.standard().progress(Progress.console());
  private final ImageDataset train;
  private final ImageDataset test;
  private final Map<String, Evaluation> results = new LinkedHashMap<>();

  private Cifar10DeepFeatures(ExampleOptions options) throws IOException {
    this.options = options;
    Path folder =
        options.data().isPresent() ? options.data().get() : store.get(ExampleData.CIFAR10);
    // In file order, as the published figures: the first 2,005 of the four classes.
    this.train = CifarReader.train(folder).filter(CLASSES).take(options.quick() ? 100 : TRAIN);
    ImageDataset all = CifarReader.test(folder).filter(CLASSES);
    this.test = options.quick() ? all.take(100) : all;
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    Optional<ExampleOptions> options =
        ExampleOptions.parse(
            "Raw pixels against deep features: automobile, bird, cat and dog of CIFAR-10.",
            Path.of("target", "cifar10"),
            arguments);
    if (options.isPresent()) {
      new Cifar10DeepFeatures(options.get()).run();
    }
  }

  private void run() throws IOException {
    System.out.println("train " + train + ", test " + test);
    ImageSize size = ImageSize.square(32);
    compare("raw pixels", FeatureSet.pixels(train, size), FeatureSet.pixels(test, size));

    // CIFAR's 32 pixels a side are enlarged, bilinearly as in the published protocol.
    Preprocessing enlarging = Preprocessing.CAFFE.withInterpolation(Interpolation.BILINEAR);
    int side = options.quick() ? 64 : 96;
    try (PretrainedBackbone backbone =
        PretrainedBackbone.builder(Architecture.RESNET50)
            .weights(store)
            .inputSize(side, side)
            .preprocessing(enlarging)
            .build()) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone)
              .cache(options.out().resolve("features"))
              .progress(Progress.console())
              .build();
      Evaluation deep = compare("deep features", extractor.extract(train), extractor.extract(test));
      report();
      draw(deep);
    }
  }

  /** The classifier is the same for both; five folds of train choose its penalty. */
  private Evaluation compare(String name, FeatureSet learned, FeatureSet tested) {
    TrainedHead head = ClassifierHead.logisticRegression().build().fit(learned);
    head.selection().ifPresent(choice -> System.out.println(name + ": " + choice));
    Evaluation result = head.evaluate(tested);
    results.put(name, result);
    return result;
  }

  private void report() {
    System.out.printf("%n%-16s %-10s %s%n", "features", "published", "ours (95 % interval)");
    results.forEach(
        (name, result) ->
            System.out.printf("%-16s %-10s %s%n", name, PUBLISHED.get(name), Percent.of(result)));
  }

  private void draw(Evaluation evaluation) throws IOException {
    ContactSheet.Builder sheet = ContactSheet.builder().columns(8).cell(120, 120);
    for (int i = 0; i < Math.min(SHOWN, test.size()); i++) {
      LabeledImage picture = test.get(i);
      int answer = evaluation.predicted(i);
      String mark = answer == evaluation.truth(i) ? "" : " (no: " + name(picture.label()) + ")";
      float sure = evaluation.probabilities(i)[answer];
      sheet.add(
          picture.decode(ImageDecoder.standard()),
          String.format(Locale.ROOT, "%s %.0f %%", name(answer), 100 * sure),
          mark.strip());
    }
    Path file = options.out().resolve("predictions.png");
    sheet.build().save(file);
    System.out.println("Predicted labels are drawn on " + file);
  }

  private static String name(int label) {
    return CLASSES.name(label);
  }
}
