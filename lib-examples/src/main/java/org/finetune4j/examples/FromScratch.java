package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.train.NetworkTrainer;
import org.finetune4j.train.TrainedNetwork;
import org.finetune4j.train.log.TrainingListener;

/**
 * What 2,000 photos are worth without a pretrained network: the small convnet of the book "Deep
 * Learning with Python" (section 5.2) from scratch, first plain, then with augmentation and
 * dropout. The photos in {@code validation} are only tested on.
 */
public final class FromScratch {
  private final ExampleOptions options;
  private final int side;
  private final CatsAndDogs photos;
  private final Map<String, Evaluation> results = new LinkedHashMap<>();

  private FromScratch(ExampleOptions options) throws IOException {
    this.options = options;
    this.side = options.quick() ? 64 : 150;
    this.photos = CatsAndDogs.load(options);
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Cats against dogs without a pretrained network, plain and with augmentation.\n"
                + CatsAndDogs.LAYOUT,
            Path.of("target", "from-scratch"))
        .run(arguments, options -> new FromScratch(options).run());
  }

  private void run() throws IOException {
    System.out.println(photos);
    Network plain = body(side).dense(512).relu().dense(1).sigmoid().build();
    System.out.println(plain.summary());
    // The book's settings (listing 5.6 to 5.8), and half its epochs: the rest only overfit.
    train(
        "plain",
        NetworkTrainer.builder(plain, photos.train().labels())
            .optimizer(Optimizer.rmsProp(1e-4))
            .batchSize(20)
            .epochs(options.quick() ? 1 : 15));
    // The book's network and augmentation (listing 5.11 and 5.13). Its 10,000 steps at a constant
    // rate (listing 5.14) become 3,990 along one cycle, which ends at rest instead of anywhere.
    train(
        "augmented",
        NetworkTrainer.builder(
                body(side).dropout(0.5).dense(512).relu().dense(1).sigmoid().build(),
                photos.train().labels())
            .optimizer(Optimizer.adam(1e-3))
            .schedule(Schedule.oneCycle())
            .augmentation(Augmentation.standard())
            .batchSize(32)
            .epochs(options.quick() ? 1 : 70));
    System.out.printf("%n%-12s %s%n", "from scratch", "accuracy (95 %) on " + photos.test().size());
    results.forEach((name, result) -> System.out.printf("%-12s %s%n", name, Percent.of(result)));
  }

  /** Returns the book's four convolutions, flattened. */
  static NetworkBuilder body(int side) {
    return Network.builder(Shape.map(3, side, side))
        .convolution("conv2d_1", 32, 3)
        .relu()
        .maxPool(2)
        .convolution("conv2d_2", 64, 3)
        .relu()
        .maxPool(2)
        .convolution("conv2d_3", 128, 3)
        .relu()
        .maxPool(2)
        .convolution("conv2d_4", 128, 3)
        .relu()
        .maxPool(2)
        .flatten();
  }

  /** Nothing is chosen by what is watched: the last epoch counts, as in the book. */
  private void train(String name, NetworkTrainer.Builder trainer) throws IOException {
    DatasetSplit split = photos.train().split(0.9, 0.1, 42);
    TrainedNetwork trained =
        trainer
            .seed(42)
            .checkpoints(options.out().resolve(name))
            .listener(TrainingListener.console())
            .build()
            .fit(split.train(), split.validation());
    Curves.draw(trained.history(), options.out(), name);
    try (ImageClassifier classifier = trained.classifier()) {
      Evaluation evaluation = classifier.evaluate(photos.test());
      results.put(name, evaluation);
      Path page = options.out().resolve(name + "-report.html");
      DatasetSplit parts = new DatasetSplit(split.train(), split.validation(), photos.test());
      Report.write(page, "From scratch, " + name, parts, trained, classifier, evaluation);
    }
  }
}
