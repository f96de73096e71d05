package org.finetune4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Activation;
import org.finetune4j.network.LearnedTokens;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

/** Grad-CAM of tokens, against PyTorch's autograd; {@code token_cam_torch.py} made the numbers. */
class TokenMapsTest {
  private static final int WIDTH = 24;
  private static final int HEIGHT = 18;

  private final ObjectMapper mapper = new ObjectMapper();
  private final JsonNode reference;

  TokenMapsTest() throws IOException {
    try (InputStream in = TokenMapsTest.class.getResourceAsStream("token_cam.json")) {
      reference = mapper.readTree(Objects.requireNonNull(in));
    }
  }

  private static void block(NetworkBuilder net, String name) {
    String input = net.last();
    net.layerNormalization(name + ".norm", 1e-6).multiHeadAttention(name + ".attention", 2);
    net.add(name + ".sum", input, net.last());
  }

  private ImageClassifier classifier() {
    NetworkBuilder net = Network.builder("input", Shape.map(3, HEIGHT, WIDTH));
    net.layer(new PatchEmbedding("patches", net.last(), 8, 6, true));
    net.classToken("class").positionEmbedding("positions");
    net.layer(new LearnedTokens("registers", net.last(), 2, 1));
    block(net, "one");
    block(net, "two");
    net.layerNormalization("norm", 1e-6);
    net.layer(new TokenPooling("pool", net.last(), TokenPooling.Value.CLASS, 3));
    Network network = net.dense("head", 3, Activation.SOFTMAX).build();
    Weights.Builder weights = Weights.builder();
    for (var tensor : reference.get("weights").properties()) {
      Integer[] shape = mapper.convertValue(tensor.getValue().get("shape"), Integer[].class);
      float[] values = mapper.convertValue(tensor.getValue().get("values"), float[].class);
      weights.put(tensor.getKey(), Tensor.of(values, shape));
    }
    return ImageClassifier.of(
        new ClassifierDefinition(
            PixelInput.before(network, Preprocessing.TF),
            Preprocessing.TF,
            Labels.of("0", "1", "2"),
            Provenance.unknown()),
        weights.build());
  }

  @Test
  void patchesOfATransformerAreAMap() {
    byte[] rgb = rgb();
    float[][][] expected = mapper.convertValue(reference.get("maps"), float[][][].class);
    try (ImageClassifier classifier = classifier();
        ClassActivationMaps maps = ClassActivationMaps.builder(classifier).build()) {
      assertThat(maps.layer()).isEqualTo("one.sum");
      for (int label = 0; label < 3; label++) {
        HeatMap map = maps.of(Image.of(WIDTH, HEIGHT, rgb), Integer.toString(label));
        assertThat(map.width()).isEqualTo(4);
        assertThat(map.height()).isEqualTo(3);
        for (int i = 0; i < 12; i++) {
          assertThat(map.values()[i] * map.largest())
              .isCloseTo(expected[label][i / 4][i % 4], within(1e-5f));
        }
      }
    }
  }

  private byte[] rgb() {
    byte[] rgb = new byte[3 * WIDTH * HEIGHT];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) reference.get("pixels").get(i).asInt();
    }
    return rgb;
  }

  @Test
  void otherMethodsAndLayersAreRefused() {
    try (ImageClassifier classifier = classifier()) {
      ClassActivationMaps.Builder builder = ClassActivationMaps.builder(classifier);
      assertThatThrownBy(() -> builder.method(CamMethod.SCORE_CAM).build())
          .hasMessageContaining("layer 'one.sum' gives tokens. Use CamMethod.GRAD_CAM.");
      assertThatThrownBy(() -> builder.method(CamMethod.CAM).build())
          .hasMessageContaining("CAM reads the weights of one dense layer");
      assertThatThrownBy(() -> builder.method(CamMethod.GRAD_CAM).layer("two.norm").build())
          .hasMessageContaining("The last one that fits is 'one.sum'");
    }
  }
}
