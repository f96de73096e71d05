package org.finetune4j.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.image.ImageSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes that a small file may name: exact, and within a budget. */
class NetworkBudgetTest {
  private static final int MOST = Integer.MAX_VALUE;
  private static final NetworkBudget BUDGET = NetworkBudget.standard();

  private static Stream<Layer> overflowing() {
    Window one = Window.of(1);
    return Stream.of(
        new ZeroPadding("layer", "in", MOST, MOST, 1, 1),
        new ZeroPadding("layer", "in", 0, 0, MOST, 0),
        new Cropping("layer", "in", MOST, MOST, 0, 0),
        new DepthwiseConvolution("layer", "in", 1 << 30, one, false),
        new Convolution("layer", "in", 8, Window.of(3).dilation(MOST), true, Activation.RELU),
        new Convolution(
            "layer", "in", 8, Window.of(3).dilation(MOST).same(), true, Activation.RELU),
        new Convolution("layer", "in", 8, Window.of(MOST, MOST).same(), true, Activation.RELU),
        new Convolution("layer", "in", MOST, one, true, Activation.RELU),
        new SeparableConvolution("layer", "in", 8, Window.of(3).dilation(1 << 30).same(), true),
        new Pooling("layer", "in", PoolingType.MAX, Window.of(MOST).same()),
        new Resizing("layer", "in", MOST, MOST, Resizing.Interpolation.NEAREST));
  }

  @ParameterizedTest
  @MethodSource("overflowing")
  void sizesNeverWrapAround(Layer layer) {
    List<Layer> layers = List.of(new Input("in", Shape.map(16, 10, 10)), layer);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Network(layers, List.of("layer")).outputShape())
        .withMessageMatching("(?s).*(layer|shape|Layer).*");
  }

  @Test
  void threeHugeDimensionsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.map(MOST, MOST, MOST))
        .withMessageContaining("2^31-1");
  }

  @Test
  void aStrideBeyondTheInputTakesItsFirstPosition() {
    Window window = Window.of(3).stride(MOST).same();
    assertThat(window.over("layer", Shape.map(1, 10, 10), 1)).isEqualTo(Shape.map(1, 1, 1));
  }

  private static NetworkBuilder picture() {
    return Network.builder(Shape.map(3, 32, 32));
  }

  private static Network doublings(int count) {
    NetworkBuilder network = picture();
    for (int i = 0; i < count; i++) {
      network.layer(new Concatenate("twice_" + i, List.of(network.last(), network.last())));
    }
    return network.build();
  }

  @Test
  void smallFilesWithLargeActivationsAreRefused() {
    Network padded =
        picture().layer(new ZeroPadding("pad", "input_1", 5000, 5000, 5000, 5000)).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BUDGET.require(padded))
        .withMessageContaining("activations held at once")
        .withMessageContaining("budget(");
    assertThatIllegalArgumentException().isThrownBy(() -> BUDGET.require(doublings(17)));
    assertThatCode(() -> BUDGET.require(doublings(10))).doesNotThrowAnyException();
  }

  @Test
  void widePoolingAndManyLayersAreRefused() {
    Network pooling =
        Network.builder(Shape.map(3, 4000, 4000))
            .layer(new Pooling("pool", "input_1", PoolingType.MAX, Window.of(2001)))
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BUDGET.require(pooling))
        .withMessageContaining("operations");
    NetworkBuilder deep = picture();
    for (int i = 0; i < 5001; i++) {
      deep.layer(new ActivationLayer("relu_" + i, deep.last(), Activation.RELU));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BUDGET.require(deep.build()))
        .withMessageContaining("layers");
  }

  @Test
  void attentionIsCountedByPairsOfTokens() {
    Network attention =
        Network.builder(Shape.tokens(40_000, 8))
            .layer(new MultiHeadAttention("attention", "input_1", 1))
            .build();
    assertThatIllegalArgumentException().isThrownBy(() -> BUDGET.require(attention));
  }

  @Test
  void countsOfASmallNetworkAreExact() {
    Network network = picture().convolution("conv", 8, 3).build();
    int held = 3 * 32 * 32 + 8 * 30 * 30;
    long operations = (8L * 3 * 9 + 8) * 900 + 8 * 900 + 2 * 3 * 1024;
    NetworkBudget exact = new NetworkBudget(held, operations, 2);
    assertThatCode(() -> exact.require(network)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exact.activations(held - 1).require(network));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exact.operations(operations - 1).require(network));
    assertThatIllegalArgumentException().isThrownBy(() -> exact.layers(1).require(network));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void everyArchitecturePassesAndMostAtTwiceTheirSize(Architecture architecture) {
    ImageSize size = architecture.defaultInputSize();
    Network published = architecture.network(size, true);
    assertThatCode(() -> BUDGET.require(published)).doesNotThrowAnyException();
    if (size.width() <= 456) {
      ImageSize twice = new ImageSize(2 * size.width(), 2 * size.height());
      Network larger = architecture.network(twice, false);
      assertThatCode(() -> BUDGET.require(larger)).doesNotThrowAnyException();
    }
  }
}
