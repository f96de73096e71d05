package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.finetune4j.backbone.verify.VerificationPicture;
import org.finetune4j.network.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a backbone tells about itself, on three small blocks. */
class PretrainedBackboneTest {
  private final PretrainedBackbone backbone = TinyBackbone.of(1);

  @AfterEach
  void close() {
    backbone.close();
  }

  @Test
  void layersWithShapesAndParameters() {
    assertThat(backbone.layers())
        .extracting(LayerInfo::name)
        .containsExactlyElementsOf(backbone.network().layerNames());
    assertThat(backbone.layers())
        .contains(
            new LayerInfo("block1_conv", "Convolution", Shape.map(8, 16, 16), 224, 224),
            new LayerInfo("block2_0_bn", "BatchNormalization", Shape.map(12, 8, 8), 48, 24),
            new LayerInfo("block2_add", "Add", Shape.map(12, 8, 8), 0, 0));
    assertThat(backbone.layers().stream().mapToLong(LayerInfo::parameters).sum())
        .isEqualTo(backbone.network().parameterCount());
  }

  @Test
  void summarySaysWhatTrains() {
    assertThat(backbone.summary())
        .startsWith("TINY")
        .containsPattern("block1_conv +Convolution +8x16x16 +224 +yes");
    String frozen = backbone.summary(layer -> layer.startsWith("block3"));
    assertThat(frozen)
        .containsPattern("block1_conv +Convolution +8x16x16 +224 +no")
        .containsPattern("block3_conv +Convolution +16x4x4 +1,744 +yes")
        .contains("Parameters: 3,112 (trainable 1,776, fixed 1,336)");
  }

  @Test
  void freezePointsLieOutsideTheBranches() {
    assertThat(backbone.freezePoints())
        .containsExactly(
            "block1_conv",
            "max_pooling2d",
            "block2_1_conv", // the fork: both branches lie behind it
            "block3_conv",
            "block3_bn",
            "block3_out");
  }

  @Test
  void findsLayersByOldNamesAndSuggestsNearOnes() {
    assertThat(backbone.resolve("block3_bn")).isEqualTo("block3_bn");
    assertThat(backbone.resolve("old_conv")).isEqualTo("block3_conv");
    assertThatThrownBy(() -> backbone.resolve("block3_cnov"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unknown layer 'block3_cnov' in TINY. Did you mean 'block3_conv'?")
        .hasMessageContaining(
            "Layers that can be unfrozen: block1_conv, max_pooling2d, block2_1_conv,");
  }

  /** While some run it, others give its memory back. */
  @Test
  void whatWasGivenBackRunsAgain() {
    FloatBuffer pixels = VerificationPicture.pixels(backbone.inputSize());
    float[] expected = backbone.activations(List.of("block3_out"), 1, pixels.duplicate())[0];
    assertThat(IntStream.range(0, 60).parallel())
        .allSatisfy(
            i -> {
              if (i % 3 == 0) {
                backbone.keepReady(Set.of());
              }
              assertThat(backbone.activations(List.of("block3_out"), 1, pixels.duplicate())[0])
                  .containsExactly(expected);
            });
    backbone.close();
    backbone.keepReady(Set.of());
    assertThatThrownBy(() -> backbone.activations(List.of("block3_out"), 1, pixels))
        .hasMessageContaining("closed");
  }

  @Test
  void theExportedFileComputesTheSame(@TempDir Path folder) throws IOException, OrtException {
    Path file = folder.resolve("tiny.onnx");
    backbone.exportOnnx(file);
    FloatBuffer pixels = VerificationPicture.pixels(backbone.inputSize());
    float[] expected = backbone.activations(List.of("block3_out"), 1, pixels.duplicate())[0];
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input = OnnxTensor.createTensor(environment, pixels, new long[] {1, 3, 16, 16});
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), input))) {
      assertThat(((OnnxTensor) result.get(0)).getFloatBuffer().array())
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(expected);
    }
  }

  @Test
  void figures(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tiny.svg");
    backbone.figure(file);
    assertThat(Files.readString(file))
        .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"")
        .contains(">TINY, 3x16x16 -&gt; 16x4x4</text>")
        .contains(">block2_1_relu <");
    assertThat(backbone.dot())
        .startsWith("digraph \"TINY\" {")
        .contains("\"block2_0_bn\" -> \"block2_add\" [label=\"12x8x8\"];");
  }
}
