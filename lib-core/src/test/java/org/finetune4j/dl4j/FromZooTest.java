package org.finetune4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.model.AlexNet;
import org.deeplearning4j.zoo.model.Darknet19;
import org.deeplearning4j.zoo.model.FaceNetNN4Small2;
import org.deeplearning4j.zoo.model.InceptionResNetV1;
import org.deeplearning4j.zoo.model.LeNet;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TinyYOLO;
import org.deeplearning4j.zoo.model.UNet;
import org.deeplearning4j.zoo.model.VGG16;
import org.deeplearning4j.zoo.model.VGG19;
import org.deeplearning4j.zoo.model.Xception;
import org.deeplearning4j.zoo.model.YOLO2;
import org.finetune4j.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The models of deeplearning4j-zoo, with random weights. */
class FromZooTest {
  private static final int[] SMALL = {3, 64, 64};

  static Stream<ZooModel<?>> light() {
    return Stream.of(
        SqueezeNet.builder().numClasses(5).inputShape(SMALL).build(),
        LeNet.builder().numClasses(5).inputShape(new int[] {1, 28, 28}).build(),
        SimpleCNN.builder().numClasses(5).inputShape(new int[] {3, 48, 48}).build());
  }

  static Stream<ZooModel<?>> heavy() {
    return Stream.of(
        VGG16.builder().numClasses(5).inputShape(new int[] {3, 32, 32}).build(),
        VGG19.builder().numClasses(5).inputShape(new int[] {3, 32, 32}).build(),
        ResNet50.builder().numClasses(5).inputShape(new int[] {3, 192, 192}).build(),
        Darknet19.builder().numClasses(5).inputShape(SMALL).build(),
        Xception.builder().numClasses(5).inputShape(new int[] {3, 71, 71}).build());
  }

  @ParameterizedTest
  @MethodSource("light")
  void computesTheSame(ZooModel<?> zoo) {
    assertSame(zoo);
  }

  @ParameterizedTest
  @MethodSource("heavy")
  void heavyOnesComputeTheSame(ZooModel<?> zoo) {
    assumeTrue(Boolean.getBoolean("finetune4j.thorough"), "takes a while: -Pthorough");
    assertSame(zoo);
  }

  @SuppressWarnings("deprecation") // Nothing else tells the shape of a zoo model's input.
  private static void assertSame(ZooModel<?> zoo) {
    int[] shape = zoo.metaData().getInputShape()[0];
    Shape input = Shape.map(shape[0], shape[1], shape[2]);
    if (zoo.init() instanceof ComputationGraph graph) {
      ImportComparison.randomize(graph, 11);
      ImportComparison.assertSame(graph, false, input);
    } else {
      ImportComparison.assertSame((MultiLayerNetwork) zoo.init(), input);
    }
  }

  @Test
  void initialisesWhatItImports() {
    ImportedNetwork imported =
        Dl4jGraphs.fromZoo(SqueezeNet.builder().numClasses(5).inputShape(SMALL).build());
    assertThat(imported.network().inputs().get(0).shape()).isEqualTo(Shape.map(3, 64, 64));
    assertThat(imported.network().outputShape()).isEqualTo(Shape.vector(5));
    // As many as Deeplearning4j counts.
    assertThat(imported.network().parameterCount()).isEqualTo(725_061);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(FaceNetNN4Small2.builder().numClasses(5).build(), "LocalResponse"),
        Arguments.of(UNet.builder().inputShape(SMALL).build(), "Upsampling2D"));
  }

  static Stream<Arguments> heavyAndRefused() {
    return Stream.of(
        Arguments.of(AlexNet.builder().numClasses(5).build(), "LocalResponseNormalization"),
        Arguments.of(TinyYOLO.builder().numClasses(5).build(), "Yolo2OutputLayer"),
        Arguments.of(YOLO2.builder().numClasses(5).build(), "SpaceToDepthLayer"),
        Arguments.of(InceptionResNetV1.builder().numClasses(5).build(), "L2NormalizeVertex"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void namesTheLayerThatHasNoCounterpart(ZooModel<?> zoo, String kind) {
    assertThatThrownBy(() -> Dl4jGraphs.fromZoo(zoo))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("Layer '[^']+' \\(org\\.deeplearning4j\\..*" + kind + ".*");
  }

  @ParameterizedTest
  @MethodSource("heavyAndRefused")
  void namesTheLayerOfHeavyOnes(ZooModel<?> zoo, String kind) {
    assumeTrue(Boolean.getBoolean("finetune4j.thorough"), "takes a while: -Pthorough");
    namesTheLayerThatHasNoCounterpart(zoo, kind);
  }

  /**
   * A LeNet for 28x28 has a dense layer that no other size fits; channels are told by the layer.
   */
  @ParameterizedTest
  @CsvSource({"1, 20, 20, ffn1, 1250", "1, 28, 36, ffn1, 3150", "3, 28, 28, cnn1, 3x28x28"})
  void refusesInputsThatDoNotFit(int channels, int height, int width, String layer, String read) {
    var network =
        (MultiLayerNetwork)
            LeNet.builder().numClasses(5).inputShape(new int[] {1, 28, 28}).build().init();
    assertThatThrownBy(() -> Dl4jGraphs.fromNetwork(network, Shape.map(channels, height, width)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Layer '" + layer + "' reads " + read)
        .hasMessageContaining(
            "Do the input shapes [%dx%dx%d] fit the model?".formatted(channels, height, width));
  }
}
