package org.finetune4j.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.finetune4j.network.json.NetworkJson;
import org.junit.jupiter.api.Test;

class NetworkTest {
  /** The book's first convnet for cats and dogs (section 5.2.3); the counts are those it prints. */
  private static Network smallConvnet() {
    return Network.builder(Shape.map(3, 150, 150))
        .convolution("conv2d_1", 32, Window.of(3), Activation.RELU)
        .maxPool(2)
        .convolution("conv2d_2", 64, Window.of(3), Activation.RELU)
        .maxPool(2)
        .convolution("conv2d_3", 128, Window.of(3), Activation.RELU)
        .maxPool(2)
        .convolution("conv2d_4", 128, Window.of(3), Activation.RELU)
        .maxPool(2)
        .flatten()
        .dense("dense_1", 512, Activation.RELU)
        .dense("dense_2", 1, Activation.SIGMOID)
        .build();
  }

  /** Two branches as in a ResNet's convolution block. */
  private static Network block() {
    NetworkBuilder block = Network.builder("x", Shape.map(4, 8, 8));
    block.convolution("0_conv", 8, 1).batchNormalization("0_bn", 1e-3);
    block.from("x").convolution("1_conv", 2, 1).batchNormalization("1_bn", 1e-3).relu("1_relu");
    block.convolution("2_conv", 2, Window.of(3).same()).relu("2_relu");
    block.convolution("3_conv", 8, 1).batchNormalization("3_bn", 1e-3);
    return block.add("add", "0_bn", "3_bn").relu("out").build();
  }

  @Test
  void countsTheBooksConvnet() {
    Network network = smallConvnet();
    assertThat(network.parameterCount()).isEqualTo(3_453_121);
    assertThat(network.shape("conv2d_4")).isEqualTo(Shape.map(128, 15, 15));
    assertThat(network.shape("flatten")).isEqualTo(Shape.vector(6272));
    assertThat(network.summary()).contains("dense_1", "3,211,776", "Parameters: 3,453,121");
  }

  /**
   * Chollet, Deep Learning with Python, listing 5.6: every row that has parameters, and Flatten.
   */
  @Test
  void tableOfTheBooksConvnetIsThePublishedOne() {
    assertThat(table(smallConvnet()))
        .containsExactly(
            "conv2d_1 32x148x148 896",
            "max_pooling2d 32x74x74 0",
            "conv2d_2 64x72x72 18496",
            "max_pooling2d_1 64x36x36 0",
            "conv2d_3 128x34x34 73856",
            "max_pooling2d_2 128x17x17 0",
            "conv2d_4 128x15x15 147584",
            "max_pooling2d_3 128x7x7 0",
            "flatten 6272 0",
            "dense_1 512 3211776",
            "dense_2 1 513");
  }

  private static List<String> table(Network network) {
    return network.layerNames().stream()
        .filter(
            name ->
                network.layer(name) instanceof Flatten
                    || network.layer(name) instanceof Pooling
                    || parameters(network, name) > 0)
        .map(name -> name + " " + network.shape(name) + " " + parameters(network, name))
        .toList();
  }

  private static long parameters(Network network, String layer) {
    return network.tensors(layer).stream().mapToLong(TensorSpec::elements).sum();
  }

  private static Network mnistConvnet() {
    return Network.builder(Shape.map(1, 28, 28))
        .convolution("conv2d_1", 32, 3)
        .relu()
        .maxPool(2)
        .convolution("conv2d_2", 64, 3)
        .relu()
        .maxPool(2)
        .convolution("conv2d_3", 64, 3)
        .relu()
        .flatten()
        .dense(64)
        .relu()
        .dense(10)
        .softmax()
        .build();
  }

  /** The book's section 5.1, listing 5.2. */
  @Test
  void tableOfTheBooksMnistConvnetIsThePublishedOne() {
    Network network = mnistConvnet();
    assertThat(table(network))
        .containsExactly(
            "conv2d_1 32x26x26 320",
            "max_pooling2d 32x13x13 0",
            "conv2d_2 64x11x11 18496",
            "max_pooling2d_1 64x5x5 0",
            "conv2d_3 64x3x3 36928",
            "flatten 576 0",
            "dense 64 36928",
            "dense_1 10 650");
    assertThat(network.parameterCount()).isEqualTo(93_322);
    assertThat(network.layerNames()).contains("relu", "relu_1", "relu_2", "relu_3", "dense_1");
  }

  @Test
  void ordersLayersAsKerasDoes() {
    // Keras stores a ResNet's 0_conv between 2_relu and 3_conv.
    assertThat(block().layerNames())
        .containsExactly(
            "x", "1_conv", "1_bn", "1_relu", "2_conv", "2_relu", "0_conv", "3_conv", "0_bn", "3_bn",
            "add", "out");
  }

  @Test
  void cutsInsideABranch() {
    Network.Cut cut = block().cut("3_conv");
    assertThat(cut.trunk().outputs()).containsExactly("2_relu", "0_conv");
    assertThat(cut.tail().inputs()).extracting(Input::name).containsExactly("2_relu", "0_conv");
    assertThat(cut.tail().layerNames())
        .containsExactly("2_relu", "0_conv", "3_conv", "0_bn", "3_bn", "add", "out");
    assertThat(cut.trunk().parameterCount() + cut.tail().parameterCount())
        .isEqualTo(block().parameterCount());
  }

  @Test
  void cutsBeforeTheFirstLayer() {
    Network.Cut cut = smallConvnet().cut("conv2d_1");
    assertThat(cut.trunk().layerNames()).containsExactly("input_1");
    assertThat(cut.tail()).isEqualTo(smallConvnet());
    assertThatThrownBy(() -> smallConvnet().cut("input_1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not cut before its input");
  }

  @Test
  void knowsWhereOneActivationCrosses() {
    assertThat(block().freezePoints()).containsExactly("1_conv", "out");
  }

  @Test
  void endsAtSeveralLayers() {
    Network part = block().upTo("1_relu", "0_bn");
    assertThat(part.layerNames())
        .containsExactly("x", "1_conv", "1_bn", "1_relu", "0_conv", "0_bn");
    assertThat(part.outputs()).containsExactly("1_relu", "0_bn");
  }

  @Test
  void joinsAHead() {
    Network head =
        Network.builder("features", Shape.map(8, 8, 8)).globalAveragePool().dense(2).build();
    Network joined = block().then(head);
    assertThat(joined.output()).isEqualTo("dense");
    assertThat(joined.layer("global_average_pooling2d").inputs()).containsExactly("out");
    assertThatThrownBy(() -> smallConvnet().then(head))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reads [8x8x8], but this one ends in 1");
    assertThatThrownBy(() -> block().then(block().withInput(Shape.map(8, 8, 8))))
        .hasMessageContaining("'1_conv' stands twice");
  }

  @Test
  void survivesJson() {
    for (Network network : List.of(smallConvnet(), block(), block().cut("3_conv").tail())) {
      assertThat(NetworkJson.read(NetworkJson.write(network))).isEqualTo(network);
    }
  }

  @Test
  void namesTheNearestLayer() {
    assertThatThrownBy(() -> smallConvnet().upTo("conv2d_9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unknown layer 'conv2d_9'. Did you mean 'conv2d_1' or 'conv2d_2' or 'conv2d_3' or 'conv2d_4'?");
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(
            () ->
                Network.builder(Shape.map(3, 8, 8))
                    .averagePool("pool", Window.of(2).dilation(2))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Layer 'pool': a pooling window has no dilation, not 2.");
    assertThatThrownBy(() -> Network.builder(Shape.map(3, 4, 4)).convolution("c", 1, 5))
        .hasMessageContaining(
            "Layer 'c': a window of 5x5 does not fit into a feature map of 3x4x4");
    assertThatThrownBy(() -> Network.builder(Shape.map(3, 4, 4)).dense(2))
        .hasMessageContaining("reads a vector, but its input is a feature map of 3x4x4");
    NetworkBuilder loose = Network.builder("x", Shape.vector(3));
    loose.dense("unused", 2).from("x").dense("used", 2);
    assertThatThrownBy(loose::build).hasMessageContaining("'unused' does not lead to the output");
    assertThatThrownBy(() -> new Network(List.of(new Flatten("f", "later")), List.of("f")))
        .hasMessageContaining("reads 'later', which does not stand before it");
  }
}
