package org.finetune4j.engine.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.engine.train.convolution.Convolver;
import org.finetune4j.engine.train.kernel.ActivationFunction;
import org.finetune4j.engine.train.kernel.ArrayPool;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.operation.ActivationOperation;
import org.finetune4j.engine.train.operation.AddOperation;
import org.finetune4j.engine.train.operation.AffineOperation;
import org.finetune4j.engine.train.operation.BatchStatistics;
import org.finetune4j.engine.train.operation.ConcatenateOperation;
import org.finetune4j.engine.train.operation.ConvolutionOperation;
import org.finetune4j.engine.train.operation.CroppingOperation;
import org.finetune4j.engine.train.operation.DenseOperation;
import org.finetune4j.engine.train.operation.DepthwiseOperation;
import org.finetune4j.engine.train.operation.DropoutOperation;
import org.finetune4j.engine.train.operation.GlobalPoolingOperation;
import org.finetune4j.engine.train.operation.MultiplyOperation;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.PoolingOperation;
import org.finetune4j.engine.train.operation.ResizingOperation;
import org.finetune4j.engine.train.operation.ReverseChannelsOperation;
import org.finetune4j.engine.train.operation.SoftmaxOperation;
import org.finetune4j.engine.train.operation.ZeroPaddingOperation;
import org.finetune4j.engine.train.parameter.ChannelAffine;
import org.finetune4j.engine.train.parameter.Constants;
import org.finetune4j.engine.train.parameter.FilterBank;
import org.finetune4j.engine.train.parameter.Parameter;
import org.finetune4j.engine.train.token.AttentionOperation;
import org.finetune4j.engine.train.token.GlobalResponseOperation;
import org.finetune4j.engine.train.token.LayerNormalizationOperation;
import org.finetune4j.engine.train.token.LayerScaleOperation;
import org.finetune4j.engine.train.token.LearnedTokensOperation;
import org.finetune4j.engine.train.token.PositionEmbeddingOperation;
import org.finetune4j.engine.train.token.TokenPoolingOperation;
import org.finetune4j.engine.train.token.TokensOperation;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Cropping;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.GlobalResponseNormalization;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.LayerNormalization;
import org.finetune4j.network.LayerScale;
import org.finetune4j.network.LayerVisitor;
import org.finetune4j.network.LearnedTokens;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Network;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PositionEmbedding;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.Resizing;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.Window;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.weights.Weights;

/** Turns each kind of layer into operations; the answer is the layer's activation. */
final class ProgramWriter implements LayerVisitor<Blob> {
  private final Network network;
  private final Fusions fusions;
  private final WhatTrains trains;
  private final boolean inputGradients;
  private final Scratch scratch;
  private final Map<String, Blob> blobs = new HashMap<>();
  private final ArrayPool pool = new ArrayPool();
  private final ParameterTable parameters;
  private final List<Operation> operations = new ArrayList<>();
  private Activation outputActivation = Activation.LINEAR;

  /**
   * Starts a program.
   *
   * @param inputGradients whether the inputs get gradients too
   */
  ProgramWriter(
      Network network,
      Weights weights,
      WhatTrains trains,
      boolean inputGradients,
      Scratch scratch) {
    this.network = network;
    this.fusions = new Fusions(network, trains);
    this.trains = trains;
    this.inputGradients = inputGradients;
    this.scratch = scratch;
    this.parameters = new ParameterTable(network, weights, trains, pool);
  }

  /** Writes the operations of all layers and returns the activations by layer. */
  Map<String, Blob> write() {
    network.layers().forEach(layer -> blobs.put(layer.name(), layer.accept(this)));
    return Map.copyOf(blobs);
  }

  List<Parameter> parameters() {
    return parameters.all();
  }

  List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** Returns the activation that the loss takes over, or linear if there is none. */
  Activation outputActivation() {
    return outputActivation;
  }

  @Override
  public Blob visit(Input layer) {
    return new Blob(layer.shape(), inputGradients, pool);
  }

  @Override
  public Blob visit(Add layer) {
    List<Blob> addends = inputs(layer);
    Blob sum = output(layer);
    Blob output =
        fusions
            .overwritten(layer)
            .map(this::blob)
            .filter(addend -> addend.wantsGradient() == sum.wantsGradient())
            .findFirst()
            .orElse(sum);
    return append(new AddOperation(addends, output));
  }

  @Override
  public Blob visit(Concatenate layer) {
    return append(new ConcatenateOperation(inputs(layer), output(layer)));
  }

  @Override
  public Blob visit(Multiply layer) {
    List<Blob> factors = inputs(layer);
    return append(new MultiplyOperation(factors.get(0), factors.get(1), output(layer)));
  }

  @Override
  public Blob visit(Flatten layer) {
    return input(layer).view(network.shape(layer.name()));
  }

  @Override
  public Blob visit(Reshape layer) {
    return input(layer).view(layer.shape());
  }

  @Override
  public Blob visit(Pooling layer) {
    return append(new PoolingOperation(layer, input(layer), output(layer)));
  }

  @Override
  public Blob visit(GlobalPooling layer) {
    return append(new GlobalPoolingOperation(layer.pooling(), input(layer), output(layer)));
  }

  @Override
  public Blob visit(PatchEmbedding layer) {
    Shape picture = network.shape(layer.input());
    Shape map = Shape.map(layer.filters(), layer.rows(picture), layer.columns(picture));
    Blob patches = convolution(layer, "kernel", layer.window(), 1, input(layer), map);
    return append(new TokensOperation(patches, output(layer)));
  }

  @Override
  public Blob visit(LearnedTokens layer) {
    Parameter tokens = parameters.get(layer, "tokens");
    return append(
        new LearnedTokensOperation(layer.position(), input(layer), output(layer), tokens));
  }

  @Override
  public Blob visit(PositionEmbedding layer) {
    Parameter embedding = parameters.get(layer, "embedding");
    return append(new PositionEmbeddingOperation(input(layer), output(layer), embedding));
  }

  @Override
  public Blob visit(MultiHeadAttention layer) {
    Blob input = input(layer);
    Shape tokens = input.shape();
    Shape triple = Shape.tokens(tokens.tokens(), 3 * tokens.channels());
    Blob parts = projected(layer, "qkv", input, triple);
    Blob heads = new Blob(tokens, parts.wantsGradient(), pool);
    append(new AttentionOperation(parts, heads, layer.heads(), scratch));
    return projected(layer, "projection", heads, tokens);
  }

  private Blob projected(MultiHeadAttention layer, String role, Blob input, Shape shape) {
    Parameter kernel = parameters.get(layer, role + "_kernel");
    Blob output = new Blob(shape, kernel.trainable || input.wantsGradient(), pool);
    return append(
        new DenseOperation(
            input,
            output,
            kernel,
            parameters.find(layer, role + "_bias"),
            new MatrixProduct(scratch)));
  }

  @Override
  public Blob visit(TokenPooling layer) {
    return append(new TokenPoolingOperation(layer, input(layer), output(layer)));
  }

  @Override
  public Blob visit(ZeroPadding layer) {
    return append(new ZeroPaddingOperation(layer, input(layer), output(layer)));
  }

  @Override
  public Blob visit(Cropping layer) {
    return append(new CroppingOperation(layer, input(layer), output(layer)));
  }

  @Override
  public Blob visit(Resizing layer) {
    return append(new ResizingOperation(layer, input(layer), output(layer)));
  }

  @Override
  public Blob visit(Dropout layer) {
    return append(new DropoutOperation(layer, input(layer), output(layer)));
  }

  @Override
  public Blob visit(FrozenGraph layer) {
    throw new IllegalArgumentException(
        "Layer '" + layer.name() + "' runs, but cannot learn or be explained. " + layer.obstacle());
  }

  @Override
  public Blob visit(NearestNeighbors layer) {
    throw new IllegalArgumentException(
        "Layer '"
            + layer.name()
            + "' answers with its nearest neighbours, which has no gradient: it cannot be"
            + " fine-tuned or be explained by gradients. Fit logisticRegression() or"
            + " ridgeRegression() to the same features.");
  }

  @Override
  public Blob visit(ReverseChannels layer) {
    return append(new ReverseChannelsOperation(input(layer), output(layer)));
  }

  @Override
  public Blob visit(Rescale layer) {
    Blob output = output(layer);
    ChannelAffine constants = Constants.of(layer, output.channels());
    return append(new AffineOperation(input(layer), output, constants));
  }

  @Override
  public Blob visit(LayerNormalization layer) {
    Parameter gamma = parameters.get(layer, "gamma");
    Parameter beta = parameters.get(layer, "beta");
    return append(
        new LayerNormalizationOperation(input(layer), output(layer), gamma, beta, layer.epsilon()));
  }

  @Override
  public Blob visit(LayerScale layer) {
    return append(
        new LayerScaleOperation(input(layer), output(layer), parameters.get(layer, "gamma")));
  }

  @Override
  public Blob visit(GlobalResponseNormalization layer) {
    Parameter gamma = parameters.get(layer, "gamma");
    Parameter beta = parameters.get(layer, "beta");
    return append(
        new GlobalResponseOperation(input(layer), output(layer), gamma, beta, layer.epsilon()));
  }

  @Override
  public Blob visit(Normalization layer) {
    ChannelAffine constants =
        Constants.of(
            parameters.get(layer, "mean").values, parameters.get(layer, "variance").values);
    return append(new AffineOperation(input(layer), output(layer), constants));
  }

  @Override
  public Blob visit(Convolution layer) {
    Blob input = input(layer);
    Shape outputShape = network.shape(layer.name());
    boolean readsOneChannelEach = layer.groups() > 1 && layer.groups() == input.channels();
    Blob linear =
        readsOneChannelEach
            ? depthwise(layer, "kernel", layer.window(), new Blob(outputShape, true, pool))
            : convolution(layer, "kernel", layer.window(), layer.groups(), input, outputShape);
    return activate(layer.name(), layer.activation(), linear);
  }

  @Override
  public Blob visit(DepthwiseConvolution layer) {
    return depthwise(layer, "depthwise_kernel", layer.window(), output(layer));
  }

  @Override
  public Blob visit(SeparableConvolution layer) {
    Blob input = input(layer);
    Shape outputShape = network.shape(layer.name());
    Shape between = Shape.map(input.channels(), outputShape.height(), outputShape.width());
    Blob middle = new Blob(between, true, pool);
    FilterBank filters = parameters.filters(layer, "depthwise_kernel", between.channels());
    append(new DepthwiseOperation(layer.window(), input, middle, filters));
    return convolution(layer, "pointwise_kernel", Window.of(1), 1, middle, outputShape);
  }

  @Override
  public Blob visit(Dense layer) {
    Operation operation =
        new DenseOperation(
            input(layer),
            output(layer),
            parameters.get(layer, "kernel"),
            parameters.find(layer, "bias"),
            new MatrixProduct(scratch));
    return activate(layer.name(), layer.activation(), append(operation));
  }

  @Override
  public Blob visit(BatchNormalization layer) {
    if (fusions.isMultipliedIn(layer)) {
      return input(layer);
    }
    if (!trains.statisticsOf(layer)) {
      return append(
          new AffineOperation(input(layer), output(layer), parameters.frozenStatistics(layer)));
    }
    return append(
        new BatchStatistics(
            layer,
            input(layer),
            output(layer),
            parameters.find(layer, "gamma"),
            parameters.find(layer, "beta"),
            parameters.get(layer, "moving_mean"),
            parameters.get(layer, "moving_variance")));
  }

  @Override
  public Blob visit(ActivationLayer layer) {
    Activation activation = layer.activation();
    Blob input = input(layer);
    if (fusions.isTakenOver(layer.name(), activation)) {
      outputActivation = activation;
      return input;
    }
    if (activation == Activation.LINEAR) {
      return input;
    }
    if (activation == Activation.SOFTMAX) {
      return append(new SoftmaxOperation(input, output(layer)));
    }
    Blob output = fusions.isInPlace(layer) ? input : output(layer);
    return append(new ActivationOperation(activation, input, output));
  }

  private Blob input(Layer.Unary layer) {
    return blob(layer.input());
  }

  private List<Blob> inputs(Layer layer) {
    return layer.inputs().stream().map(this::blob).toList();
  }

  private Blob blob(String name) {
    return Objects.requireNonNull(blobs.get(name));
  }

  private Blob depthwise(Layer.Unary layer, String role, Window window, Blob output) {
    FilterBank filters = filters(layer, role, output.channels());
    return append(new DepthwiseOperation(window, input(layer), output, filters));
  }

  private Blob convolution(
      Layer.Unary layer, String role, Window window, int groups, Blob input, Shape outputShape) {
    Blob output = new Blob(outputShape, true, pool);
    FilterBank filters = filters(layer, role, output.channels());
    Convolver convolution = Convolver.of(window, groups, input, output, scratch);
    return append(new ConvolutionOperation(input, output, filters, convolution));
  }

  /** Returns the layer's last kernel, with its bias and what stands behind it. */
  private FilterBank filters(Layer.Unary layer, String role, int filters) {
    return parameters.filters(layer, role, fusions.normBehind(layer), filters);
  }

  /** Puts a layer's own activation behind it. */
  private Blob activate(String layer, Activation activation, Blob blob) {
    if (fusions.isTakenOver(layer, activation)) {
      outputActivation = activation;
      return blob;
    }
    if (activation == Activation.LINEAR) {
      return blob;
    }
    if (activation == Activation.SOFTMAX) {
      return append(new SoftmaxOperation(blob, like(blob)));
    }
    boolean inPlace = ActivationFunction.slopeFollowsFromValue(activation);
    return append(new ActivationOperation(activation, blob, inPlace ? blob : like(blob)));
  }

  private Blob like(Blob blob) {
    return new Blob(blob.shape(), blob.wantsGradient(), pool);
  }

  private Blob output(Layer layer) {
    boolean wanted =
        parameters.trains(layer) || inputs(layer).stream().anyMatch(Blob::wantsGradient);
    return new Blob(network.shape(layer.name()), wanted, pool);
  }

  private Blob append(Operation operation) {
    operations.add(operation);
    return operation.output();
  }
}
