package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.finetune4j.backbone.OnnxBackboneBuilder.Layout;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.NetworkBudget;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of {@code onnx_files.py}, with what PyTorch computes in float64. */
class OnnxBackboneTest {
  private static final int SAMPLES = 2;
  private static final int SIDE = 32;

  @TempDir private Path folder;

  static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(OnnxBackboneTest.class.getResource("onnx/" + name + ".onnx"))
              .toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode expected() {
    try (InputStream json = OnnxBackboneTest.class.getResourceAsStream("onnx/expected.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pictures of the script. */
  static FloatBuffer pixels(int samples) {
    float[] pixels = new float[samples * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (i * 7919L + i / 101) % 256;
    }
    return FloatBuffer.wrap(pixels);
  }

  static OnnxBackboneBuilder builder(String name) {
    OnnxBackboneBuilder builder = PretrainedBackbone.fromOnnx(file(name), Preprocessing.TF);
    if (name.startsWith("hf")) {
      builder.feature("last_hidden_state");
    }
    return name.equals("lrn") ? builder.inputSize(SIDE, SIDE) : builder;
  }

  static Stream<String> files() {
    return expected().properties().stream().map(entry -> entry.getKey());
  }

  @ParameterizedTest
  @MethodSource("files")
  void computesWhatTheFileComputes(String name) throws IOException {
    JsonNode expected = expected().path(name);
    try (PretrainedBackbone backbone = builder(name).build()) {
      Shape shape = backbone.network().outputShape();
      float[] features =
          backbone.activations(List.of(backbone.featureLayer()), SAMPLES, pixels(SAMPLES))[0];

      assertThat(shape.dimensions()).isEqualTo(dimensions(expected));
      assertThat(FrozenGraph.in(backbone.network()).isPresent()).isEqualTo(name.equals("lrn"));
      assertClose(features, expected.path("values"));
    }
  }

  private static List<Integer> dimensions(JsonNode expected) {
    return Stream.iterate(0, i -> i < expected.path("shape").size(), i -> i + 1)
        .map(i -> expected.path("shape").get(i).asInt())
        .toList();
  }

  static void assertClose(float[] actual, JsonNode expected) {
    assertThat(actual).hasSize(expected.size());
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(expected.get(i).asDouble()));
      worst = Math.max(worst, Math.abs(actual[i] - expected.get(i).asDouble()));
    }
    assertThat(worst / largest).isLessThan(1e-5);
  }

  @Test
  void anInnerValueIsTheFeature() throws IOException {
    try (PretrainedBackbone backbone = builder("like_tf2onnx").feature("map").build()) {
      assertThat(backbone.network().outputShape()).isEqualTo(Shape.map(8, 8, 8));
    }
  }

  @Test
  void anOperatorWithoutCounterpartKeepsItFrozen() throws IOException {
    try (PretrainedBackbone backbone = builder("lrn").build()) {
      assertThat(FrozenGraph.in(backbone.network())).isPresent();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "custom_domain | FusedConv 'fused' is an operator of 'com.microsoft', but only ONNX's own"
            + " are read: export the model without ONNX Runtime's optimisations",
        "subgraph | If 'choice' runs graphs inside of it, which is not read here",
        "opset_22 | it has operator set 22, read are 9 to 21: export it with opset_version=17",
        "integer_input | the input 'x' uint8 [?, 3, 32, 32] reads no float32",
        "gray | the input 'x' float32 [?, 1, 32, 32] has no dimension of three channels, but"
            + " pictures are RGB: export a model that reads three",
        "no_shape | the input 'x' float32 [] has 0 dimensions, but pictures have four: [n, 3,"
            + " height, width] or [n, height, width, 3]. Export it with a shape of four, or name an"
            + " input that has: input(name)",
        "not_finite | its features are NaN or infinite on a picture, for 'w' holds NaN or infinity:"
            + " export the model again",
        "float8 | tensor 'w' holds type 17, but weights are float32, float16, bfloat16 or float64"
            + " here",
        "eight_bits | Conv 'y': it multiplies float32 with 'w' of int8, which are no weights"
            + " without their scale: export the model in float32",
        "unknown_operator | NonZero 'y': this operator is not known here",
        "unsupported | PartitionedCall 'inner' has an attribute that is no text (a name is no"
            + " UTF-8)",
        "external_above | tensor 'w' lies in '../external.data': numbers are read from files in the"
            + " model's folder only",
        "external_absolute | tensor 'w' lies in '/etc/passwd': numbers are read from files in the"
            + " model's folder only",
      })
  void refusesWhatItDoesNotTrustOrKnow(String name, String why) {
    assertThatThrownBy(() -> builder(name).build())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatStandsInFrontOfAnUnknownOperatorIsOffered() throws IOException {
    assertThatThrownBy(() -> builder("unknown_operator").build())
        .hasMessageContaining("name it: feature(name)");
    try (PretrainedBackbone backbone = builder("unknown_operator").feature("c").build()) {
      assertThat(backbone.network().outputShape()).isEqualTo(Shape.map(4, 30, 30));
    }
  }

  @Test
  void asksWhatTheFileLeavesOpen() {
    assertThatThrownBy(() -> builder("two_inputs").build())
        .hasMessageContaining("has several outputs: ['y' float32 [?, 4, 30, 30], 'z'")
        .hasMessageContaining("feature(name)");
    assertThatThrownBy(() -> builder("two_inputs").feature("y").build())
        .hasMessageContaining("has several inputs: ['x' float32 [?, 3, 32, 32], 'other'")
        .hasMessageContaining("input(name)");
    assertThatThrownBy(() -> builder("two_inputs").input("x").feature("z").build())
        .hasMessageContaining("the feature 'z' depends on a second input, 'other'");
    assertThatThrownBy(() -> builder("two_inputs").input("y").feature("z").build())
        .hasMessageContaining("has no input 'y'");
    assertThatThrownBy(() -> builder("two_inputs").input("x").feature("w").build())
        .hasMessageContaining("makes no value 'w'");
    assertThatThrownBy(() -> builder("free_axes").build())
        .hasMessageContaining("does not say where its three channels stand")
        .hasMessageContaining("layout(CHANNELS_FIRST)");
    assertThatThrownBy(() -> builder("free_axes").layout(Layout.CHANNELS_FIRST).build())
        .hasMessageContaining("takes pictures of any size")
        .hasMessageContaining("inputSize(width, height)");
    assertThatThrownBy(() -> builder("conv_20").inputSize(64, 64).build())
        .hasMessageContaining("reads pictures of 32x32 (width x height) only, not 64x64");
    assertThatThrownBy(() -> builder("conv_20").layout(Layout.CHANNELS_LAST).build())
        .hasMessageContaining("Is its layout CHANNELS_FIRST?");
  }

  @Test
  void aSecondInputThatTheFeatureDoesNotReadIsNoMatter() throws IOException {
    try (PretrainedBackbone backbone = builder("two_inputs").input("x").feature("y").build()) {
      assertThat(backbone.network().outputShape()).isEqualTo(Shape.map(4, 30, 30));
    }
  }

  @Test
  void freeAxesTakeTheSizeThatIsSaid() throws IOException {
    try (PretrainedBackbone backbone =
        builder("free_axes").layout(Layout.CHANNELS_FIRST).inputSize(40, 20).build()) {
      assertThat(backbone.network().outputShape()).isEqualTo(Shape.map(4, 18, 38));
    }
  }

  @Test
  void asksForNoMoreThanTheBudget() {
    assertThatThrownBy(() -> builder("huge").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("activations held at once");
    assertThatThrownBy(
            () -> builder("conv_20").budget(NetworkBudget.standard().operations(1000)).build())
        .hasMessageContaining("operations for one picture");
  }

  @Test
  void numbersLieBesideTheFile() throws IOException {
    try (PretrainedBackbone backbone = builder("external").build()) {
      assertThat(backbone.network().outputShape()).isEqualTo(Shape.map(4, 30, 30));
    }
    Path alone = folder.resolve("alone.onnx");
    Files.copy(file("external"), alone);
    assertThatThrownBy(() -> PretrainedBackbone.fromOnnx(alone, Preprocessing.TF).build())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tensor 'w' lies in 'external.data', which is not in")
        .hasMessageContaining("copy that file too");
    Path data = folder.resolve("external.data");
    Files.write(data, new byte[100]);
    assertThatThrownBy(() -> PretrainedBackbone.fromOnnx(alone, Preprocessing.TF).build())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'external.data', which has 100");
    Files.delete(data);
    Files.createSymbolicLink(data, file("external").resolveSibling("external.data"));
    assertThatThrownBy(() -> PretrainedBackbone.fromOnnx(alone, Preprocessing.TF).build())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not through links");
  }

  /** Whatever somebody does to a file, it is refused with an exception that says so. */
  @Test
  void damagedFilesAreRefusedOrHarmless() throws IOException {
    byte[] whole = Files.readAllBytes(file("conv_13"));
    Path damaged = folder.resolve("damaged.onnx");
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bytes = whole.clone();
      int at = (int) (i * 7919L % (i % 2 == 0 ? 4000 : bytes.length));
      bytes[at] = (byte) (bytes[at] ^ (1 << i % 8));
      Files.write(damaged, i % 5 == 0 ? java.util.Arrays.copyOf(bytes, at) : bytes);
      try (PretrainedBackbone backbone =
          PretrainedBackbone.fromOnnx(damaged, Preprocessing.TF).build()) {
        backbone.activations(List.of(backbone.featureLayer()), 1, pixels(1));
      } catch (IOException | IllegalArgumentException | IllegalStateException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(60);
  }
}
