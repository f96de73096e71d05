package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.CifarReader;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.chart.EvaluationCharts;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.Assessment;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.progress.Progress;
import org.finetune4j.target.Labels;
import org.finetune4j.uncertainty.NoveltyDetector;

/**
 * "None of these": a classifier is asked about pictures of what it never learned. How well does the
 * distance of their features tell them from pictures of what it knows, and how well does its own
 * largest probability? Once for photos of cats and dogs, once for four classes of CIFAR-10; the new
 * pictures are CIFAR-10's other six classes, and each other's.
 */
public final class UnfamiliarPictures {
  private static final String CIFAR = "--cifar";
  private static final String VIT = "--vit";
  private static final Labels KNOWN = Labels.of("automobile", "bird", "cat", "dog");
  private static final Labels LEFT_OUT =
      Labels.of("airplane", "deer", "frog", "horse", "ship", "truck");
  private static final Labels QUESTION = Labels.of("familiar", "new");
  private static final int TRAIN = 2005;
  private static final int TEST = 1000;
  private static final int SHOWN = 24;
  private static final int AT_ONCE = 64;

  private final ExampleOptions options;
  private final CatsAndDogs photos;
  private final ImageDataset train;
  private final ImageDataset test;
  private final ImageDataset leftOut;
  private final List<String> table = new ArrayList<>();

  private UnfamiliarPictures(ExampleOptions options) throws IOException {
    this.options = options;
    this.photos = CatsAndDogs.load(options);
    Path cifar = options.folder(options.path(CIFAR), ExampleData.CIFAR10);
    ImageDataset sheet = CifarReader.train(cifar, options.quick() ? 150 : 10_000);
    this.train = sheet.filter(KNOWN).take(TRAIN);
    ImageDataset tested = CifarReader.test(cifar);
    this.test = tested.filter(KNOWN).take(options.quick() ? 20 : TEST);
    this.leftOut = tested.filter(LEFT_OUT).take(options.quick() ? 20 : TEST);
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "None of these: which pictures show what a classifier never learned?\n"
                + CatsAndDogs.LAYOUT,
            Path.of("target", "unfamiliar"))
        .file(CIFAR, "the folder of CIFAR-10's sheets (default: they are fetched)")
        .file(VIT, "weights of ViT-Ti/16 to use instead of MobileNetV2 0.35")
        .run(arguments, options -> new UnfamiliarPictures(options).run());
  }

  private void run() throws IOException {
    try (PretrainedBackbone backbone = backbone()) {
      FeatureExtractor.Builder builder =
          FeatureExtractor.builder(backbone)
              .cache(options.out().resolve("features"))
              .progress(Progress.console());
      FeatureExtractor extractor =
          (options.quick() ? builder.layer("conv2_block3_out") : builder).build();
      Known animals = new Known("photos of cats and dogs", "photos", photos.train(), photos.test());
      Known classes = new Known("4 classes of CIFAR-10", "cifar", train, test);
      ask(extractor, animals, Map.of(classes.name, test, "6 others of CIFAR-10", leftOut));
      ask(extractor, classes, Map.of(animals.name, photos.test(), "6 others of CIFAR-10", leftOut));
    }
    System.out.printf(
        "%n%-24s %-24s %-9s %-12s %-15s %s%n",
        "known", "new", "distance", "probability", "known familiar", "new are new");
    table.forEach(System.out::println);
  }

  /** What a classifier knows: pictures to learn from, and others of their kind to be tested on. */
  private record Known(String name, String file, ImageDataset train, ImageDataset test) {}

  private PretrainedBackbone backbone() throws IOException {
    if (options.quick()) {
      return options.backbone(Architecture.RESNET50).inputSize(64, 64).build();
    }
    return options.path(VIT).isPresent()
        ? PretrainedBackbone.builder(Architecture.VIT_TINY_16)
            .weights(options.path(VIT).get())
            .build()
        : options.backbone(Architecture.MOBILENET_V2).alpha(0.35).build();
  }

  /** Learns what is known, then asks the saved file about pictures of its kind and about others. */
  private void ask(FeatureExtractor extractor, Known known, Map<String, ImageDataset> strangers)
      throws IOException {
    Path file = options.out().resolve(known.file + ".zip");
    try (ImageClassifier learned = head(extractor, known).classifier(extractor)) {
      learned.save(file);
    }
    try (ImageClassifier classifier = ImageClassifier.load(file)) {
      List<Assessment<List<Prediction>>> familiar = answers(classifier, known.test);
      for (String name : new TreeSet<>(strangers.keySet())) {
        ImageDataset pictures = Objects.requireNonNull(strangers.get(name));
        List<Assessment<List<Prediction>>> unknown = answers(classifier, pictures);
        report(known, name, familiar, unknown);
        drawMostFamiliar(known, name, pictures, unknown);
      }
    }
  }

  /** Learns from two thirds; the last third, of which nothing is learned, says what is familiar. */
  private static TrainedHead head(FeatureExtractor extractor, Known known) throws IOException {
    DatasetSplit split = known.train.split(2.0 / 3, 42);
    FeatureSet learned = extractor.extract(split.train());
    FeatureSet others = extractor.extract(split.validation());
    return ClassifierHead.logisticRegression()
        .build()
        .fit(learned)
        .withNoveltyDetector(NoveltyDetector.builder().fit(learned, others));
  }

  /**
   * One run of the network for each picture says what it shows and how far it is from the known.
   */
  private static List<Assessment<List<Prediction>>> answers(
      ImageClassifier classifier, ImageDataset pictures) throws IOException {
    List<Assessment<List<Prediction>>> answers = new ArrayList<>();
    for (int first = 0; first < pictures.size(); first += AT_ONCE) {
      List<Image> decoded = new ArrayList<>();
      int end = Math.min(first + AT_ONCE, pictures.size());
      for (LabeledImage picture : pictures.images().subList(first, end)) {
        decoded.add(picture.decode(ImageDecoder.standard()));
      }
      answers.addAll(classifier.assessAll(decoded));
    }
    return answers;
  }

  private void report(
      Known known,
      String name,
      List<Assessment<List<Prediction>>> familiar,
      List<Assessment<List<Prediction>>> unknown)
      throws IOException {
    Evaluation byDistance = told(familiar, unknown, UnfamiliarPictures::byDistance);
    Evaluation byDoubt = told(familiar, unknown, UnfamiliarPictures::byDoubt);
    EvaluationCharts.of(byDistance)
        .roc(options.out().resolve(known.file + "-" + fileName(name) + "-roc.png"));
    table.add(
        String.format(
            Locale.ROOT,
            "%-24s %-24s %-9.3f %-12.3f %-15s %s",
            known.name,
            name,
            area(byDistance),
            area(byDoubt),
            share(familiar, false),
            share(unknown, true)));
  }

  /** Scores from 0 to 1 as probabilities that a picture is new: only their order matters. */
  private static Evaluation told(
      List<Assessment<List<Prediction>>> familiar,
      List<Assessment<List<Prediction>>> unknown,
      ToDoubleFunction<Assessment<List<Prediction>>> score) {
    float[][] rows =
        Stream.concat(familiar.stream(), unknown.stream())
            .map(it -> (float) score.applyAsDouble(it))
            .map(it -> new float[] {1 - it, it})
            .toArray(float[][]::new);
    int[] truth = new int[rows.length];
    Arrays.fill(truth, familiar.size(), rows.length, 1);
    return Evaluation.of(QUESTION, truth, rows);
  }

  private static double byDistance(Assessment<List<Prediction>> answer) {
    double distance = distance(answer);
    return distance / (distance + answer.novelty().orElseThrow().cut());
  }

  /** The largest probability, turned round: the usual baseline. */
  private static double byDoubt(Assessment<List<Prediction>> answer) {
    return 1 - answer.prediction().get(0).probability();
  }

  private static double distance(Assessment<List<Prediction>> answer) {
    return answer.novelty().orElseThrow().distance();
  }

  private static double area(Evaluation evaluation) {
    return evaluation.roc("new").orElseThrow().area();
  }

  private static String share(List<Assessment<List<Prediction>>> answers, boolean novel) {
    long count = answers.stream().filter(it -> it.isNovel() == novel).count();
    return String.format(Locale.ROOT, "%.1f %%", 100.0 * count / answers.size());
  }

  /** Draws the new pictures that are taken for known ones most easily, with what they pass for. */
  private void drawMostFamiliar(
      Known known, String name, ImageDataset pictures, List<Assessment<List<Prediction>>> answers)
      throws IOException {
    ContactSheet.Builder sheet =
        ContactSheet.builder().columns(8).title("Nearest to " + known.name + ": " + name);
    List<Integer> nearest =
        IntStream.range(0, answers.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> distance(answers.get(i))))
            .limit(SHOWN)
            .toList();
    for (int i : nearest) {
      LabeledImage picture = pictures.get(i);
      Assessment<List<Prediction>> answer = answers.get(i);
      sheet.add(
          picture.decode(ImageDecoder.standard()),
          pictures.labels().name(picture.label()) + ": " + answer.prediction().get(0),
          answer.isNovel() ? "new" : "passes for known");
    }
    Path file = options.out().resolve(known.file + "-" + fileName(name) + ".png");
    sheet.build().save(file);
    System.out.println(
        known.name
            + " are known; the nearest of "
            + name
            + " are drawn on "
            + file
            + ", the first: "
            + answers.get(nearest.get(0)));
  }

  private static String fileName(String name) {
    return name.toLowerCase(Locale.ROOT).replace(' ', '-');
  }
}
