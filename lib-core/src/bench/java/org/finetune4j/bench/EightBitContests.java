package org.finetune4j.bench;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.Precision;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.RandomBackbone;
import org.finetune4j.bench.Contest.Rival;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.target.Labels;

/** Backbones in eight bits against the same in float32. */
final class EightBitContests {
  private EightBitContests() {}

  static List<Contest> all() {
    return List.of(
        forward(Architecture.RESNET50, 224, 16, 2.4),
        forward(Architecture.RESNET50, 224, 1, 2),
        forward(Architecture.VGG16, 150, 20, 2),
        forward(Architecture.MOBILENET_V2, 224, 16, 1.4),
        forward(Architecture.MOBILENET_V3_LARGE, 224, 16, 1),
        forward(Architecture.EFFICIENTNET_B0, 224, 16, 1.4),
        forward(Architecture.INCEPTION_V3, 299, 16, 1.8),
        forward(Architecture.DENSENET121, 224, 16, 1.3),
        forward(Architecture.VIT_TINY_16, 224, 16, 1),
        forward(Architecture.CONVNEXT_TINY, 224, 16, 1));
  }

  private static Contest forward(Architecture architecture, int side, int batch, double factor) {
    String name = architecture.name().toLowerCase(Locale.ROOT).replace("_", "");
    return Contest.of(
        "int8-" + name + "-" + batch,
        architecture + " in eight bits, " + side + "x" + side + ", batch " + batch,
        () -> rounded(architecture, side, batch),
        new Rival(
            "float32",
            new Target.TimesAsFast(factor),
            () -> running(RandomBackbone.of(architecture, side), side, batch)));
  }

  private static Side rounded(Architecture architecture, int side, int batch) throws IOException {
    try (PretrainedBackbone exact = RandomBackbone.of(architecture, side)) {
      return running(exact.withPrecision(Precision.int8(noise(side))), side, batch);
    }
  }

  private static Side running(PretrainedBackbone backbone, int side, int batch) {
    FloatBuffer pixels = Pixels.batch(batch, side);
    List<String> layer = List.of(backbone.featureLayer());
    return Side.repeating(() -> backbone.activations(layer, batch, pixels), backbone::close);
  }

  private static ImageDataset noise(int side) {
    Random random = new Random(1);
    return ImageDataset.of(
        Labels.of("noise", "none"),
        IntStream.range(0, 16)
            .mapToObj(
                i -> {
                  byte[] rgb = new byte[3 * side * side];
                  random.nextBytes(rgb);
                  return LabeledImage.of("noise-" + i, Image.of(side, side, rgb), 0);
                })
            .toList());
  }
}
