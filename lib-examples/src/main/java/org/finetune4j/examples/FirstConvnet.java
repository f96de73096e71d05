package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.IdxReader;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.chart.EvaluationCharts;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.train.NetworkTrainer;
import org.finetune4j.train.TrainedNetwork;
import org.finetune4j.train.log.TrainingListener;

/**
 * Handwritten digits, read by dense layers and by a convnet: the first networks of the book "Deep
 * Learning with Python" (sections 2.1 and 5.1).
 */
public final class FirstConvnet {
  private static final int QUICK = 200;

  private final ExampleOptions options;
  private final DatasetSplit split;
  private final ImageDataset test;
  private final Map<String, Evaluation> results = new LinkedHashMap<>();

  private FirstConvnet(ExampleOptions options) throws IOException {
    this.options = options;
    Path folder = options.folder(options.data(), ExampleData.MNIST);
    ImageDataset train = read(folder, "train");
    ImageDataset tested = read(folder, "t10k");
    // 10,000 digits draw the validation curve; the book keeps none back here.
    this.split = (options.quick() ? train.take(QUICK) : train).split(5.0 / 6, 1.0 / 6, 42);
    this.test = options.quick() ? tested.take(QUICK) : tested;
  }

  private static ImageDataset read(Path folder, String part) throws IOException {
    return IdxReader.read(
        folder.resolve(part + "-images-idx3-ubyte"), folder.resolve(part + "-labels-idx1-ubyte"));
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Handwritten digits, read by dense layers and by a convnet.\n"
                + "The folder of --data holds the four IDX files of MNIST, unpacked.",
            Path.of("target", "first-convnet"))
        .run(arguments, options -> new FirstConvnet(options).run());
  }

  private void run() throws IOException {
    System.out.println(split);
    Network dense = digits().flatten().dense(512).relu().dense(10).softmax().build();
    Network convnet = convnet(true);
    System.out.println("Dense layers see 784 numbers and not which of them are neighbours:");
    System.out.println(dense.summary());
    System.out.println("A convnet slides small windows over the picture:");
    System.out.println(convnet.summary());
    System.out.println("Without pooling its first dense layer is 54 times as large:");
    System.out.println(convnet(false).summary());
    train("dense", dense);
    train("convnet", convnet);
    System.out.printf("%n%-10s %s%n", "network", "accuracy (95 %) on " + test.size() + " digits");
    results.forEach((name, result) -> System.out.printf("%-10s %s%n", name, Percent.of(result)));
  }

  private static NetworkBuilder digits() {
    return Network.builder(Shape.map(1, 28, 28));
  }

  static Network convnet(boolean pooling) {
    NetworkBuilder net = digits().convolution("conv2d_1", 32, 3).relu();
    if (pooling) {
      net.maxPool(2);
    }
    net.convolution("conv2d_2", 64, 3).relu();
    if (pooling) {
      net.maxPool(2);
    }
    return net.convolution("conv2d_3", 64, 3)
        .relu()
        .flatten()
        .dense(64)
        .relu()
        .dense(10)
        .softmax()
        .build();
  }

  /** Five epochs of RMSprop; the last one counts, and nothing is chosen. */
  private void train(String name, Network network) throws IOException {
    TrainedNetwork trained =
        NetworkTrainer.builder(network, split.train().labels())
            .optimizer(Optimizer.rmsProp(1e-3))
            .batchSize(64)
            .epochs(options.quick() ? 1 : 5)
            .seed(42)
            .listener(TrainingListener.console())
            .build()
            .fit(split.train(), split.validation());
    Curves.draw(trained.history(), options.out(), name);
    try (ImageClassifier classifier = trained.classifier()) {
      Evaluation result = classifier.evaluate(test);
      results.put(name, result);
      Path page = options.out().resolve(name + "-report.html");
      DatasetSplit parts = new DatasetSplit(split.train(), split.validation(), test);
      Report.write(page, "Handwritten digits, " + name, parts, trained, classifier, result);
      EvaluationCharts.of(result).confusionMatrix(options.out().resolve(name + "-confusion.png"));
      Optional<ContactSheet> mistakes = result.mistakeSheet(test, ImageDecoder.standard(), 24);
      if (mistakes.isPresent()) {
        mistakes.get().save(options.out().resolve(name + "-mistakes.png"));
      }
    }
  }
}
