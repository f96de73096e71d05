package org.finetune4j.network;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.text.NearestName;

/**
 * Writes a {@link Network} layer by layer. Each layer reads the one before it unless {@link #from}
 * says otherwise; layers that read several others name them. Defaults are Keras's: stride 1, no
 * padding, a bias, no activation. Errors of shape are thrown at the line that makes them.
 *
 * <p>Not thread-safe.
 */
public final class NetworkBuilder {
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Map<String, Integer> unnamed = new HashMap<>();
  private String last;

  NetworkBuilder(Input input) {
    last = input.name();
    layer(input);
  }

  /**
   * Adds any layer.
   *
   * @throws IllegalArgumentException if its name is taken, a layer it reads is missing, or the
   *     shapes do not fit
   */
  public NetworkBuilder layer(Layer layer) {
    if (layers.containsKey(layer.name())) {
      throw new IllegalArgumentException(
          "Layer names are unique, but '" + layer.name() + "' stands twice.");
    }
    List<Shape> inputs = layer.inputs().stream().map(this::shape).toList();
    shapes.put(layer.name(), layer.outputShape(inputs));
    layers.put(layer.name(), layer);
    last = layer.name();
    return this;
  }

  /** Returns the name of the layer that the next one reads. */
  public String last() {
    return last;
  }

  /**
   * Lets the next layer read this one: the start of a branch.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public NetworkBuilder from(String name) {
    shape(name);
    last = name;
    return this;
  }

  /** Returns the shape of the activation that the next layer reads. */
  public Shape shape() {
    return shape(last);
  }

  /**
   * Returns the shape of a layer's activation.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public Shape shape(String name) {
    if (!shapes.containsKey(name)) {
      throw new IllegalArgumentException(
          "Unknown layer '" + name + "'." + NearestName.hint(name, shapes.keySet()));
    }
    return Objects.requireNonNull(shapes.get(name));
  }

  /** Adds a convolution with a square kernel, stride 1, no padding and a bias. */
  public NetworkBuilder convolution(String name, int filters, int kernel) {
    return convolution(name, filters, Window.of(kernel));
  }

  /** Adds a convolution with a bias. */
  public NetworkBuilder convolution(String name, int filters, Window window) {
    return convolution(name, filters, window, true);
  }

  /** Adds a convolution. */
  public NetworkBuilder convolution(String name, int filters, Window window, boolean bias) {
    return layer(new Convolution(name, last, filters, window, bias, Activation.LINEAR));
  }

  /** Adds a convolution with a bias and an activation. */
  public NetworkBuilder convolution(
      String name, int filters, Window window, Activation activation) {
    return layer(new Convolution(name, last, filters, window, true, activation));
  }

  /** Adds a depthwise convolution with one filter per channel. */
  public NetworkBuilder depthwiseConvolution(String name, Window window, boolean bias) {
    return layer(new DepthwiseConvolution(name, last, 1, window, bias));
  }

  /** Adds a depthwise convolution followed by a 1x1 convolution. */
  public NetworkBuilder separableConvolution(
      String name, int filters, Window window, boolean bias) {
    return layer(new SeparableConvolution(name, last, filters, window, bias));
  }

  /** Adds a dense layer with a bias, named {@code dense}, {@code dense_1} and so on. */
  public NetworkBuilder dense(int units) {
    return dense(unnamed("dense"), units);
  }

  /** Adds a dense layer with a bias. */
  public NetworkBuilder dense(String name, int units) {
    return dense(name, units, Activation.LINEAR);
  }

  /** Adds a dense layer with a bias and an activation. */
  public NetworkBuilder dense(String name, int units, Activation activation) {
    return layer(new Dense(name, last, units, true, activation));
  }

  /** Adds a batch normalisation with Keras's defaults: epsilon 1e-3, momentum 0.99. */
  public NetworkBuilder batchNormalization() {
    return batchNormalization(unnamed("batch_normalization"), 1e-3);
  }

  /** Adds a batch normalisation with gamma, beta and momentum 0.99. */
  public NetworkBuilder batchNormalization(String name, double epsilon) {
    return layer(new BatchNormalization(name, last, epsilon, 0.99, true, true));
  }

  /** Adds a normalisation of each position over its channels. */
  public NetworkBuilder layerNormalization(String name, double epsilon) {
    return layer(new LayerNormalization(name, last, epsilon));
  }

  /** Adds a learned factor per channel. */
  public NetworkBuilder layerScale(String name) {
    return layer(new LayerScale(name, last));
  }

  /** Adds ConvNeXt V2's global response normalisation with epsilon 1e-6. */
  public NetworkBuilder globalResponseNormalization(String name) {
    return layer(new GlobalResponseNormalization(name, last, 1e-6));
  }

  /** Adds a standardisation with stored statistics. */
  public NetworkBuilder normalization(String name) {
    return layer(new Normalization(name, last, false));
  }

  /** Adds the mean answer of the nearest among stored vectors. */
  public NetworkBuilder nearestNeighbors(
      String name,
      int stored,
      int outputs,
      int neighbors,
      NearestNeighbors.Distance distance,
      NearestNeighbors.Weighting weighting) {
    return layer(new NearestNeighbors(name, last, stored, outputs, neighbors, distance, weighting));
  }

  /** Adds constants: y = x * scale + offset. */
  public NetworkBuilder rescale(String name, double scale, double offset) {
    return layer(new Rescale(name, last, List.of(scale), List.of(offset)));
  }

  /** Adds an activation. */
  public NetworkBuilder activation(String name, Activation activation) {
    return layer(new ActivationLayer(name, last, activation));
  }

  /** Adds an activation, named after its function. */
  public NetworkBuilder activation(Activation activation) {
    return activation(unnamed(activation.name().toLowerCase(Locale.ROOT)), activation);
  }

  /** Adds max(x, 0). */
  public NetworkBuilder relu() {
    return activation(Activation.RELU);
  }

  /** Adds max(x, 0). */
  public NetworkBuilder relu(String name) {
    return activation(name, Activation.RELU);
  }

  /** Adds a sigmoid. */
  public NetworkBuilder sigmoid() {
    return activation(Activation.SIGMOID);
  }

  /** Adds a softmax. */
  public NetworkBuilder softmax() {
    return activation(Activation.SOFTMAX);
  }

  /** Adds a max pooling with a square window and an equal stride, without padding. */
  public NetworkBuilder maxPool(int size) {
    return maxPool(unnamed("max_pooling2d"), Window.of(size).stride(size));
  }

  /** Adds a max pooling. */
  public NetworkBuilder maxPool(String name, Window window) {
    return layer(new Pooling(name, last, PoolingType.MAX, window));
  }

  /** Adds an average pooling with a square window and an equal stride, without padding. */
  public NetworkBuilder averagePool(int size) {
    return averagePool(unnamed("average_pooling2d"), Window.of(size).stride(size));
  }

  /** Adds an average pooling. */
  public NetworkBuilder averagePool(String name, Window window) {
    return layer(new Pooling(name, last, PoolingType.AVERAGE, window));
  }

  /** Adds the mean of each channel, as a vector. */
  public NetworkBuilder globalAveragePool() {
    return globalAveragePool(unnamed("global_average_pooling2d"));
  }

  /** Adds the mean of each channel, as a vector. */
  public NetworkBuilder globalAveragePool(String name) {
    return layer(new GlobalPooling(name, last, PoolingType.AVERAGE, false));
  }

  /** Adds the largest value of each channel, as a vector. */
  public NetworkBuilder globalMaxPool(String name) {
    return layer(new GlobalPooling(name, last, PoolingType.MAX, false));
  }

  /** Adds the same number of zeros on all four sides. */
  public NetworkBuilder zeroPad(String name, int amount) {
    return zeroPad(name, amount, amount, amount, amount);
  }

  /** Adds zeros around the map. */
  public NetworkBuilder zeroPad(String name, int top, int bottom, int left, int right) {
    return layer(new ZeroPadding(name, last, top, bottom, left, right));
  }

  /** Makes a vector of the map. */
  public NetworkBuilder flatten() {
    return flatten(unnamed("flatten"));
  }

  /** Makes a vector of the map. */
  public NetworkBuilder flatten(String name) {
    return layer(new Flatten(name, last));
  }

  /** Adds a dropout. */
  public NetworkBuilder dropout(double rate) {
    return dropout(unnamed("dropout"), rate);
  }

  /** Adds a dropout. */
  public NetworkBuilder dropout(String name, double rate) {
    return layer(new Dropout(name, last, rate, false));
  }

  /** Cuts a picture into square patches, each of which becomes a token. */
  public NetworkBuilder patchEmbedding(String name, int filters, int patch) {
    return layer(new PatchEmbedding(name, last, filters, patch, true));
  }

  /** Puts a learned class token before all others. */
  public NetworkBuilder classToken(String name) {
    return layer(new LearnedTokens(name, last, 1, 0));
  }

  /** Adds a learned embedding of each token's position. */
  public NetworkBuilder positionEmbedding(String name) {
    return layer(new PositionEmbedding(name, last));
  }

  /** Adds attention of every token to every token. */
  public NetworkBuilder multiHeadAttention(String name, int heads) {
    return layer(new MultiHeadAttention(name, last, heads));
  }

  /** Makes a vector of a sequence whose first token is a class token, and no other is. */
  public NetworkBuilder tokenPool(String name, TokenPooling.Value value) {
    return layer(new TokenPooling(name, last, value, 1));
  }

  /** Adds stochastic depth: while training a sample is dropped whole, with this probability. */
  public NetworkBuilder stochasticDepth(String name, double rate) {
    return layer(new Dropout(name, last, rate, true));
  }

  /** Adds the sum of these layers. */
  public NetworkBuilder add(String name, String... inputs) {
    return layer(new Add(name, Arrays.asList(inputs)));
  }

  /** Adds the product of two layers. */
  public NetworkBuilder multiply(String name, String first, String second) {
    return layer(new Multiply(name, List.of(first, second)));
  }

  /** Puts these layers one behind the other along the channels. */
  public NetworkBuilder concatenate(String name, String... inputs) {
    return layer(new Concatenate(name, Arrays.asList(inputs)));
  }

  /** Returns a Keras-like name for a layer without one: {@code relu}, {@code relu_1} ... */
  private String unnamed(String kind) {
    int number = unnamed.merge(kind, 1, Integer::sum) - 1;
    return number == 0 ? kind : kind + "_" + number;
  }

  /**
   * Returns the network; its output is the last layer, its order Keras's.
   *
   * @throws IllegalArgumentException if a layer does not lead to the output
   */
  public Network build() {
    return new Network(LayerOrder.keras(List.copyOf(layers.values()), last), List.of(last));
  }
}
