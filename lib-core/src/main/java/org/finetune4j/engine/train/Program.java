package org.finetune4j.engine.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.engine.train.kernel.ActivationFunction;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Convolver;
import org.finetune4j.engine.train.kernel.GradientPool;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.operation.ActivationOperation;
import org.finetune4j.engine.train.operation.AddOperation;
import org.finetune4j.engine.train.operation.AffineOperation;
import org.finetune4j.engine.train.operation.BatchStatistics;
import org.finetune4j.engine.train.operation.ConcatenateOperation;
import org.finetune4j.engine.train.operation.ConvolutionOperation;
import org.finetune4j.engine.train.operation.DenseOperation;
import org.finetune4j.engine.train.operation.DepthwiseOperation;
import org.finetune4j.engine.train.operation.DropoutOperation;
import org.finetune4j.engine.train.operation.GlobalPoolingOperation;
import org.finetune4j.engine.train.operation.MultiplyOperation;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.PoolingOperation;
import org.finetune4j.engine.train.operation.ReverseChannelsOperation;
import org.finetune4j.engine.train.operation.SoftmaxOperation;
import org.finetune4j.engine.train.operation.ZeroPaddingOperation;
import org.finetune4j.engine.train.parameter.ChannelAffine;
import org.finetune4j.engine.train.parameter.Constants;
import org.finetune4j.engine.train.parameter.FilterBank;
import org.finetune4j.engine.train.parameter.FrozenStatistics;
import org.finetune4j.engine.train.parameter.Parameter;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.Network;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.Window;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.weights.Weights;

/** Turns a network into operations in order, up to the values before its last activation. */
final class Program {
  private final Network network;
  private final BatchNormPolicy policy;
  private final boolean inputGradients;
  private final Scratch scratch;
  private final GradientPool pool = new GradientPool();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Blob> blobs = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private Activation outputActivation = Activation.LINEAR;

  /**
   * Makes the operations.
   *
   * @param inputGradients whether the inputs get gradients too
   */
  Program(
      Network network,
      Weights weights,
      BatchNormPolicy policy,
      boolean inputGradients,
      Scratch scratch) {
    this.network = network;
    this.policy = policy;
    this.inputGradients = inputGradients;
    this.scratch = scratch;
    for (TensorSpec spec : network.tensors()) {
      boolean frozen =
          policy == BatchNormPolicy.FROZEN
              && network.layer(spec.layer()) instanceof BatchNormalization;
      parameters.put(
          spec.name(), new Parameter(spec, weights.get(spec.name()), spec.trainable() && !frozen));
    }
    for (Layer layer : network.layers()) {
      blobs.put(layer.name(), blob(layer));
    }
  }

  List<Parameter> parameters() {
    return List.copyOf(parameters.values());
  }

  List<Blob> inputs() {
    return network.inputs().stream().map(input -> blob(input.name())).toList();
  }

  /** Returns the values before the last activation. */
  Blob logits() {
    return blob(network.output());
  }

  /** Returns the activation that the loss takes over, or linear if there is none. */
  Activation outputActivation() {
    return outputActivation;
  }

  void forward(Pass pass) {
    operations.forEach(operation -> operation.forward(pass));
  }

  /** Carries the gradient by {@link #logits} back, as far as anything wants it. */
  void backward(Pass pass) {
    for (int i = operations.size() - 1; i >= 0; i--) {
      Operation operation = operations.get(i);
      Blob output = operation.output();
      if (output.wantsGradient() && output.hasGradient()) {
        operation.backward(pass);
        if (!operation.inPlace()) {
          output.releaseGradient();
        }
      }
    }
  }

  private Blob blob(String name) {
    return Objects.requireNonNull(blobs.get(name));
  }

  private Blob blob(Layer layer) {
    if (layer instanceof Input input) {
      return new Blob(input.shape(), inputGradients, pool);
    }
    if (layer instanceof Add add) {
      Blob output = output(layer);
      return append(new AddOperation(inputs(add), output));
    }
    if (layer instanceof Concatenate concatenate) {
      return append(new ConcatenateOperation(inputs(concatenate), output(layer)));
    }
    if (layer instanceof Multiply multiply) {
      List<Blob> factors = inputs(multiply);
      return append(new MultiplyOperation(factors.get(0), factors.get(1), output(layer)));
    }
    return unary((Layer.Unary) layer, blob(((Layer.Unary) layer).input()));
  }

  private List<Blob> inputs(Layer layer) {
    return layer.inputs().stream().map(this::blob).toList();
  }

  private Blob unary(Layer.Unary layer, Blob input) {
    if (layer instanceof Convolution
        || layer instanceof DepthwiseConvolution
        || layer instanceof SeparableConvolution
        || layer instanceof Dense
        || layer instanceof BatchNormalization) {
      return weighted(layer, input);
    }
    if (layer instanceof Flatten || layer instanceof Reshape) {
      return input.view(network.shape(layer.name()));
    }
    if (layer instanceof ActivationLayer activation) {
      return activationLayer(activation, input);
    }
    if (layer instanceof Pooling pooling) {
      return append(new PoolingOperation(pooling, input, output(layer)));
    }
    if (layer instanceof GlobalPooling pooling) {
      return append(new GlobalPoolingOperation(pooling.pooling(), input, output(layer)));
    }
    if (layer instanceof ZeroPadding padding) {
      return append(new ZeroPaddingOperation(padding, input, output(layer)));
    }
    if (layer instanceof Dropout dropout) {
      return append(new DropoutOperation(dropout, input, output(layer)));
    }
    if (layer instanceof ReverseChannels) {
      return append(new ReverseChannelsOperation(input, output(layer)));
    }
    return append(new AffineOperation(input, output(layer), constants(layer)));
  }

  private ChannelAffine constants(Layer.Unary layer) {
    if (layer instanceof Rescale rescale) {
      return Constants.of(rescale, network.shape(layer.name()).channels());
    }
    if (layer instanceof Normalization) {
      return Constants.of(parameter(layer, "mean").values, parameter(layer, "variance").values);
    }
    throw new IllegalStateException("No operation for the layer " + layer + ".");
  }

  private Blob weighted(Layer.Unary layer, Blob input) {
    if (layer instanceof Convolution convolution) {
      Blob output =
          convolution(layer, "kernel", convolution.window(), input, network.shape(layer.name()));
      return activate(layer.name(), convolution.activation(), output);
    }
    if (layer instanceof DepthwiseConvolution depthwise) {
      Blob output = output(layer);
      FilterBank filters = filters(layer, "depthwise_kernel", true, output.channels());
      return append(new DepthwiseOperation(depthwise.window(), input, output, filters));
    }
    if (layer instanceof SeparableConvolution separable) {
      return separable(separable, input);
    }
    if (layer instanceof Dense dense) {
      Operation operation =
          new DenseOperation(
              input,
              output(layer),
              parameter(layer, "kernel"),
              find(layer, "bias"),
              new MatrixProduct(scratch));
      return activate(layer.name(), dense.activation(), append(operation));
    }
    return batchNorm((BatchNormalization) layer, input);
  }

  private Blob convolution(
      Layer.Unary layer, String role, Window window, Blob input, Shape outputShape) {
    Blob output = new Blob(outputShape, true, pool);
    FilterBank filters = filters(layer, role, true, output.channels());
    Convolver convolution = Convolver.of(window, input, output, scratch);
    return append(new ConvolutionOperation(input, output, filters, convolution));
  }

  private Blob separable(SeparableConvolution layer, Blob input) {
    Shape outputShape = network.shape(layer.name());
    Shape between = Shape.map(input.channels(), outputShape.height(), outputShape.width());
    Blob middle = new Blob(between, true, pool);
    FilterBank filters = filters(layer, "depthwise_kernel", false, between.channels());
    append(new DepthwiseOperation(layer.window(), input, middle, filters));
    return convolution(layer, "pointwise_kernel", Window.of(1), middle, outputShape);
  }

  /** Returns a layer's kernel; the last one of a layer has its bias and what stands behind it. */
  private FilterBank filters(Layer.Unary layer, String role, boolean last, int filters) {
    return new FilterBank(
        parameter(layer, role),
        last ? find(layer, "bias") : Optional.empty(),
        last ? normBehind(layer).map(this::frozenStatistics) : Optional.empty(),
        filters);
  }

  /** Returns the batch normalization that can be multiplied into the layer's kernel. */
  private Optional<BatchNormalization> normBehind(Layer layer) {
    boolean fixed = policy != BatchNormPolicy.BATCH_STATISTICS;
    boolean linear =
        !(layer instanceof Convolution convolution)
            || convolution.activation() == Activation.LINEAR;
    if (!fixed || !linear || readers(layer.name()) != 1) {
      return Optional.empty();
    }
    return network.layers().stream()
        .filter(reader -> reader.inputs().contains(layer.name()))
        .filter(BatchNormalization.class::isInstance)
        .map(BatchNormalization.class::cast)
        .findFirst();
  }

  /** Returns how often a layer's activation is read, the result of the network included. */
  private long readers(String name) {
    long inside =
        network.layers().stream()
            .flatMap(layer -> layer.inputs().stream())
            .filter(name::equals)
            .count();
    return inside + (network.outputs().contains(name) ? 1 : 0);
  }

  private FrozenStatistics frozenStatistics(BatchNormalization layer) {
    return new FrozenStatistics(
        find(layer, "gamma"),
        find(layer, "beta"),
        parameter(layer, "moving_mean"),
        parameter(layer, "moving_variance"),
        layer.epsilon());
  }

  private Blob batchNorm(BatchNormalization layer, Blob input) {
    Layer before = network.layer(layer.input());
    boolean multipliedIn =
        (before instanceof Convolution
                || before instanceof DepthwiseConvolution
                || before instanceof SeparableConvolution)
            && normBehind(before).isPresent();
    if (multipliedIn) {
      return input;
    }
    if (policy != BatchNormPolicy.BATCH_STATISTICS) {
      return append(new AffineOperation(input, output(layer), frozenStatistics(layer)));
    }
    return append(
        new BatchStatistics(
            layer,
            input,
            output(layer),
            find(layer, "gamma"),
            find(layer, "beta"),
            parameter(layer, "moving_mean"),
            parameter(layer, "moving_variance")));
  }

  private Blob activationLayer(ActivationLayer layer, Blob input) {
    Activation activation = layer.activation();
    Layer before = network.layer(layer.input());
    if (isTakenOver(layer.name(), activation)) {
      outputActivation = activation;
      return input;
    }
    if (activation == Activation.LINEAR) {
      return input;
    }
    boolean inPlace =
        readers(before.name()) == 1
            && ActivationFunction.slopeFollowsFromValue(activation)
            && doesNotNeedItsOutput(before);
    if (inPlace && activation != Activation.SOFTMAX) {
      return append(new ActivationOperation(activation, input, input));
    }
    Blob output = output(layer);
    return append(
        activation == Activation.SOFTMAX
            ? new SoftmaxOperation(input, output)
            : new ActivationOperation(activation, input, output));
  }

  /** Returns whether the layer goes backward without its own result, which may be overwritten. */
  private static boolean doesNotNeedItsOutput(Layer layer) {
    return layer instanceof BatchNormalization
        || layer instanceof Add
        || layer instanceof DepthwiseConvolution
        || layer instanceof SeparableConvolution
        || (layer instanceof Convolution c && c.activation() == Activation.LINEAR)
        || (layer instanceof Dense d && d.activation() == Activation.LINEAR);
  }

  private boolean isTakenOver(String layer, Activation activation) {
    boolean fits = activation == Activation.SOFTMAX || activation == Activation.SIGMOID;
    return fits && network.outputs().contains(layer);
  }

  /** Puts a layer's own activation behind it. */
  private Blob activate(String layer, Activation activation, Blob blob) {
    if (isTakenOver(layer, activation)) {
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
    boolean trains =
        network.tensors(layer.name()).stream().anyMatch(spec -> parameter(spec.name()).trainable);
    boolean wanted = trains || inputs(layer).stream().anyMatch(Blob::wantsGradient);
    return new Blob(network.shape(layer.name()), wanted, pool);
  }

  private Blob append(Operation operation) {
    operations.add(operation);
    return operation.output();
  }

  private Parameter parameter(Layer layer, String role) {
    return parameter(layer.name() + "/" + role);
  }

  private Parameter parameter(String name) {
    return Objects.requireNonNull(parameters.get(name));
  }

  private Optional<Parameter> find(Layer layer, String role) {
    return Optional.ofNullable(parameters.get(layer.name() + "/" + role));
  }
}
