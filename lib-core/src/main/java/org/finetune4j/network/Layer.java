package org.finetune4j.network;

import java.util.List;

/**
 * One layer of a {@link Network}: a value that says what is computed, not how. Its weights live in
 * {@code Weights}, under the names of {@link #tensors}.
 */
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

  /** Calls the visitor's method for this kind of layer and returns its answer. */
  <R> R accept(LayerVisitor<R> visitor);

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
          LayerNormalization,
          LayerScale,
          GlobalResponseNormalization,
          Normalization,
          Rescale,
          ReverseChannels,
          ActivationLayer,
          Pooling,
          GlobalPooling,
          PatchEmbedding,
          LearnedTokens,
          PositionEmbedding,
          MultiHeadAttention,
          TokenPooling,
          ZeroPadding,
          Cropping,
          Resizing,
          Flatten,
          Reshape,
          Dropout,
          NearestNeighbors,
          FrozenGraph {
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

  /** Refuses anything but a feature map. */
  static void requireMap(String layer, Shape input) {
    if (!input.isMap()) {
      throw new IllegalArgumentException(
          "Layer '" + layer + "' reads a feature map, but its input is " + input.described() + ".");
    }
  }

  /** Refuses anything but a token sequence. */
  static void requireTokens(String layer, Shape input) {
    if (!input.isTokens()) {
      throw new IllegalArgumentException(
          "Layer '"
              + layer
              + "' reads a token sequence, but its input is "
              + input.described()
              + ".");
    }
  }

  /** Refuses token sequences, where channels are handled plane by plane. */
  static void requireNoTokens(String layer, Shape input) {
    if (input.isTokens()) {
      throw new IllegalArgumentException(
          "Layer '"
              + layer
              + "' reads a vector or a feature map, but its input is "
              + input.described()
              + ".");
    }
  }

  /** Refuses an epsilon that is not above 0. */
  static void requireEpsilon(String layer, double epsilon) {
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException(
          "Layer '" + layer + "': epsilon is above 0 and below 1, not " + epsilon + ".");
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
