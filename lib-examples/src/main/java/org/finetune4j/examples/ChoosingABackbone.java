package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.progress.Progress;
import org.finetune4j.select.BackboneTournament;
import org.finetune4j.train.NetworkTrainer;
import org.finetune4j.train.TrainedNetwork;
import org.finetune4j.train.log.TrainingListener;

/**
 * The ladder of this tutorial on one data set: dense layers, a small convnet without and with
 * augmentation, and pretrained backbones, frozen and fine-tuned, with what a picture costs. The
 * backbones are compared on {@code train} by cross-validation; {@code validation} is only tested
 * on.
 */
public final class ChoosingABackbone {
  private static final String WITHOUT_SCRATCH = "--without-scratch";

  /** A backbone and where its fine-tuning begins: at the last block. */
  private record Candidate(Architecture architecture, double width, String lastBlock) {
    @Override
    public String toString() {
      return architecture + (width == 1 ? "" : " " + width);
    }
  }

  private static final List<Candidate> CANDIDATES =
      List.of(
          new Candidate(Architecture.MOBILENET_V2, 0.35, "block_16_expand"),
          new Candidate(Architecture.RESNET50, 1, "conv5_block3_1_conv"),
          new Candidate(Architecture.VGG16, 1, "block5_conv1"),
          new Candidate(Architecture.EFFICIENTNET_B0, 1, "block7a_expand_conv"),
          new Candidate(Architecture.VIT_TINY_16, 1, "blocks.11"));

  private final ExampleOptions options;
  private final DatasetSplit split;
  private final CatsAndDogs photos;
  private final List<String> ladder = new ArrayList<>();
  private BackboneTournament tournament;

  private ChoosingABackbone(ExampleOptions options) throws IOException {
    this.options = options;
    this.photos = CatsAndDogs.load(options);
    DatasetSplit parts = photos.train().split(0.8, 0.2, 42);
    this.split = new DatasetSplit(parts.train(), parts.validation(), photos.test());
    this.tournament =
        BackboneTournament.of(photos.train(), ClassifierHead.logisticRegression().build(), 5, 42);
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "From dense layers to fine-tuned backbones: accuracy and time of each.\n"
                + CatsAndDogs.LAYOUT,
            Path.of("target", "choosing-a-backbone"))
        .flag(WITHOUT_SCRATCH, "leave out the networks that are trained from scratch")
        .run(arguments, options -> new ChoosingABackbone(options).run());
  }

  private void run() throws IOException {
    if (!options.has(WITHOUT_SCRATCH)) {
      fromScratch();
    }
    for (Candidate each : options.quick() ? CANDIDATES.subList(1, 2) : CANDIDATES) {
      Optional<PretrainedBackbone> loaded = load(each);
      if (loaded.isPresent()) {
        try (PretrainedBackbone backbone = loaded.get()) {
          pretrained(each, backbone);
        }
      }
    }
    System.out.println("\n" + tournament);
    tournament.chart(options.out().resolve("accuracy-and-time.png"));
    System.out.printf("%n%-44s %-26s %s%n", "step", "test accuracy (95 %)", "ms a picture");
    ladder.forEach(System.out::println);
  }

  /** The book's settings, as in {@link FromScratch}; dense layers see 64 pixels a side. */
  private void fromScratch() throws IOException {
    int side = options.quick() ? 32 : 64;
    Network dense =
        Network.builder(Shape.map(3, side, side))
            .flatten()
            .dense(256)
            .relu()
            .dense(1)
            .sigmoid()
            .build();
    Network convnet =
        FromScratch.body(options.quick() ? 64 : 150).dense(512).relu().dense(1).sigmoid().build();
    fromScratch(
        "dense layers on pixels", NetworkTrainer.builder(dense, split.train().labels()), 15);
    fromScratch("convnet", NetworkTrainer.builder(convnet, split.train().labels()), 15);
    fromScratch(
        "convnet, photos changed anew",
        NetworkTrainer.builder(convnet, split.train().labels())
            .augmentation(Augmentation.standard()),
        50);
  }

  private void fromScratch(String name, NetworkTrainer.Builder trainer, int epochs)
      throws IOException {
    TrainedNetwork result =
        trainer
            .optimizer(Optimizer.rmsProp(1e-4))
            .batchSize(20)
            .epochs(options.quick() ? 1 : epochs)
            .seed(42)
            .keepBestEpoch()
            .listener(TrainingListener.console())
            .build()
            .fit(split.train(), split.validation());
    trained(name, result);
  }

  /** A page and curves of a training, and its step of the ladder. */
  private void trained(String name, TrainedNetwork result) throws IOException {
    try (ImageClassifier classifier = result.classifier()) {
      Evaluation evaluation = step(name, classifier);
      String file = Report.fileName(name);
      Curves.draw(result.history(), options.out(), file);
      Path page = options.out().resolve(file + "-report.html");
      Report.write(page, "Cats against dogs: " + name, split, result, classifier, evaluation);
    }
  }

  /** Returns nothing where the weights cannot be had: the ladder goes on without them. */
  private Optional<PretrainedBackbone> load(Candidate each) {
    int side = options.quick() ? 64 : 224;
    try {
      return Optional.of(
          options.backbone(each.architecture()).alpha(each.width()).inputSize(side, side).build());
    } catch (IOException e) {
      System.out.println("Left out: " + each + ". " + e.getMessage());
      return Optional.empty();
    }
  }

  private void pretrained(Candidate each, PretrainedBackbone backbone) throws IOException {
    FeatureExtractor extractor =
        FeatureExtractor.builder(backbone)
            .cache(options.out().resolve("features"))
            .progress(Progress.console())
            .build();
    tournament = tournament.with(extractor);
    TrainedHead head =
        ClassifierHead.logisticRegression()
            .build()
            .fit(extractor.extract(split.train()), extractor.extract(split.validation()));
    try (ImageClassifier frozen = head.classifier(extractor)) {
      step(each + ", frozen", frozen);
    }
    FineTuneResult tuned =
        FineTuner.builder(extractor, head)
            .unfreezeFrom(each.lastBlock())
            .augmentation(Augmentation.light())
            .optimizer(Optimizer.adam(1e-5))
            .epochs(options.quick() ? 1 : 3)
            .seed(42)
            .keepBestEpoch()
            .listener(TrainingListener.console())
            .build()
            .fit(split.train(), split.validation());
    trained(each + ", from " + each.lastBlock(), tuned);
  }

  private Evaluation step(String name, ImageClassifier classifier) throws IOException {
    Evaluation evaluation = classifier.evaluate(photos.test());
    ladder.add(
        String.format(
            Locale.ROOT,
            "%-44s %-26s %.1f",
            name,
            Percent.of(evaluation),
            milliseconds(classifier)));
    System.out.println(ladder.get(ladder.size() - 1));
    return evaluation;
  }

  /** Of a decoded photo, one at a time: the median of 16, behind 4 that warm up. */
  private double milliseconds(ImageClassifier classifier) throws IOException {
    Image photo = photos.test().get(0).decode(ImageDecoder.standard());
    long[] nanos = new long[16];
    for (int i = -4; i < nanos.length; i++) {
      long start = System.nanoTime();
      classifier.predict(photo, 1);
      if (i >= 0) {
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e6;
  }
}
