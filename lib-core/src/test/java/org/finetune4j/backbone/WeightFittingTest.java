package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.finetune4j.architecture.ResNet;
import org.finetune4j.backbone.WeightFitting.Fitted;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;
import org.finetune4j.weights.format.WeightFile;
import org.finetune4j.weights.format.WeightLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightFittingTest {
  private static final String HUGGING_FACE = "(resnet\\.)?(embedder|encoder)\\..*";

  private static final ImageSize ODD = new ImageSize(77, 93);

  private static Network network(Architecture architecture, double alpha, boolean top) {
    return architecture.network(architecture.defaultInputSize(), alpha, top);
  }

  private static Fitted fit(Architecture architecture, double alpha, boolean top, WeightFile file)
      throws IOException {
    ImageSize size = top ? architecture.defaultInputSize() : ODD;
    return new WeightFitting(architecture, size, alpha, top).fit("'w.h5'", file);
  }

  private static WeightFile renamed(WeightFile file, UnaryOperator<String> name) {
    return changed(
        file,
        layers -> layers.replaceAll(it -> new StoredLayer(name.apply(it.name()), it.tensors())));
  }

  private static WeightFile changed(
      WeightFile file, java.util.function.Consumer<List<StoredLayer>> change) {
    List<StoredLayer> layers = new ArrayList<>(file.layers());
    change.accept(layers);
    return new WeightFile(file.layout(), layers, file.config());
  }

  @ParameterizedTest
  @EnumSource(names = {"MOBILENET", "MOBILENET_V2", "MOBILENET_V3_SMALL", "MOBILENET_V3_LARGE"})
  void findsEveryTensorByNameAndByPosition(Architecture architecture) throws IOException {
    Network full = network(architecture, 0.25, true);
    Weights weights = RandomWeights.of(full, 1);
    WeightFile file = KerasFile.of(full, weights);
    assertThat(fit(architecture, 0.25, true, file).weights()).isEqualTo(weights);
    int[] number = {0};
    WeightFile unknown = renamed(file, name -> "layer_" + number[0]++);
    assertThat(fit(architecture, 0.25, true, unknown).weights()).isEqualTo(weights);

    Network trunk = architecture.network(ODD, 0.25, false);
    Weights trunkWeights = weights.filter(name -> trunk.contains(name.split("/", 2)[0]));
    assertThat(fit(architecture, 0.25, false, file).weights()).isEqualTo(trunkWeights);
    assertThat(fit(architecture, 0.25, false, file).network()).isEqualTo(trunk);
    WeightFile notop = KerasFile.of(trunk, trunkWeights);
    assertThat(fit(architecture, 0.25, false, notop).weights()).isEqualTo(trunkWeights);
    assertThatThrownBy(() -> fit(architecture, 0.25, true, notop))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it has no classifier");
  }

  @Test
  void fitsSlashedNamesOfSqueezeNet() throws IOException {
    Network full = network(Architecture.SQUEEZENET, 1, true);
    Weights weights = RandomWeights.of(full, 2);
    assertThat(fit(Architecture.SQUEEZENET, 1, true, KerasFile.of(full, weights)).weights())
        .isEqualTo(weights);
  }

  @Test
  void leavesNamesAsideThatAreOnlyNumbers() throws IOException {
    // Keras 2 numbered Inception's layers from 1, so that 93 of 94 names are there, one place off.
    Network trunk = network(Architecture.INCEPTION_V3, 1, false);
    Weights weights = RandomWeights.of(trunk, 3);
    WeightFile file = renamed(KerasFile.of(trunk, weights), WeightFittingTest::nextNumber);
    assertThat(
            new WeightFitting(Architecture.INCEPTION_V3, ImageSize.square(75), 1, false)
                .fit("'w.h5'", file)
                .weights())
        .isEqualTo(weights);
  }

  private static String nextNumber(String name) {
    int at = name.lastIndexOf('_');
    boolean numbered = at > 0 && Character.isDigit(name.charAt(at + 1));
    return numbered
        ? name.substring(0, at + 1) + (Integer.parseInt(name.substring(at + 1)) + 1)
        : name + "_1";
  }

  @Test
  void refusesWhatDoesNotFit() {
    Network trunk = network(Architecture.MOBILENET, 0.25, false);
    WeightFile file = KerasFile.of(trunk, RandomWeights.of(trunk, 4));
    assertThatThrownBy(
            () -> fit(Architecture.MOBILENET, 0.25, false, changed(file, it -> it.remove(7))))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Weight file 'w.h5' does not fit MOBILENET: weights are missing for 'conv_dw_2_bn' (is"
                + " it truncated?).");
    assertThatThrownBy(() -> fit(Architecture.MOBILENET, 0.5, false, file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("layer 'conv1' needs a kernel of shape [3, 3, 3, 16]")
        .hasMessageContaining("'conv1/kernel:0' has shape [3, 3, 3, 8]")
        .hasMessageContaining("another architecture or width");
    assertThatThrownBy(() -> fit(Architecture.VGG16, 1, false, file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it holds weights of 54 layers, the network has 13, and 16 with its")
        .hasMessageContaining("another architecture");
    StoredLayer more =
        new StoredLayer(
            "extra", List.of(new StoredTensor("extra/kernel:0", Tensor.of(new float[1], 1))));
    assertThatThrownBy(
            () -> fit(Architecture.MOBILENET, 0.25, false, changed(file, it -> it.add(more))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("weights for layers that the network does not have: 'extra'");
    assertThatThrownBy(
            () ->
                fit(
                    Architecture.MOBILENET,
                    0.25,
                    false,
                    changed(
                        file,
                        it ->
                            it.set(
                                1,
                                new StoredLayer("conv1_bn", it.get(1).tensors().subList(0, 3))))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("layer 'conv1_bn' has the tensors [gamma, beta, moving_mean, moving")
        .hasMessageContaining("but the file holds ['conv1_bn/gamma:0', 'conv1_bn/beta:0', 'conv1_");
  }

  @Test
  void refusesNamedLayersInAnotherOrderWhereOneNameIsUnknown() {
    Network trunk = network(Architecture.MOBILENET, 0.25, false);
    WeightFile file = KerasFile.of(trunk, RandomWeights.of(trunk, 5));
    // conv_pw_8 and conv_pw_9 have the same shape: by position they would be swapped unnoticed.
    WeightFile swapped =
        renamed(
            file,
            name ->
                name.equals("conv_pw_8")
                    ? "conv_pw_9"
                    : name.equals("conv_pw_9") ? "conv_pw_x" : name);
    assertThatThrownBy(() -> fit(Architecture.MOBILENET, 0.25, false, swapped))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "weights are missing for 'conv_pw_8' (is it truncated?); the network does not know"
                + " 'conv_pw_x'.");
  }

  @Test
  void takesEpsilonFromTheLayoutOfOldResNets() throws IOException {
    Network trunk = network(Architecture.RESNET50, 1, false);
    Weights weights = RandomWeights.of(trunk, 6);
    WeightFile now = KerasFile.of(trunk, weights);
    Map<String, String> before = new java.util.HashMap<>();
    Architecture.RESNET50.blueprint().aliases().forEach((old, name) -> before.put(name, old));
    Fitted fitted = fit(Architecture.RESNET50, 1, false, now);
    Fitted old =
        fit(Architecture.RESNET50, 1, false, renamed(now, it -> before.getOrDefault(it, it)));
    assertThat(old.weights()).isEqualTo(fitted.weights()).isEqualTo(weights);
    assertThat(epsilon(fitted, "conv4_block6_3_bn")).isEqualTo(1.001e-5);
    assertThat(epsilon(old, "conv4_block6_3_bn")).isEqualTo(1e-3);
  }

  private static double epsilon(Fitted fitted, String layer) {
    return ((BatchNormalization) fitted.network().layer(layer)).epsilon();
  }

  @Test
  void dividesOnceMoreOnlyWhereTheDeviationStandsForTheVariance() throws IOException {
    // Deviations: as published, of photos with more contrast, of anything else.
    assertThat(rescales(0.229f, 0.224f, 0.225f)).isTrue();
    assertThat(rescales(0.31f, 0.3f, 0.33f)).isTrue();
    assertThat(rescales(1.2f, 0.8f, 0.9f)).isTrue();
    // True variances: ImageNet's, those of high contrast, and of a layer that was never adapted.
    assertThat(rescales(0.0524f, 0.0502f, 0.0506f)).isFalse();
    assertThat(rescales(0.1f, 0.09f, 0.1f)).isFalse();
    assertThat(rescales(1, 1, 1)).isFalse();
  }

  private static boolean rescales(float... variance) throws IOException {
    Network trunk = network(Architecture.EFFICIENTNET_B0, 1, false);
    Weights stored =
        RandomWeights.of(trunk, 7)
            .with(Weights.builder().put("normalization/variance", Tensor.of(variance, 3)).build());
    Network fitted =
        fit(Architecture.EFFICIENTNET_B0, 1, false, KerasFile.of(trunk, stored)).network();
    boolean rescales = fitted.contains("rescaling_1");
    assertThat(fitted.layer("stem_conv_pad").inputs())
        .containsExactly(rescales ? "rescaling_1" : "normalization");
    return rescales;
  }

  @Test
  void readsTorchvisionsResNet() throws IOException {
    ResNet form = new ResNet(List.of(3, 4, 6, 3), ResNet.Form.TORCHVISION, ResNet.Unit.BOTTLENECK);
    Network full = Architecture.RESNET50.network(form, ImageSize.square(224), 1, true);
    assertThat(full.parameterCount()).isEqualTo(25_557_032 + 53_120); // moving statistics count
    Weights weights = RandomWeights.of(full, 8);
    Fitted fitted =
        fit(Architecture.RESNET50, 1, true, torch(Architecture.RESNET50, full, weights));
    assertThat(fitted.weights()).isEqualTo(weights);
    assertThat(fitted.network().layer("conv3_block1_2_pad")).isInstanceOf(ZeroPadding.class);
    assertThat(epsilon(fitted, "conv1_bn")).isEqualTo(1e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "resnet."})
  void readsHuggingFacesResNet(String prefix) throws IOException {
    ResNet form = new ResNet(List.of(3, 4, 6, 3), ResNet.Form.TORCHVISION, ResNet.Unit.BOTTLENECK);
    Network full = Architecture.RESNET50.network(form, ImageSize.square(224), 1, true);
    Weights weights = RandomWeights.of(full, 8);
    WeightFile file =
        torch(
            Architecture.RESNET50,
            full,
            weights,
            it ->
                it.equals("classifier.1")
                    || (it.matches(HUGGING_FACE) && it.startsWith("resnet.") != prefix.isEmpty()));
    assertThat(fit(Architecture.RESNET50, 1, true, file).weights()).isEqualTo(weights);
  }

  @ParameterizedTest
  @ValueSource(strings = {"module.", "model.", "backbone.", "_orig_mod.", "module.backbone."})
  void readsModelsThatWereSavedWithinAnother(String prefix) throws IOException {
    Network full = network(Architecture.RESNET18, 1, true);
    Weights weights = RandomWeights.of(full, 8);
    WeightFile file = torch(Architecture.RESNET18, full, weights);
    List<StoredLayer> wrapped = new ArrayList<>();
    for (StoredLayer layer : file.layers()) {
      StoredTensor tensor = layer.tensors().get(0);
      wrapped.add(
          new StoredLayer(
              prefix + layer.name(),
              List.of(new StoredTensor(prefix + tensor.name(), tensor.tensor()))));
    }
    // As PyTorch's safetensors writes them, which is no network's order.
    wrapped.sort(Comparator.comparing(StoredLayer::name));
    WeightFile renamed = new WeightFile(WeightLayout.TORCH, wrapped, Optional.empty());
    assertThat(fit(Architecture.RESNET18, 1, true, renamed).weights()).isEqualTo(weights);
  }

  @Test
  void readsTorchvisionsAlexNet() throws IOException {
    Network full = network(Architecture.ALEXNET, 1, true);
    Weights weights = RandomWeights.of(full, 9);
    assertThat(
            fit(Architecture.ALEXNET, 1, true, torch(Architecture.ALEXNET, full, weights))
                .weights())
        .isEqualTo(weights);
  }

  /** Writes what torchvision would; the inverse of the tables in TorchNames. */
  private static WeightFile torch(Architecture architecture, Network network, Weights weights) {
    return torch(architecture, network, weights, module -> !module.matches(HUGGING_FACE));
  }

  private static WeightFile torch(
      Architecture architecture, Network network, Weights weights, Predicate<String> source) {
    Map<String, String> modules = new java.util.HashMap<>();
    architecture
        .blueprint()
        .torch()
        .orElseThrow()
        .layers()
        .forEach(
            (module, layer) -> {
              if (source.test(module)) {
                modules.putIfAbsent(layer, module);
              }
            });
    Map<String, String> parts =
        Map.of(
            "kernel",
            "weight",
            "gamma",
            "weight",
            "beta",
            "bias",
            "bias",
            "bias",
            "moving_mean",
            "running_mean",
            "moving_variance",
            "running_var");
    List<StoredLayer> layers = new ArrayList<>();
    for (TensorSpec spec : network.tensors()) {
      Tensor tensor = weights.get(spec.name());
      Tensor stored = tensor.shape().size() == 2 ? WeightLayout.TORCH.dense(tensor) : tensor;
      String name = modules.get(spec.layer()) + "." + parts.get(spec.role());
      layers.add(new StoredLayer(name, List.of(new StoredTensor(name, stored))));
      if (spec.role().equals("moving_variance")) {
        String counter = modules.get(spec.layer()) + ".num_batches_tracked";
        Tensor count = Tensor.of(new float[] {1}, List.of());
        layers.add(new StoredLayer(counter, List.of(new StoredTensor(counter, count))));
      }
    }
    return new WeightFile(WeightLayout.TORCH, layers, Optional.empty());
  }

  @Test
  void permutesTheKernelBehindAFlattenedMap() throws IOException {
    Network full = network(Architecture.VGG16, 1, true);
    List<StoredLayer> layers = new ArrayList<>();
    for (TensorSpec spec : full.tensors()) {
      if (spec.role().equals("kernel")) {
        layers.add(new StoredLayer(spec.layer(), List.of(stored(full, spec), zeros(spec))));
      }
    }
    WeightFile file = new WeightFile(WeightLayout.KERAS, layers, Optional.empty());
    Tensor kernel = fit(Architecture.VGG16, 1, true, file).weights().get("fc1/kernel");
    // Row h, column w, channel c of the 7x7x512 map was input (h * 7 + w) * 512 + c.
    int input = (400 * 7 + 3) * 7 + 5; // channel 400, row 3, column 5
    assertThat(kernel.values().get(input * 4096)).isEqualTo((3 * 7 + 5) * 512 + 400);
    assertThatThrownBy(
            () -> new WeightFitting(Architecture.VGG16, ODD, 1, true).fit("'w.h5'", file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("VGG16 with its top reads images of 224x224 only");
  }

  /** Zeros, except that each row of fc1's kernel begins with its number. */
  private static StoredTensor stored(Network network, TensorSpec spec) {
    float[] values = new float[(int) spec.elements()];
    List<Integer> shape = spec.shape();
    if (spec.layer().equals("fc1")) {
      for (int row = 0; row < shape.get(0); row++) {
        values[row * shape.get(1)] = row;
      }
    }
    List<Integer> keras =
        shape.size() == 4 ? List.of(shape.get(2), shape.get(3), shape.get(1), shape.get(0)) : shape;
    assertThat(network.contains(spec.layer())).isTrue();
    return new StoredTensor(spec.name() + ":0", Tensor.of(values, keras));
  }

  private static StoredTensor zeros(TensorSpec kernel) {
    int size = kernel.shape().size() == 4 ? kernel.shape().get(0) : kernel.shape().get(1);
    return new StoredTensor(kernel.layer() + "/bias:0", Tensor.of(new float[size], size));
  }

  /** Names as they stand in files of torchvision, timm and the authors. */
  @Test
  void knowsThreeSourcesOfConvNeXt() {
    Map<String, String> names =
        Architecture.CONVNEXT_TINY.blueprint().torch().orElseThrow().layers();
    assertThat(names)
        .containsEntry("features.3.2.block.3", "convnext_tiny_stage_1_block_2_pointwise_conv_1")
        .containsEntry("features.4.1", "convnext_tiny_downsampling_conv_1")
        .containsEntry(
            "stages.2.blocks.8.mlp.fc2", "convnext_tiny_stage_2_block_8_pointwise_conv_2")
        .containsEntry("stages.2.blocks.8", "convnext_tiny_stage_2_block_8_layer_scale")
        .containsEntry("stages.3.0.dwconv", "convnext_tiny_stage_3_block_0_depthwise_conv")
        .containsEntry("downsample_layers.1.0", "convnext_tiny_downsampling_layernorm_0")
        .containsEntry("head.norm", "convnext_tiny_head_layernorm");
  }
}
