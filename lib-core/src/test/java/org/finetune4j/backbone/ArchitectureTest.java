package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.finetune4j.architecture.transformer.VisionTransformer;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Add;
import org.finetune4j.network.Layer;
import org.finetune4j.network.LayerScale;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  private static final ImageSize ODD = new ImageSize(193, 159);

  /** What Keras says about one architecture: a line of the resource {@code architectures.tsv}. */
  record Reference(
      Architecture architecture,
      int layers,
      int layersWithoutTop,
      long parameters,
      long parametersWithoutTop,
      String table,
      String tableWithoutTop) {}

  static Stream<Reference> keras() {
    return resource("architectures.tsv")
        .orElseThrow()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .map(
            cell ->
                new Reference(
                    Architecture.valueOf(cell[0]),
                    Integer.parseInt(cell[1]),
                    Integer.parseInt(cell[2]),
                    Long.parseLong(cell[3]),
                    Long.parseLong(cell[4]),
                    cell[5],
                    cell[6]));
  }

  private static Optional<String> resource(String name) {
    try (InputStream in = ArchitectureTest.class.getResourceAsStream("keras/" + name)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The constant inside Keras's adding layer, and sums written with a plus, are none there. */
  private static List<Layer> kerasLayers(Network network) {
    boolean plus = network.layerNames().stream().anyMatch(name -> name.startsWith("convnext"));
    return network.layers().stream()
        .filter(layer -> !layer.name().endsWith("_scale") || layer instanceof LayerScale)
        .filter(layer -> !(plus && layer instanceof Add))
        .toList();
  }

  private static String table(Network network) {
    StringBuilder table = new StringBuilder();
    for (Layer layer : kerasLayers(network)) {
      long parameters =
          network.tensors(layer.name()).stream().mapToLong(TensorSpec::elements).sum();
      Shape shape = network.shape(layer.name());
      table.append(layer.name() + "\t" + parameters + "\t" + shape + "\n");
    }
    return table.toString();
  }

  private static String sha256(String text) {
    return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
  }

  @ParameterizedTest
  @MethodSource("keras")
  void hasTheLayersOfKeras(Reference keras) {
    Architecture architecture = keras.architecture;
    Network full = architecture.network(architecture.defaultInputSize(), true);
    resource(architecture.name() + ".tsv")
        .ifPresent(table -> assertThat(table(full)).isEqualTo(table));
    assertThat(kerasLayers(full)).hasSize(keras.layers);
    assertThat(full.parameterCount()).isEqualTo(keras.parameters);
    assertThat(sha256(table(full))).isEqualTo(keras.table);
    assertThat(full.outputShape()).isEqualTo(Shape.vector(1000));

    Network trunk = architecture.network(ODD, false);
    assertThat(kerasLayers(trunk)).hasSize(keras.layersWithoutTop);
    assertThat(trunk.parameterCount()).isEqualTo(keras.parametersWithoutTop);
    assertThat(sha256(table(trunk))).as("table at 193x159").isEqualTo(keras.tableWithoutTop);
    assertThat(full.layerNames())
        .startsWith(
            trunk.layerNames().stream()
                .filter(name -> !name.equals("layer_normalization"))
                .toArray(String[]::new));
  }

  @Test
  void comparesAllThatKerasHas() {
    Set<Architecture> compared = EnumSet.noneOf(Architecture.class);
    keras().forEach(it -> compared.add(it.architecture));
    assertThat(EnumSet.complementOf(EnumSet.copyOf(compared)))
        .filteredOn(it -> !isTransformer(it))
        .containsExactlyInAnyOrder(
            Architecture.SQUEEZENET,
            Architecture.ALEXNET,
            Architecture.RESNET18,
            Architecture.RESNET34,
            Architecture.WIDE_RESNET50_2,
            Architecture.WIDE_RESNET101_2,
            Architecture.RESNEXT50_32X4D,
            Architecture.RESNEXT101_32X8D);
  }

  private static boolean isTransformer(Architecture architecture) {
    return architecture.blueprint() instanceof VisionTransformer;
  }

  @ParameterizedTest
  @EnumSource
  void hasThePublishedNumberOfParameters(Architecture architecture) {
    ImageSize size = architecture.defaultInputSize();
    for (boolean top : new boolean[] {true, false}) {
      assertThat(architecture.network(size, top).parameterCount())
          .isEqualTo(architecture.publishedParameters(top));
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsItsMinimumSizeAndNothingSmaller(Architecture architecture) {
    ImageSize minimum = architecture.minimumInputSize();
    assertThat(architecture.network(minimum, false).outputShape().positions()).isPositive();
    assertThatThrownBy(
            () -> architecture.network(new ImageSize(minimum.width() - 1, minimum.height()), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(architecture + " reads images from " + minimum);
  }

  /** Parameter counts that Keras publishes for other widths. */
  @Test
  void comesInOtherWidths() {
    ImageSize size = ImageSize.square(224);
    assertThat(Architecture.MOBILENET.network(size, 0.25, false).parameterCount())
        .isEqualTo(218_544);
    assertThat(Architecture.MOBILENET.network(size, 0.75, false).parameterCount())
        .isEqualTo(1_832_976);
    assertThat(Architecture.MOBILENET_V2.network(size, 0.35, false).parameterCount())
        .isEqualTo(410_208);
    assertThat(Architecture.MOBILENET_V2.network(size, 0.75, false).parameterCount())
        .isEqualTo(1_382_064);
    assertThat(Architecture.MOBILENET_V2.network(size, 1.3, false).parameterCount())
        .isEqualTo(3_766_048);
    assertThat(Architecture.MOBILENET_V2.network(size, 1.4, false).parameterCount())
        .isEqualTo(4_363_712);
    assertThatThrownBy(() -> Architecture.VGG16.network(size, 0.5, false))
        .hasMessageContaining("VGG16 comes in one width, but alpha is 0.5");
    assertThatThrownBy(() -> Architecture.MOBILENET.network(size, 0, false))
        .hasMessageContaining("alpha is above 0, but it is 0.0");
  }
}
