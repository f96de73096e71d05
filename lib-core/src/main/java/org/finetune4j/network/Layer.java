package org.finetune4j.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * One layer of a {@link Network}: a value that says what is computed, not how. Its weights live in
 * {@code Weights}, under the names of {@link #tensors}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Input.class, name = "input"),
  @JsonSubTypes.Type(value = Convolution.class, name = "convolution"),
  @JsonSubTypes.Type(value = DepthwiseConvolution.class, name = "depthwise_convolution"),
  @JsonSubTypes.Type(value = SeparableConvolution.class, name = "separable_convolution"),
  @JsonSubTypes.Type(value = Dense.class, name = "dense"),
  @JsonSubTypes.Type(value = BatchNormalization.class, name = "batch_normalization"),
  @JsonSubTypes.Type(value = Normalization.class, name = "normalization"),
  @JsonSubTypes.Type(value = Rescale.class, name = "rescale"),
  @JsonSubTypes.Type(value = ReverseChannels.class, name = "reverse_channels"),
  @JsonSubTypes.Type(value = ActivationLayer.class, name = "activation"),
  @JsonSubTypes.Type(value = Pooling.class, name = "pooling"),
  @JsonSubTypes.Type(value = GlobalPooling.class, name = "global_pooling"),
  @JsonSubTypes.Type(value = ZeroPadding.class, name = "zero_padding"),
  @JsonSubTypes.Type(value = Flatten.class, name = "flatten"),
  @JsonSubTypes.Type(value = Reshape.class, name = "reshape"),
  @JsonSubTypes.Type(value = Dropout.class, name = "dropout"),
  @JsonSubTypes.Type(value = Add.class, name = "add"),
  @JsonSubTypes.Type(value = Multiply.class, name = "multiply"),
  @JsonSubTypes.Type(value = Concatenate.class, name = "concatenate"),
})
public sealed interface Layer permits Input, Layer.Unary, Add, Multiply, Concatenate {

  /** Returns the layer's name, unique in its network. */
  String name();

  /** Returns the names of the layers whose outputs this one reads, in order. */
  List<String> inputs();

  /**
   * Returns the shape of the output.
   *
   * @param inputs the shapes of {@link #inputs}, in order
   * @throws IllegalArgumentException if the layer cannot read such inputs
   */
  Shape outputShape(List<Shape> inputs);

  /**
   * Returns the weight tensors, in Keras's order.
   *
   * @param inputs the shapes of {@link #inputs}, in order
   */
  default List<TensorSpec> tensors(List<Shape> inputs) {
    return List.of();
  }

  /** Returns this layer, reading other layers. */
  Layer reading(List<String> newInputs);

  /** Returns the kind of layer for tables, for example {@code Convolution}. */
  default String kind() {
    return getClass().getSimpleName();
  }

  /** A layer that reads exactly one other. */
  sealed interface Unary extends Layer
      permits Convolution,
          DepthwiseConvolution,
          SeparableConvolution,
          Dense,
          BatchNormalization,
          Normalization,
          Rescale,
          ReverseChannels,
          ActivationLayer,
          Pooling,
          GlobalPooling,
          ZeroPadding,
          Flatten,
          Reshape,
          Dropout {
    /** Returns the name of the layer it reads. */
    String input();

    @Override
    default List<String> inputs() {
      return List.of(input());
    }

    /** Returns this layer, reading another one. */
    Layer reading(String newInput);

    @Override
    default Layer reading(List<String> newInputs) {
      return reading(newInputs.get(0));
    }

    /** Returns the shape of the output for one input shape. */
    Shape outputShape(Shape input);

    @Override
    default Shape outputShape(List<Shape> inputs) {
      return outputShape(inputs.get(0));
    }
  }

  /** Refuses a vector where a feature map is read. */
  static void requireMap(String layer, Shape input) {
    if (input.isVector()) {
      throw new IllegalArgumentException(
          "Layer '" + layer + "' reads a feature map, but its input is a vector of " + input + ".");
    }
  }

  /** Refuses inputs of different shapes. */
  static Shape requireEqual(String layer, List<Shape> inputs) {
    if (inputs.stream().distinct().count() != 1) {
      throw new IllegalArgumentException(
          "Layer '" + layer + "' reads inputs of one shape, but they are " + inputs + ".");
    }
    return inputs.get(0);
  }
}
