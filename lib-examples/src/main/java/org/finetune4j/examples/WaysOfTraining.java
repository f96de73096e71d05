package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.CifarReader;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.optimize.Averaging;
import org.finetune4j.optimize.Distillation;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.target.Labels;

/**
 * What ways of training bring, or do not: a few hundred pictures, the end of a small backbone
 * fine-tuned behind cached activations, three draws of the pictures. Learning rates are chosen on
 * validation pictures, and each way is tested once.
 */
public final class WaysOfTraining {
  private static final String CIFAR = "--cifar";
  private static final String TEACHER = "--teacher";
  private static final Labels CLASSES = Labels.of("automobile", "bird", "cat", "dog");
  private static final double[] RATES = {3e-5, 3e-4, 3e-3};
  private static final int SIDE = 96;
  private static final int BATCH = 32;
  private static final String FIRST_LAYER = "block_13_expand";

  private final ExampleOptions options;
  private final ImageDataset train;
  private final ImageDataset test;
  private final int learned;
  private final Map<String, List<Double>> table = new LinkedHashMap<>();

  private WaysOfTraining(ExampleOptions options) throws IOException {
    this.options = options;
    this.learned = options.quick() ? 10 : 300;
    if (options.has(CIFAR)) {
      Path folder = options.folder(options.data(), ExampleData.CIFAR10);
      this.train = CifarReader.train(folder).filter(CLASSES);
      this.test = CifarReader.test(folder).filter(CLASSES).take(1000);
    } else {
      CatsAndDogs photos = CatsAndDogs.load(options);
      this.train = photos.train();
      this.test = photos.test();
    }
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Fine-tuning with and without averages, accumulation, a teacher and a searched"
                + " learning rate.\n"
                + CatsAndDogs.LAYOUT,
            Path.of("target", "ways-of-training"))
        .flag(CIFAR, "four classes of CIFAR-10 instead of cats and dogs")
        .file(TEACHER, "weights of ViT-Ti/16, which teaches; without them nobody does")
        .run(arguments, options -> new WaysOfTraining(options).run());
  }

  private void run() throws IOException {
    System.out.println("train " + learned + " of " + train + ", test " + test);
    try (PretrainedBackbone backbone =
        options.backbone(Architecture.MOBILENET_V2).alpha(0.35).inputSize(SIDE, SIDE).build()) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone).cache(options.out().resolve("features")).build();
      for (long seed = 1; seed <= (options.quick() ? 1 : 3); seed++) {
        new Draw(extractor, seed).run();
      }
    }
    System.out.printf("%n| way | test accuracy, mean (lowest to highest draw) |%n| --- | --- |%n");
    table.forEach((way, reached) -> System.out.println(row(way, reached)));
  }

  private static String row(String way, List<Double> reached) {
    double[] sorted = reached.stream().mapToDouble(it -> 100 * it).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "| %s | %.1f %% (%.1f to %.1f) |",
        way,
        Arrays.stream(sorted).average().orElseThrow(),
        sorted[0],
        sorted[sorted.length - 1]);
  }

  /** One draw of pictures to learn from and to choose by. */
  private final class Draw {
    private final FeatureExtractor extractor;
    private final long seed;
    private final ImageDataset pictures;
    private final ImageDataset validation;
    private final TrainedHead linear;
    private final TrainedHead untrained;

    Draw(FeatureExtractor extractor, long seed) throws IOException {
      this.extractor = extractor;
      this.seed = seed;
      double share = (double) learned / train.size();
      DatasetSplit split = train.split(share, share, seed);
      this.pictures = split.train();
      this.validation = split.validation();
      this.linear = ClassifierHead.logisticRegression().build().fit(extractor.extract(pictures));
      DenseHead dense = ClassifierHead.builder().seed(seed).build();
      this.untrained = dense.untrained(extractor, train.labels());
    }

    void run() throws IOException {
      tell("linear head, nothing unfrozen", linear.evaluate(extractor.extract(test)), "");
      chosen("new head and last blocks at once", untrained, it -> it.allowUntrainedHead());
      double rate = chosen("LP-FT: trained head, then last blocks", linear, it -> it);
      tuned("LP-FT, EMA 0.98", rate, it -> it.averaging(Averaging.ema(0.98)));
      tuned("LP-FT, SWA of the last half", rate, it -> it.averaging(Averaging.swa(0.5)));
      tuned(
          "LP-FT, 4 accumulated batches of 8",
          rate,
          it -> it.batchSize(BATCH / 4).gradientAccumulation(4));
      FineTuner any = tuner(linear, rate, it -> it).build();
      double valley = any.findLearningRate(pictures).valley();
      tuned("LP-FT, the finder's rate instead of the chosen one", valley, it -> it);
      if (options.path(TEACHER).isPresent()) {
        taught(options.path(TEACHER).get(), rate);
      }
    }

    private void taught(Path weights, double rate) throws IOException {
      try (PretrainedBackbone large =
              PretrainedBackbone.builder(Architecture.VIT_TINY_16).weights(weights).build();
          ImageClassifier teacher = teacher(large)) {
        tuned("LP-FT, distilled", rate, it -> it.teacher(teacher, Distillation.standard()));
      }
    }

    private ImageClassifier teacher(PretrainedBackbone large) throws IOException {
      FeatureExtractor of =
          FeatureExtractor.builder(large).cache(options.out().resolve("features")).build();
      TrainedHead head = ClassifierHead.logisticRegression().build().fit(of.extract(pictures));
      tell("the teacher: linear head of ViT-Ti/16 at 224", head.evaluate(of.extract(test)), "");
      return head.classifier(of);
    }

    private FineTuner.Builder tuner(
        TrainedHead head, double rate, UnaryOperator<FineTuner.Builder> way) {
      return way.apply(
          FineTuner.builder(extractor, head)
              .unfreezeFrom(FIRST_LAYER)
              .batchSize(BATCH)
              .epochs(options.quick() ? 1 : 8)
              .schedule(Schedule.cosine())
              .optimizer(Optimizer.adam(rate))
              .seed(seed));
    }

    private void tuned(String name, double rate, UnaryOperator<FineTuner.Builder> way)
        throws IOException {
      try (ImageClassifier classifier =
          tuner(linear, rate, way).build().fit(pictures).classifier()) {
        tell(name, classifier.evaluate(test), "rate " + rate);
      }
    }

    /** Tests the training whose rate is best on validation, and returns the rate. */
    private double chosen(String name, TrainedHead head, UnaryOperator<FineTuner.Builder> way)
        throws IOException {
      double best = RATES[0];
      double least = Double.POSITIVE_INFINITY;
      Optional<FineTuneResult> kept = Optional.empty();
      for (double rate : RATES) {
        FineTuneResult result = tuner(head, rate, way).build().fit(pictures);
        try (ImageClassifier classifier = result.classifier()) {
          double loss = classifier.evaluate(validation).logLoss();
          if (loss < least) {
            least = loss;
            best = rate;
            kept = Optional.of(result);
          }
        }
      }
      try (ImageClassifier classifier = kept.orElseThrow().classifier()) {
        tell(name, classifier.evaluate(test), "rate " + best);
      }
      return best;
    }

    private void tell(String name, Evaluation evaluation, String how) {
      table.computeIfAbsent(name, it -> new ArrayList<>()).add(evaluation.accuracy());
      System.out.println("draw " + seed + ", " + name + ": " + Percent.of(evaluation) + " " + how);
    }
  }
}
