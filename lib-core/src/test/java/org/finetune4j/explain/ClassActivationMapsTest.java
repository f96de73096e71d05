package org.finetune4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

/** Against PyTorch's autograd; {@code cam_torch.py} made the numbers. */
class ClassActivationMapsTest {
  private static final int SIDE = 18;

  private final ObjectMapper mapper = new ObjectMapper();
  private final JsonNode reference;
  private final Weights weights;
  private final Image picture;

  ClassActivationMapsTest() throws IOException {
    try (InputStream in = ClassActivationMapsTest.class.getResourceAsStream("cam.json")) {
      reference = mapper.readTree(Objects.requireNonNull(in));
    }
    Weights.Builder builder = Weights.builder();
    for (var tensor : reference.get("weights").properties()) {
      Integer[] shape = mapper.convertValue(tensor.getValue().get("shape"), Integer[].class);
      float[] values = mapper.convertValue(tensor.getValue().get("values"), float[].class);
      builder.put(tensor.getKey(), Tensor.of(values, shape));
    }
    weights = builder.build();
    byte[] rgb = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) reference.get("pixels").get(i).asInt();
    }
    picture = Image.of(SIDE, SIDE, rgb);
  }

  private static NetworkBuilder features() {
    return Network.builder("input", Shape.map(3, SIDE, SIDE))
        .convolution("conv1", 6, Window.of(3).same(), Activation.RELU)
        .maxPool("pool1", Window.of(2).stride(2))
        .convolution("conv2", 8, Window.of(3), false)
        .batchNormalization("bn", 1e-3)
        .relu("features");
  }

  private static Network linear() {
    return features()
        .globalAveragePool("pool")
        .normalization("standardize")
        .dense("linear", 3, Activation.SOFTMAX)
        .build();
  }

  private static NetworkBuilder hidden() {
    return features()
        .globalAveragePool("pool")
        .dropout("dropout", 0.5)
        .dense("hidden", 10, Activation.RELU);
  }

  private ImageClassifier classifier(Network network) {
    int outputs = network.outputShape().elements();
    Labels labels = outputs == 1 ? Labels.of("0", "1") : Labels.of("0", "1", "2");
    return ImageClassifier.of(
        new ClassifierDefinition(
            PixelInput.before(network, Preprocessing.TF),
            Preprocessing.TF,
            labels,
            Provenance.unknown()),
        weights);
  }

  private void compare(Network network, CamMethod method, String name) {
    compare(network, method, "features", name);
  }

  private void compare(Network network, CamMethod method, String layer, String name) {
    float[][][] expected = mapper.convertValue(reference.at("/maps/" + name), float[][][].class);
    ClassActivationMaps maps;
    try (ImageClassifier classifier = classifier(network)) {
      maps = ClassActivationMaps.builder(classifier).layer(layer).method(method).build();
    }
    try (maps) {
      for (int label = 0; label < expected.length; label++) {
        HeatMap map = maps.of(picture, Integer.toString(label));
        assertThat(map.height()).isEqualTo(expected[label].length);
        assertThat(map.width()).isEqualTo(expected[label][0].length);
        float[] values = map.values();
        float largest = largest(expected[label]);
        assertThat(map.largest()).isCloseTo(largest, within(5e-6f * largest));
        for (int i = 0; i < values.length; i++) {
          float value = expected[label][i / map.width()][i % map.width()];
          assertThat(values[i] * map.largest()).isCloseTo(value, within(5e-6f * largest));
        }
      }
    }
  }

  private static float largest(float[][] map) {
    float largest = 0;
    for (float[] row : map) {
      for (float value : row) {
        largest = Math.max(largest, value);
      }
    }
    return largest;
  }

  @Test
  void cam() {
    compare(linear(), CamMethod.CAM, "cam");
  }

  @Test
  void gradCamOfALinearHead() {
    compare(linear(), CamMethod.GRAD_CAM, "grad_cam_linear");
  }

  @Test
  void gradCamOfADeepHead() {
    compare(
        hidden().dense("deep", 3, Activation.SOFTMAX).build(), CamMethod.GRAD_CAM, "grad_cam_deep");
  }

  @Test
  void gradCamOfOneUnitForTwoLabels() {
    compare(
        hidden().dense("unit", 1, Activation.SIGMOID).build(), CamMethod.GRAD_CAM, "grad_cam_unit");
  }

  @Test
  void scoreCam() {
    compare(
        hidden().dense("deep", 3, Activation.SOFTMAX).build(),
        CamMethod.SCORE_CAM,
        "score_cam_deep");
    compare(
        hidden().dense("unit", 1, Activation.SIGMOID).build(),
        CamMethod.SCORE_CAM,
        "score_cam_unit");
  }

  @Test
  void gradCamOfAnEarlierLayer() {
    Network network = hidden().dense("deep", 3, Activation.SOFTMAX).build();
    compare(network, CamMethod.GRAD_CAM, "pool1", "grad_cam_early");
  }

  @Test
  void manyThreadsGiveTheSameMap() {
    try (ImageClassifier classifier =
            classifier(hidden().dense("deep", 3, Activation.SOFTMAX).build());
        ClassActivationMaps maps = ClassActivationMaps.builder(classifier).build()) {
      float[][] serial = new float[3][];
      for (int label = 0; label < 3; label++) {
        serial[label] = maps.of(picture, Integer.toString(label)).values();
      }
      IntStream.range(0, 60)
          .parallel()
          .forEach(
              i ->
                  assertThat(maps.of(picture, Integer.toString(i % 3)).values())
                      .containsExactly(serial[i % 3]));
    }
  }

  @Test
  void refusesWhatHasNoMap() {
    try (ImageClassifier deep = classifier(hidden().dense("deep", 3, Activation.SOFTMAX).build())) {
      ClassActivationMaps.Builder builder = ClassActivationMaps.builder(deep);
      assertThatThrownBy(() -> builder.method(CamMethod.CAM).build())
          .hasMessageContaining("CAM reads the weights of one dense layer")
          .hasMessageContaining("hidden")
          .hasMessageContaining("Use CamMethod.GRAD_CAM or SCORE_CAM.");
      assertThatThrownBy(() -> builder.layer("pool").build())
          .hasMessageContaining("'pool' gives 8. The last one that fits is 'features'.");
      assertThatThrownBy(() -> builder.layer("poll1"))
          .hasMessageContaining("Did you mean 'pool1'?");
      assertThatThrownBy(() -> builder.channels(0))
          .hasMessageContaining("1 channel or more, not 0");
      ClassActivationMaps maps = ClassActivationMaps.builder(deep).build();
      assertThat(maps.layer()).isEqualTo("features");
      assertThatThrownBy(() -> maps.of(picture, "cat")).hasMessageContaining("cat");
      maps.close();
      maps.close();
      assertThatThrownBy(() -> maps.of(picture, "0")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void scoreCamLooksAtTheChannelsThatVaryMost() {
    try (ImageClassifier classifier = classifier(linear());
        ClassActivationMaps all =
            ClassActivationMaps.builder(classifier).method(CamMethod.SCORE_CAM).build();
        ClassActivationMaps more =
            ClassActivationMaps.builder(classifier)
                .method(CamMethod.SCORE_CAM)
                .channels(8)
                .build();
        ClassActivationMaps one =
            ClassActivationMaps.builder(classifier)
                .method(CamMethod.SCORE_CAM)
                .channels(1)
                .build()) {
      assertThat(more.of(picture, "0").values()).containsExactly(all.of(picture, "0").values());
      float[] single = one.of(picture, "0").values();
      Activations activations = Activations.of(classifier, picture, "features");
      float[] map = activations.values("features");
      List<Integer> fits =
          IntStream.range(0, 8).filter(k -> proportional(map, k * 49, single)).boxed().toList();
      assertThat(fits).hasSize(1);
    }
  }

  private static boolean proportional(float[] map, int offset, float[] values) {
    float largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, map[offset + i]);
    }
    for (int i = 0; i < values.length; i++) {
      if (Math.abs(map[offset + i] / largest - values[i]) > 1e-5) {
        return false;
      }
    }
    return true;
  }
}
