package org.finetune4j.bench;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.RandomBackbone;
import org.finetune4j.bench.Contest.Rival;

/** Frozen networks up to their last feature map. */
final class ForwardContests {
  private ForwardContests() {}

  static List<Contest> all() {
    return List.of(
        forward(Architecture.VGG16, 150, 20, "eager", 1.3, false),
        forward(Architecture.RESNET50, 224, 16, "jit", 1, false),
        forward(Architecture.MOBILENET_V2, 224, 16, "jit", 1.5, false),
        forward(Architecture.EFFICIENTNET_B0, 224, 16, "jit", 1, true),
        forward(Architecture.INCEPTION_V3, 299, 16, "jit", 1, true),
        forward(Architecture.DENSENET121, 224, 16, "jit", 1, true),
        forward(Architecture.CONVNEXT_TINY, 224, 16, "jit", 1, true),
        forward(Architecture.VIT_TINY_16, 224, 16, "jit", 1, true),
        forward(Architecture.VIT_SMALL_16, 224, 16, "jit", 1, true));
  }

  private static Contest forward(
      Architecture architecture,
      int side,
      int batch,
      String mode,
      double factor,
      boolean againstRaw) {
    String name = architecture.name().toLowerCase(Locale.ROOT).replace("_", "");
    List<Rival> rivals = new ArrayList<>();
    if (PythonPeer.isThere()) {
      String rival = mode.equals("jit") ? "PyTorch frozen and fused" : "PyTorch eager";
      rivals.add(
          new Rival(
              rival, new Target.TimesAsFast(factor), () -> PythonPeer.start(name + "-" + mode)));
    }
    if (againstRaw) {
      rivals.add(
          new Rival(
              "raw ONNX Runtime session",
              new Target.TimesAsFast(isRecent(architecture) ? 0.95 : 0.9),
              () -> rawSession(architecture, side, batch)));
    }
    return Contest.of(
        name + "-forward",
        architecture + " forward, " + side + "x" + side + ", batch " + batch,
        () -> ours(architecture, side, batch),
        rivals.toArray(Rival[]::new));
  }

  private static boolean isRecent(Architecture architecture) {
    return architecture.name().startsWith("VIT") || architecture.name().startsWith("CONVNEXT");
  }

  private static Side ours(Architecture architecture, int side, int batch) {
    PretrainedBackbone backbone = RandomBackbone.of(architecture, side);
    FloatBuffer pixels = Pixels.batch(batch, side);
    List<String> layer = List.of(backbone.featureLayer());
    return Side.repeating(() -> backbone.activations(layer, batch, pixels), backbone::close);
  }

  private static Side rawSession(Architecture architecture, int side, int batch)
      throws IOException {
    try (PretrainedBackbone backbone = RandomBackbone.of(architecture, side)) {
      RawSession session = RawSession.of(backbone::exportOnnx);
      FloatBuffer pixels = Pixels.batch(batch, side);
      return Side.repeating(() -> session.run(batch, side, pixels), session::close);
    }
  }
}
