package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.explain.Activations;
import org.finetune4j.explain.ClassActivationMaps;
import org.finetune4j.explain.FilterPatterns;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.target.Labels;

/**
 * What a ResNet50 trained on ImageNet sees in one photo: the activations of eight layers, the
 * patterns that excite filters most, and where it looks for its three best answers (the book "Deep
 * Learning with Python", section 5.4).
 */
public final class WhatANetworkSees {
  private static final List<String> ACTIVATIONS =
      List.of(
          "conv1_relu",
          "pool1_pool",
          "conv2_block1_out",
          "conv2_block2_out",
          "conv2_block3_out",
          "conv3_block1_out",
          "conv3_block2_out",
          "conv3_block3_out");
  private static final List<String> FILTERS =
      List.of("conv1_conv", "conv2_block3_out", "conv3_block4_out", "conv4_block6_out");

  private final ExampleOptions options;

  private WhatANetworkSees(ExampleOptions options) {
    this.options = options;
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "What a ResNet50 sees: activations of a photo, patterns of filters, and where it"
                + " looks.\nWithout --photo only the filters are drawn.",
            Path.of("target", "what-a-network-sees"))
        .file("--photo", "the photo to look at")
        .file(Predict.LABELS, "names of the classes, one per line, instead of ImageNet's")
        .run(arguments, options -> new WhatANetworkSees(options).run());
  }

  private void run() throws IOException {
    Optional<Path> photo = options.path("--photo");
    if (photo.isPresent()) {
      Image picture = ImageDecoder.standard().decode(photo.get());
      activations(picture);
      maps(picture);
    }
    filters();
  }

  /** The first layers keep the whole picture; later ones say less of it and more about it. */
  private void activations(Image photo) throws IOException {
    try (PretrainedBackbone backbone = options.backbone(Architecture.RESNET50).build()) {
      Activations activations = Activations.of(backbone, photo, ACTIVATIONS.toArray(String[]::new));
      for (int i = 0; i < ACTIVATIONS.size(); i++) {
        String layer = ACTIVATIONS.get(i);
        save(activations.grid(layer), "activations-" + (i + 1) + "-" + layer + ".png");
      }
    }
  }

  /** The pattern that excites a filter most. */
  private void filters() throws IOException {
    int side = options.quick() ? 32 : 128;
    int most = options.quick() ? 1 : 16;
    try (PretrainedBackbone backbone =
        options.backbone(Architecture.RESNET50).inputSize(side, side).build()) {
      for (String layer : options.quick() ? FILTERS.subList(0, 2) : FILTERS) {
        ContactSheet.Builder sheet = ContactSheet.builder().columns(4).cell(128, 128).title(layer);
        try (FilterPatterns patterns = FilterPatterns.of(backbone, layer)) {
          List<Image> first = patterns.first(most);
          for (int filter = 0; filter < first.size(); filter++) {
            sheet.add(first.get(filter), "filter " + filter);
          }
        }
        Path file = options.out().resolve("filters-" + layer + ".png");
        sheet.build().save(file);
        System.out.println("Wrote " + file);
      }
    }
  }

  /** Where the network looks, for the three classes of ImageNet it thinks of first. */
  private void maps(Image photo) throws IOException {
    Labels labels = Predict.labels(options);
    try (PretrainedBackbone backbone =
            options.backbone(Architecture.RESNET50).includeTop(true).build();
        ImageClassifier classifier = ImageClassifier.of(backbone, labels);
        ClassActivationMaps maps = ClassActivationMaps.builder(classifier).build()) {
      ContactSheet.Builder sheet = ContactSheet.builder().columns(4).add(photo, "photo");
      List<String> answers = new ArrayList<>();
      for (Prediction answer : classifier.predict(photo, 3)) {
        sheet.add(maps.of(photo, answer.label()).overlay(photo), answer.label());
        answers.add(answer.toString());
      }
      sheet.build().save(options.out().resolve("why.png"));
      System.out.println("It answers " + answers);
    }
  }

  private void save(Image image, String name) throws IOException {
    ImageEncoder.save(image, options.out().resolve(name));
  }
}
