package org.finetune4j.bench;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
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

/** Backbones in eight bits against the same in float32, and against PyTorch in float32. */
final class EightBitContests {
  private EightBitContests() {}

  /**
   * A network and a batch.
   *
   * @param name in rows, and of PyTorch's job
   * @param architecture the network
   * @param alpha its width
   * @param side of its pictures
   * @param batch pictures at a time
   */
  private record Work(String name, Architecture architecture, double alpha, int side, int batch) {
    PretrainedBackbone exact() {
      return RandomBackbone.of(architecture, side, alpha);
    }

    /** Noise calibrates: with random weights only the time counts. */
    PretrainedBackbone rounded() throws IOException {
      try (PretrainedBackbone exact = exact()) {
        return exact.withPrecision(Precision.int8(noise(side)));
      }
    }

    @Override
    public String toString() {
      String width = alpha == 1 ? "" : " " + alpha;
      return architecture
          + width
          + " in eight bits, "
          + side
          + "x"
          + side
          + (batch == 1 ? ", one picture" : ", batch " + batch);
    }
  }

  static List<Contest> all() {
    return List.of(
        forward(work(Architecture.RESNET50, 224, 16), 2.4, new Target.TimesAsFast(3)),
        forward(work(Architecture.RESNET50, 224, 1), 2, new Target.None()),
        forward(work(Architecture.VGG16, 150, 20), 2, new Target.None()),
        forward(work(Architecture.MOBILENET_V2, 224, 16), 1.4, new Target.None()),
        forward(
            new Work("mobilenetv2035", Architecture.MOBILENET_V2, 0.35, 224, 16),
            1.4,
            new Target.None()),
        forward(work(Architecture.MOBILENET_V3_LARGE, 224, 16), 1, new Target.None()),
        forward(work(Architecture.EFFICIENTNET_B0, 224, 16), 1.4, new Target.None()),
        forward(work(Architecture.INCEPTION_V3, 299, 16), 1.8, new Target.None()),
        forward(work(Architecture.DENSENET121, 224, 16), 1.3, new Target.None()),
        forward(work(Architecture.VIT_TINY_16, 224, 16), 1, new Target.None()),
        forward(work(Architecture.CONVNEXT_TINY, 224, 16), 1, new Target.None()));
  }

  private static Work work(Architecture architecture, int side, int batch) {
    String name = architecture.name().toLowerCase(Locale.ROOT).replace("_", "");
    return new Work(name, architecture, 1, side, batch);
  }

  private static Contest forward(Work work, double factor, Target beforePython) {
    List<Rival> rivals = new ArrayList<>();
    rivals.add(
        new Rival("float32", new Target.TimesAsFast(factor), () -> running(work.exact(), work)));
    if (PythonPeer.isThere()
        && work.batch() > 1
        && work.architecture() != Architecture.MOBILENET_V3_LARGE) {
      rivals.add(
          new Rival(
              "PyTorch frozen and fused",
              beforePython,
              () -> PythonPeer.start(work.name() + "-jit")));
    }
    return Contest.of(
        "int8-" + work.name() + "-" + work.batch(),
        work.toString(),
        () -> running(work.rounded(), work),
        rivals.toArray(Rival[]::new));
  }

  private static Side running(PretrainedBackbone backbone, Work work) {
    FloatBuffer pixels = Pixels.batch(work.batch(), work.side());
    List<String> layer = List.of(backbone.featureLayer());
    return Side.repeating(() -> backbone.activations(layer, work.batch(), pixels), backbone::close);
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
