package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network and a safetensors file of one's own. */
class NetworkWeightsTest {
  @TempDir private Path folder;

  private static final Network NETWORK =
      Network.builder(Shape.map(3, 4, 4))
          .convolution("conv", 2, 1)
          .flatten("flat")
          .dense("out", 2)
          .build();

  /** A header and numbers that count up from 0. */
  private Path file(String header, int numbers) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
    out.write(json);
    ByteBuffer values = ByteBuffer.allocate(numbers * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < numbers; i++) {
      values.putFloat(i);
    }
    out.write(values.array());
    Path file = folder.resolve("mine.safetensors");
    Files.write(file, out.toByteArray());
    return file;
  }

  private Path torch(String first) throws IOException {
    return torch(first, "fc");
  }

  private Path torch(String first, String last) throws IOException {
    return file(
        ("{'@.weight':{'dtype':'F32','shape':[2,3,1,1],'data_offsets':[0,24]},"
                + "'@.bias':{'dtype':'F32','shape':[2],'data_offsets':[24,32]},"
                + "'#.weight':{'dtype':'F32','shape':[2,32],'data_offsets':[32,288]},"
                + "'#.bias':{'dtype':'F32','shape':[2],'data_offsets':[288,296]}}")
            .replace('\'', '"')
            .replace("@", first)
            .replace("#", last),
        74);
  }

  @Test
  void namesOfTheFileAreTranslated() throws IOException {
    Weights weights =
        NetworkWeights.read(
            NETWORK, Map.of("features.0", "conv", "fc", "out"), torch("features.0"));

    assertThat(weights.get("conv/kernel").toArray()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(weights.get("conv/bias").toArray()).containsExactly(6, 7);
    assertThat(weights.get("out/kernel").shape()).containsExactly(32, 2);
    // PyTorch stores [outputs, inputs].
    assertThat(weights.get("out/kernel").toArray()).startsWith(8, 40, 9, 41);
    assertThat(weights.get("out/bias").toArray()).containsExactly(72, 73);
  }

  @Test
  void whatAllNamesBeginWithIsLeftOut() throws IOException {
    Network swapped =
        Network.builder(Shape.map(3, 4, 4)).convolution("b", 3, 1).convolution("a", 3, 1).build();
    Path file =
        file(
            ("{'_orig_mod.module.a.weight':{'dtype':'F32','shape':[3,3,1,1],'data_offsets':[0,36]},"
                    + "'_orig_mod.module.a.bias':{'dtype':'F32','shape':[3],'data_offsets':[36,48]},"
                    + "'_orig_mod.module.x.weight':{'dtype':'F32','shape':[3,3,1,1],'data_offsets':[48,84]},"
                    + "'_orig_mod.module.x.bias':{'dtype':'F32','shape':[3],'data_offsets':[84,96]}}")
                .replace('\'', '"'),
            24);

    Weights weights = NetworkWeights.read(swapped, Map.of("x", "b"), file);

    assertThat(weights.get("a/bias").toArray()).containsExactly(9, 10, 11);
    assertThat(weights.get("b/bias").toArray()).containsExactly(21, 22, 23);
  }

  @Test
  void namesThatAreKnownWithTheirBeginningKeepIt() throws IOException {
    Map<String, String> names = Map.of("model.conv", "conv", "model.fc", "out");
    Weights weights = NetworkWeights.read(NETWORK, names, torch("model.conv", "model.fc"));
    assertThat(weights.get("out/bias").toArray()).containsExactly(72, 73);
  }

  @Test
  void namesThatAreNoLayersAreToldAtOnce() throws IOException {
    Path file = torch("conv");
    assertThatThrownBy(() -> NetworkWeights.read(NETWORK, Map.of("conv", "convv"), file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unknown layer 'convv'. Did you mean 'conv'?");
  }

  @Test
  void tensorsOfLayersThatAreNotThereAreNamed() throws IOException {
    Network smaller =
        Network.builder(Shape.map(3, 4, 4)).convolution("conv", 2, 1).flatten("flat").build();
    assertThatThrownBy(() -> NetworkWeights.read(smaller, torch("conv")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("layers that the network does not have: 'fc'")
        .hasMessageContaining("must be left out of the file");
  }

  @Test
  void namesOfAnotherArchitectureAreNamed() throws IOException {
    Network deeper =
        Network.builder(Shape.map(3, 4, 4))
            .convolution("one", 2, 1)
            .convolution("two", 2, 1)
            .convolution("three", 2, 1)
            .build();
    assertThatThrownBy(() -> NetworkWeights.read(deeper, torch("stem")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("; the network does not know 'stem', 'fc'")
        .hasMessageContaining("is it the file of another architecture?");
  }

  @Test
  void aTensorOfAnotherShapeIsNamed() throws IOException {
    Network other =
        Network.builder(Shape.map(3, 4, 4))
            .convolution("conv", 4, 1)
            .flatten("flat")
            .dense("fc", 2)
            .build();
    assertThatThrownBy(() -> NetworkWeights.read(other, torch("conv")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("conv");
  }
}
