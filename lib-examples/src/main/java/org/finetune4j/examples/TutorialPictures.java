package org.finetune4j.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.explain.Activations;
import org.finetune4j.explain.ClassActivationMaps;
import org.finetune4j.explain.FilterPatterns;
import org.finetune4j.image.Crop;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.target.Labels;

/**
 * Draws the pictures of the tutorial's pages anew: a cat of our own, so that no photo of anybody is
 * published, networks, and charts of measured numbers.
 */
public final class TutorialPictures {
  private static final String NETWORK = "--network";
  private static final int SIDE = 96;

  /** So few are not smoothed. */
  private static final int FEW_EPOCHS = 10;

  private TutorialPictures() {}

  /** Runs the program; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Draws the pictures of the tutorial's pages anew.", Path.of("docs", "tutorial"))
        .flag(NETWORK, "also those of what ResNet50 sees, which needs its weights")
        .run(
            arguments,
            options -> {
              draw(options.out());
              if (options.has(NETWORK)) {
                drawNetwork(options, options.out());
              }
            });
  }

  /** Writes what needs no weights; equal pixels and equal text every time. */
  static void draw(Path folder) throws IOException {
    Files.createDirectories(folder);
    Image cat = DrawnCat.draw(SIDE);
    ContactSheet.Builder sheet = ContactSheet.builder().columns(6).cell(SIDE, SIDE).add(cat);
    for (int epoch = 0; epoch < 11; epoch++) {
      sheet.add(Augmentation.standard().apply(cat, 42, epoch, 0));
    }
    ImageEncoder.save(sheet.build().image(), folder.resolve("augmentation.png"));
    ImageEncoder.save(asNetworksSeeIt(cat), folder.resolve("wrong-preprocessing.png"));
    write(folder, "convnet", FirstConvnet.convnet(true).toSvg("A first convnet"));
    curves(folder, "first-convnet-accuracy", "MNIST, accuracy by epoch", " %");
    curves(folder, "augmented-head-loss", "A dense head, loss by epoch", "");
    training(folder, "small-data", "2,000 photos, a convnet from scratch", 0);
    training(folder, "augmentation-training", "The same photos, changed anew in every epoch", 0);
    training(folder, "dense-head", "A dense head on saved features", 0);
    training(folder, "fine-tuning-training", "Fine-tuning MobileNetV2 0.35, 20 epochs", 0.8);
    write(
        folder,
        "cifar10",
        MeasuredCharts.intervals(
            "CIFAR-10, four classes: 4,000 test pictures, 95 % intervals",
            MeasuredTable.read("cifar10")));
    write(
        folder,
        "ladder",
        MeasuredCharts.intervals(
            "Cats against dogs: 1,000 test photos, 95 % intervals", MeasuredTable.read("ladder")));
    write(folder, "deep-features", WayPicture.savedFeatures());
    write(folder, "augmented-head", WayPicture.endToEnd());
    write(folder, "fine-tuning", WayPicture.fineTuning());
    write(folder, "shipping", WayPicture.shipping());
    write(
        folder,
        "small-convnet",
        FromScratch.body(150).dense(512).relu().dense(1).sigmoid().build().toSvg("From scratch"));
    write(
        folder,
        "first-convnet-confusion",
        MeasuredCharts.confusion(
            "The convnet on 10,000 test digits", MeasuredTable.read("first-convnet-confusion")));
  }

  private static void curves(Path folder, String name, String title, String unit)
      throws IOException {
    write(folder, name, MeasuredCharts.curves(title, unit, MeasuredTable.read(name)));
  }

  /**
   * Draws a training once it has been measured: its {@code .csv}, as the program writes it, lies
   * among the resources under the name of the picture.
   */
  private static void training(Path folder, String name, String title, double smoothing)
      throws IOException {
    if (MeasuredTable.exists(name)) {
      MeasuredTable epochs = MeasuredTable.read(name);
      double factor = epochs.rows().size() < FEW_EPOCHS ? 0 : smoothing;
      write(folder, name, MeasuredCharts.training(title, epochs, factor));
    }
  }

  private static void write(Path folder, String name, String svg) throws IOException {
    Files.writeString(folder.resolve(name + ".svg"), svg, StandardCharsets.UTF_8);
  }

  /** A photo, the same with red and blue exchanged, and divided by 255 where 0 to 255 is meant. */
  private static Image asNetworksSeeIt(Image photo) {
    byte[] exchanged = photo.samples();
    for (int i = 0; i < exchanged.length; i += 3) {
      byte red = exchanged[i];
      exchanged[i] = exchanged[i + 2];
      exchanged[i + 2] = red;
    }
    byte[] black = photo.samples();
    for (int i = 0; i < black.length; i++) {
      black[i] = (byte) ((black[i] & 0xff) / 255);
    }
    return ContactSheet.builder()
        .columns(3)
        .cell(SIDE, SIDE)
        .add(photo)
        .add(Image.of(SIDE, SIDE, exchanged))
        .add(Image.of(SIDE, SIDE, black))
        .build()
        .image();
  }

  /** Writes what a ResNet50 sees; machines round differently, so pixels are nearly equal. */
  static void drawNetwork(ExampleOptions options, Path folder) throws IOException {
    Image cat = DrawnCat.draw(224);
    try (PretrainedBackbone backbone = options.backbone(Architecture.RESNET50).build()) {
      List<String> layers =
          List.of("conv1_relu", "conv2_block3_out", "conv3_block4_out", "conv4_block6_out");
      Activations activations = Activations.of(backbone, cat, layers.toArray(String[]::new));
      ContactSheet.Builder sheet = ContactSheet.builder().columns(1).cell(448, 56);
      for (String layer : layers) {
        Image all = activations.grid(layer);
        ImageSize firstTwoRows = new ImageSize(all.width(), all.width() / 8);
        sheet.add(Crop.at(all, 0, 0, firstTwoRows));
      }
      ImageEncoder.save(sheet.build().image(), folder.resolve("activations.png"));
    }
    Labels labels = Labels.of(IntStream.range(0, 1000).mapToObj(i -> "class " + i).toList());
    try (PretrainedBackbone backbone =
            options.backbone(Architecture.RESNET50).includeTop(true).build();
        ImageClassifier classifier = ImageClassifier.of(backbone, labels);
        ClassActivationMaps maps = ClassActivationMaps.builder(classifier).build()) {
      ContactSheet.Builder sheet = ContactSheet.builder().columns(4).cell(200, 200).add(cat);
      for (Prediction answer : classifier.predict(cat, 3)) {
        sheet.add(maps.of(cat, answer.label()).overlay(cat));
        System.out.println(answer);
      }
      ImageEncoder.save(sheet.build().image(), folder.resolve("maps.png"));
    }
    try (PretrainedBackbone backbone =
        options.backbone(Architecture.RESNET50).inputSize(96, 96).build()) {
      // The middles of the first five: patterns are noise to a compressor.
      ContactSheet.Builder sheet = ContactSheet.builder().columns(5).cell(64, 64);
      for (String layer : List.of("conv1_conv", "conv2_block3_out", "conv3_block4_out")) {
        try (FilterPatterns patterns = FilterPatterns.of(backbone, layer)) {
          patterns.first(5).forEach(it -> sheet.add(Crop.at(it, 16, 16, ImageSize.square(64))));
        }
      }
      ImageEncoder.save(sheet.build().image(), folder.resolve("filters.png"));
    }
  }
}
