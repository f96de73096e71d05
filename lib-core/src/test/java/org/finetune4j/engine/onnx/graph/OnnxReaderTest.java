package org.finetune4j.engine.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

class OnnxReaderTest {
  private static final Network NETWORK = network(Window.of(3).same());
  private static final Weights WEIGHTS = RandomWeights.of(NETWORK, 1);
  private static final byte[] FILE = file(NETWORK, WEIGHTS);

  private static Network network(Window window) {
    NetworkBuilder network = Network.builder("x", Shape.map(3, 8, 8)).rescale("scale", 0.5, -1);
    network.layer(new Normalization("normalization", "scale", true));
    network.convolution("conv", 4, window, Activation.RELU6).batchNormalization("bn", 1e-3);
    return network.globalAveragePool("pool").dense("top", 2, Activation.SOFTMAX).build();
  }

  private static byte[] file(Network network, Weights weights) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      OnnxWriter.write(network, weights, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readsWhatTheWriterWrote() throws IOException {
    assertThat(FILE).hasSize((int) OnnxWriter.size(NETWORK));
    assertThat(OnnxReader.read(ByteBuffer.wrap(FILE), NETWORK)).isEqualTo(WEIGHTS);
    ByteBuffer inside = ByteBuffer.allocateDirect(FILE.length + 20).position(7);
    inside.put(FILE).flip().position(7);
    assertThat(OnnxReader.read(inside.asReadOnlyBuffer(), NETWORK)).isEqualTo(WEIGHTS);
  }

  @Test
  void acceptsOtherValuesOfWeightsButNoOtherByte() throws IOException {
    int values = (int) NETWORK.parameterCount() * Float.BYTES;
    int accepted = 0;
    for (int i = 0; i < FILE.length; i++) {
      byte[] changed = FILE.clone();
      changed[i] ^= (byte) (1 << i % 8);
      try {
        Weights weights = OnnxReader.read(ByteBuffer.wrap(changed), NETWORK);
        assertThat(weights).isNotEqualTo(WEIGHTS);
        assertThat(weights.names()).isEqualTo(WEIGHTS.names());
        accepted++;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("byte " + i + ", in ");
      }
    }
    assertThat(accepted).isEqualTo(values);
  }

  @Test
  void refusesEveryCutAndAddition() {
    long weights = NETWORK.parameterCount() * Float.BYTES;
    for (int length = 0; length < FILE.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(FILE, 0, length);
      String reason = length < weights ? "it has %d bytes, fewer" : "it ends after %d bytes, in ";
      assertThatThrownBy(() -> OnnxReader.read(cut, NETWORK))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(reason.formatted(length));
    }
    ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(FILE, FILE.length + 3));
    assertThatThrownBy(() -> OnnxReader.read(longer, NETWORK))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it goes on for 3 bytes behind the model's end");
  }

  @Test
  void refusesTheFileOfAnotherNetwork() {
    Network other = network(Window.of(3).stride(2).same());
    assertThatThrownBy(() -> OnnxReader.read(ByteBuffer.wrap(FILE), other))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Not the ONNX file of this network: byte ")
        .hasMessageContaining("in node 'conv', differs")
        .hasMessageEndingWith("save it again with this version.");
  }

  @Test
  void refusesAFileWhoseWeightsLieElsewhere() {
    byte[] file = OnnxLayout.withoutWeights(OnnxEmitter.emit(NETWORK));
    assertThatThrownBy(() -> OnnxReader.read(ByteBuffer.wrap(file), NETWORK))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Not the ONNX file of this network: ");
  }

  /** Pieces moved, doubled, left out and overwritten. */
  @Test
  void refusesMutationsOfMorePieces() {
    Random random = new Random(1);
    int mutations = Boolean.getBoolean("finetune4j.thorough") ? 100_000 : 2_000;
    for (int k = 0; k < mutations; k++) {
      byte[] mutated = mutate(random);
      assertThatCode(
              () -> {
                try {
                  Weights weights = OnnxReader.read(ByteBuffer.wrap(mutated), NETWORK);
                  assertThat(file(NETWORK, weights)).isEqualTo(mutated);
                } catch (IOException e) {
                  assertThat(e).hasMessageStartingWith("Not the ONNX file of this network: ");
                }
              })
          .doesNotThrowAnyException();
    }
  }

  private static byte[] mutate(Random random) {
    int from = random.nextInt(FILE.length);
    int to = from + random.nextInt(FILE.length - from);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(FILE, 0, from);
    switch (random.nextInt(4)) {
      case 0 -> {
        byte[] noise = new byte[to - from];
        random.nextBytes(noise);
        out.writeBytes(noise);
      }
      case 1 -> out.write(FILE, 0, to);
      case 2 -> out.write(FILE, from, to - from);
      default -> {} // left out
    }
    out.write(FILE, to, FILE.length - to);
    return out.toByteArray();
  }

  @Test
  void networksThatNeedMoreThanTheFileHoldsAreRefusedBeforeAnythingIsMade() {
    Network large = Network.builder("x", Shape.vector(60_000)).dense("d", 60_000).build();
    Network overflow =
        Network.builder("x", Shape.map(Integer.MAX_VALUE, 1, 1))
            .convolution("c", Integer.MAX_VALUE, Window.of(40_000).same())
            .globalAveragePool()
            .build();
    for (Network network : new Network[] {large, overflow}) {
      assertThatThrownBy(() -> OnnxReader.read(ByteBuffer.wrap(FILE), network))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("fewer than the weights of the network need");
      assertThatThrownBy(() -> OnnxWriter.size(network))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("An ONNX file holds up to 2 GB of weights, but the network of ");
    }
  }

  @Test
  void namesThatOnnxCannotHoldAreRefused() {
    Network twice =
        Network.builder("x", Shape.vector(2))
            .dense("a/linear", 2)
            .dense("a", 2, Activation.RELU)
            .build();
    assertThatThrownBy(() -> OnnxWriter.size(twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Two values of the ONNX graph would be named 'a/linear'.");
    for (String name : new String[] {"", "nul\0", "\ud83d\ude00"}) {
      Network odd = Network.builder("x", Shape.vector(2)).dense(name, 2).build();
      assertThatThrownBy(() -> OnnxWriter.size(odd))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("An ONNX graph cannot name a value '" + name);
    }
    Network umlaut = Network.builder("x", Shape.vector(2)).dense("größe", 2).build();
    assertThat(OnnxWriter.size(umlaut)).isPositive();
  }
}
