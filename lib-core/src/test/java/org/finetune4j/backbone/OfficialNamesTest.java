package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;
import org.finetune4j.weights.format.WeightFile;
import org.finetune4j.weights.format.WeightLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keras's official files hold names that its models no longer have. Each kind of file: layers and
 * tensors under the names of then, in today's order; every tensor must come to its place.
 */
class OfficialNamesTest {
  private static final Pattern BLOCK =
      Pattern.compile("(?:expanded_conv|block_(\\d+))_(expand|depthwise|project)(_BN)?");

  /** Counts layers by kind, as Keras did for layers without a name. */
  private final Map<String, Integer> numbers = new HashMap<>();

  private String numbered(String kind) {
    return kind + "_" + numbers.merge(kind, 1, Integer::sum);
  }

  /** Writes today's layers under other names, and their tensors under others still. */
  private static WeightFile file(
      Network network,
      Weights weights,
      UnaryOperator<String> layerName,
      BinaryOperator<String> tensorName) {
    List<StoredLayer> layers = new ArrayList<>();
    for (StoredLayer layer : KerasFile.layers(network, weights)) {
      String name = layerName.apply(layer.name());
      layers.add(
          new StoredLayer(
              name,
              layer.tensors().stream()
                  .map(it -> new StoredTensor(tensorName.apply(name, it.role()), it.tensor()))
                  .toList()));
    }
    return new WeightFile(WeightLayout.KERAS, layers, Optional.empty());
  }

  private static String scoped(String layer, String role) {
    return layer + "/" + role + ":0";
  }

  private static void assertFits(
      Architecture architecture,
      double alpha,
      boolean top,
      UnaryOperator<String> layerName,
      BinaryOperator<String> tensorName)
      throws IOException {
    ImageSize size = architecture.defaultInputSize();
    Network network = architecture.network(size, alpha, top);
    Weights weights = RandomWeights.of(network, 1);
    WeightFile file = file(network, weights, layerName, tensorName);
    assertThat(
            new WeightFitting(architecture, size, alpha, top).fit("'official.h5'", file).weights())
        .isEqualTo(weights);
  }

  /** 2016: no scopes, a number behind the role. */
  @Test
  void vgg() throws IOException {
    assertFits(
        Architecture.VGG16,
        1,
        false,
        UnaryOperator.identity(),
        (layer, role) -> layer + (role.equals("kernel") ? "_W_1:0" : "_b_1:0"));
  }

  /** 2016: numbered by class; what is called running_std is the variance. */
  @Test
  void xception() throws IOException {
    Map<String, String> roles =
        Map.of(
            "kernel",
            "W",
            "bias",
            "b",
            "moving_mean",
            "running_mean",
            "moving_variance",
            "running_std");
    Network network = Architecture.XCEPTION.network(ImageSize.square(299), true);
    assertFits(
        Architecture.XCEPTION,
        1,
        true,
        layer -> numbered(kerasOneClass(network.layer(layer))),
        (layer, role) -> layer + "_" + roles.getOrDefault(role, role) + ":0");
  }

  private static String kerasOneClass(Layer layer) {
    if (layer instanceof SeparableConvolution) {
      return "separableconvolution2d";
    }
    return layer instanceof Convolution
        ? "convolution2d"
        : layer instanceof Dense ? "dense" : "batchnormalization";
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mobileNetV2(boolean top) throws IOException {
    assertFits(
        Architecture.MOBILENET_V2, 0.35, top, OfficialNamesTest::before, OfficialNamesTest::scoped);
  }

  /** {@code block_1_expand_BN} was {@code bn1_conv_1_bn_expand}. */
  private static String before(String layer) {
    Matcher block = BLOCK.matcher(layer);
    if (!block.matches()) {
      return layer.equals("predictions") ? "Logits" : layer;
    }
    String number = block.group(1) == null ? "0" : block.group(1);
    return block.group(3) == null
        ? "mobl" + number + "_conv_" + number + "_" + block.group(2)
        : "bn" + number + "_conv_" + number + "_bn_" + block.group(2);
  }

  /** Slashes in a name are nested groups in the file. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void denseNet(boolean top) throws IOException {
    Map<String, String> names =
        Map.of("conv1_conv", "conv1/conv", "conv1_bn", "conv1/bn", "predictions", "fc1000");
    assertFits(
        Architecture.DENSENET121,
        1,
        top,
        layer -> names.getOrDefault(layer, layer),
        OfficialNamesTest::scoped);
  }

  /** Numbered in the order of creation, from a number that another session left. */
  @ParameterizedTest
  @ValueSource(ints = {1, 95})
  void inceptionV3(int first) throws IOException {
    numbers.put("conv2d", first - 1);
    numbers.put("batch_normalization", first - 1);
    assertFits(
        Architecture.INCEPTION_V3,
        1,
        false,
        layer -> numbered(layer.startsWith("conv") ? "conv2d" : "batch_normalization"),
        OfficialNamesTest::scoped);
  }

  /** TF-slim's names. */
  @Test
  @EnabledIfSystemProperty(named = "finetune4j.thorough", matches = "true")
  void inceptionResNetV2() throws IOException {
    Network network = Architecture.INCEPTION_RESNET_V2.network(ImageSize.square(299), true);
    assertFits(
        Architecture.INCEPTION_RESNET_V2,
        1,
        true,
        layer ->
            network.layer(layer) instanceof BatchNormalization
                ? numbered("Block35_1_Branch_0_Conv2d_1x1_BatchNorm")
                : layer.equals("predictions") ? "Logits" : numbered("Block35_1_Branch_0_Conv2d"),
        OfficialNamesTest::scoped);
  }
}
