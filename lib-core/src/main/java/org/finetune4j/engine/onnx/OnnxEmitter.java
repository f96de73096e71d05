package org.finetune4j.engine.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.engine.onnx.OnnxNode.Attribute;
import org.finetune4j.engine.onnx.OnnxNode.Real;
import org.finetune4j.engine.onnx.OnnxNode.Text;
import org.finetune4j.engine.onnx.OnnxNode.Whole;
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
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.Window;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * Says a network in ONNX operators. The value that a layer makes carries the layer's name, values
 * in between {@code layer/...}; constants that are weights carry the weights' names, so that a file
 * can be read back into {@link Weights}.
 */
final class OnnxEmitter {
  private final Network network;
  private final Weights weights;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, OnnxConstant> constants = new LinkedHashMap<>();

  /** The value that stands for a layer which does nothing at prediction time. */
  private final Map<String, String> sameAs = new HashMap<>();

  private OnnxEmitter(Network network, Weights weights) {
    this.network = network;
    this.weights = weights;
  }

  /**
   * Returns the graph of a network.
   *
   * @throws IllegalArgumentException if a weight tensor is missing or of another shape
   */
  static OnnxGraph emit(Network network, Weights weights) {
    OnnxEmitter emitter = new OnnxEmitter(network, weights);
    network.layers().forEach(emitter::emit);
    network.outputs().forEach(emitter::provide);
    Map<String, Shape> inputs = new LinkedHashMap<>();
    network.inputs().forEach(input -> inputs.put(input.name(), input.shape()));
    Map<String, Shape> outputs = new LinkedHashMap<>();
    network.outputs().forEach(name -> outputs.put(outputName(network, name), network.shape(name)));
    return new OnnxGraph(inputs, outputs, emitter.nodes, emitter.constants);
  }

  /** An input cannot be an output of the same name. */
  static String outputName(Network network, String layer) {
    return network.layer(layer) instanceof Input ? layer + "/output" : layer;
  }

  private void provide(String output) {
    String name = outputName(network, output);
    if (sameAs.containsKey(output) || !name.equals(output)) {
      node("Identity", name, name, List.of(value(output)), Map.of());
    }
  }

  private void emit(Layer layer) {
    if (layer instanceof Input) {
      return; // a value that is there already
    } else if (layer instanceof Convolution it) {
      convolution(it);
    } else if (layer instanceof DepthwiseConvolution it) {
      depthwise(it);
    } else if (layer instanceof SeparableConvolution it) {
      separable(it);
    } else if (layer instanceof Dense it) {
      dense(it);
    } else if (layer instanceof BatchNormalization it) {
      batchNormalization(it);
    } else if (layer instanceof Normalization it) {
      normalization(it);
    } else if (layer instanceof Rescale it) {
      rescale(it);
    } else if (layer instanceof ReverseChannels it) {
      reverseChannels(it);
    } else if (layer instanceof ActivationLayer it) {
      activation(it.name(), it.activation(), value(it.input()), it.name());
    } else if (layer instanceof Pooling it) {
      pooling(it);
    } else if (layer instanceof GlobalPooling it) {
      globalPooling(it);
    } else if (layer instanceof ZeroPadding it) {
      zeroPadding(it);
    } else if (layer instanceof Flatten it) {
      node("Flatten", it.name(), it.name(), List.of(value(it.input())), axis());
    } else if (layer instanceof Reshape it) {
      reshape(it);
    } else if (layer instanceof Dropout it) {
      sameAs.put(it.name(), value(it.input()));
    } else if (layer instanceof Add it) {
      add(it);
    } else if (layer instanceof Multiply it) {
      node("Mul", it.name(), it.name(), values(it.inputs()), Map.of());
    } else if (layer instanceof Concatenate it) {
      node("Concat", it.name(), it.name(), values(it.inputs()), axis());
    } else {
      throw new AssertionError("A kind of layer without ONNX operators: " + layer);
    }
  }

  private void convolution(Convolution layer) {
    List<String> reads = new ArrayList<>(List.of(value(layer.input()), weight(layer, "kernel")));
    if (layer.bias()) {
      reads.add(weight(layer, "bias"));
    }
    Map<String, Attribute> window = window(layer.window(), shape(layer.input()), 1);
    node("Conv", layer.name(), linear(layer.name(), layer.activation()), reads, window);
    activate(layer.name(), layer.activation());
  }

  private void depthwise(DepthwiseConvolution layer) {
    Shape input = shape(layer.input());
    List<String> reads =
        new ArrayList<>(List.of(value(layer.input()), weight(layer, "depthwise_kernel")));
    if (layer.bias()) {
      reads.add(weight(layer, "bias"));
    }
    node(
        "Conv", layer.name(), layer.name(), reads, window(layer.window(), input, input.channels()));
  }

  private void separable(SeparableConvolution layer) {
    Shape input = shape(layer.input());
    String between = layer.name() + "/depthwise";
    node(
        "Conv",
        between,
        between,
        List.of(value(layer.input()), weight(layer, "depthwise_kernel")),
        window(layer.window(), input, input.channels()));
    List<String> reads = new ArrayList<>(List.of(between, weight(layer, "pointwise_kernel")));
    if (layer.bias()) {
      reads.add(weight(layer, "bias"));
    }
    node("Conv", layer.name(), layer.name(), reads, window(Window.of(1), input, 1));
  }

  private void dense(Dense layer) {
    List<String> reads = new ArrayList<>(List.of(value(layer.input()), weight(layer, "kernel")));
    if (layer.bias()) {
      reads.add(weight(layer, "bias"));
    }
    node("Gemm", layer.name(), linear(layer.name(), layer.activation()), reads, Map.of());
    activate(layer.name(), layer.activation());
  }

  /** Returns the value that a layer makes before the activation that it brings along. */
  private static String linear(String layer, Activation activation) {
    return activation == Activation.LINEAR ? layer : layer + "/linear";
  }

  private void activate(String layer, Activation activation) {
    if (activation != Activation.LINEAR) {
      activation(layer + "/activation", activation, linear(layer, activation), layer);
    }
  }

  private void batchNormalization(BatchNormalization layer) {
    int channels = shape(layer.name()).channels();
    String name = layer.name();
    String gamma = layer.scale() ? weight(layer, "gamma") : filled(name + "/one", channels, 1);
    String beta = layer.center() ? weight(layer, "beta") : filled(name + "/zero", channels, 0);
    node(
        "BatchNormalization",
        name,
        name,
        List.of(
            value(layer.input()),
            gamma,
            beta,
            weight(layer, "moving_mean"),
            weight(layer, "moving_variance")),
        Map.of("epsilon", new Real((float) layer.epsilon())));
  }

  /** A batch normalisation whose epsilon is the square of Keras's floor under the deviation. */
  private void normalization(Normalization layer) {
    int channels = shape(layer.name()).channels();
    String name = layer.name();
    node(
        "BatchNormalization",
        name,
        name,
        List.of(
            value(layer.input()),
            filled(name + "/one", channels, 1),
            filled(name + "/zero", channels, 0),
            weight(layer, "mean"),
            weight(layer, "variance")),
        Map.of("epsilon", new Real(1e-14f)));
  }

  private String filled(String name, int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return constant(OnnxConstant.ofFloats(name, List.of(size), values));
  }

  private void rescale(Rescale layer) {
    String name = layer.name();
    boolean scales = layer.scale().stream().anyMatch(it -> it != 1);
    boolean shifts = layer.offset().stream().anyMatch(it -> it != 0);
    if (!scales && !shifts) {
      sameAs.put(name, value(layer.input()));
      return;
    }
    String scaled = value(layer.input());
    if (scales) {
      scaled = shifts ? name + "/scaled" : name;
      String factor = perChannel(name + "/scale", layer.scale(), shape(layer.input()));
      node("Mul", scaled, scaled, List.of(value(layer.input()), factor), Map.of());
    }
    if (shifts) {
      String offset = perChannel(name + "/offset", layer.offset(), shape(layer.input()));
      node("Add", name, name, List.of(scaled, offset), Map.of());
    }
  }

  private String perChannel(String name, List<Double> values, Shape input) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    List<Integer> shape =
        input.isVector() || floats.length == 1
            ? List.of(floats.length)
            : List.of(floats.length, 1, 1);
    return constant(OnnxConstant.ofFloats(name, shape, floats));
  }

  private void reverseChannels(ReverseChannels layer) {
    int channels = shape(layer.name()).channels();
    long[] order = new long[channels];
    for (int i = 0; i < channels; i++) {
      order[i] = channels - 1L - i;
    }
    String name = layer.name();
    String indices = constant(OnnxConstant.ofLongs(name + "/order", order));
    node("Gather", name, name, List.of(value(layer.input()), indices), axis());
  }

  private void activation(String name, Activation activation, String input, String output) {
    switch (activation) {
      case LINEAR -> node("Identity", name, output, List.of(input), Map.of());
      case RELU -> node("Relu", name, output, List.of(input), Map.of());
      case RELU6 -> {
        String low = constant(OnnxConstant.ofFloats(name + "/low", List.of(), 0));
        String high = constant(OnnxConstant.ofFloats(name + "/high", List.of(), 6));
        node("Clip", name, output, List.of(input, low, high), Map.of());
      }
      case SIGMOID -> node("Sigmoid", name, output, List.of(input), Map.of());
      case TANH -> node("Tanh", name, output, List.of(input), Map.of());
      case SWISH -> {
        node("Sigmoid", name + "/gate", name + "/gate", List.of(input), Map.of());
        node("Mul", name, output, List.of(input, name + "/gate"), Map.of());
      }
      case HARD_SIGMOID ->
          node(
              "HardSigmoid",
              name,
              output,
              List.of(input),
              Map.of("alpha", new Real(1 / 6f), "beta", new Real(0.5f)));
      case HARD_SWISH -> node("HardSwish", name, output, List.of(input), Map.of());
      case SOFTMAX -> node("Softmax", name, output, List.of(input), axis());
    }
  }

  private void pooling(Pooling layer) {
    Map<String, Attribute> attributes = window(layer.window(), shape(layer.input()), 1);
    attributes.remove("group");
    if (layer.pooling() == PoolingType.AVERAGE) {
      attributes.remove("dilations");
      attributes.put("count_include_pad", new Whole(0));
    }
    node(
        layer.pooling() == PoolingType.MAX ? "MaxPool" : "AveragePool",
        layer.name(),
        layer.name(),
        List.of(value(layer.input())),
        attributes);
  }

  private void globalPooling(GlobalPooling layer) {
    String operator = layer.pooling() == PoolingType.MAX ? "GlobalMaxPool" : "GlobalAveragePool";
    String name = layer.name();
    String pooled = layer.keepDimensions() ? name : name + "/map";
    node(operator, pooled, pooled, List.of(value(layer.input())), Map.of());
    if (!layer.keepDimensions()) {
      node("Flatten", name, name, List.of(pooled), axis());
    }
  }

  private void zeroPadding(ZeroPadding layer) {
    String pads =
        constant(
            OnnxConstant.ofLongs(
                layer.name() + "/pads",
                0,
                0,
                layer.top(),
                layer.left(),
                0,
                0,
                layer.bottom(),
                layer.right()));
    node(
        "Pad",
        layer.name(),
        layer.name(),
        List.of(value(layer.input()), pads),
        Map.of("mode", new Text("constant")));
  }

  private void reshape(Reshape layer) {
    int channels = layer.shape().channels();
    // 0 keeps the batch dimension.
    long[] target =
        layer.shape().isVector() ? new long[] {0, channels} : new long[] {0, channels, 1, 1};
    String shape = constant(OnnxConstant.ofLongs(layer.name() + "/shape", target));
    node("Reshape", layer.name(), layer.name(), List.of(value(layer.input()), shape), Map.of());
  }

  private void add(Add layer) {
    boolean two = layer.inputs().size() == 2;
    node(two ? "Add" : "Sum", layer.name(), layer.name(), values(layer.inputs()), Map.of());
  }

  private static Map<String, Attribute> axis() {
    return Map.of("axis", new Whole(1));
  }

  private static Map<String, Attribute> window(Window window, Shape input, int groups) {
    Window.Border border = window.border(input);
    Map<String, Attribute> attributes = new HashMap<>();
    attributes.put("kernel_shape", OnnxNode.ints(window.height(), window.width()));
    attributes.put("strides", OnnxNode.ints(window.stride(), window.stride()));
    attributes.put("dilations", OnnxNode.ints(window.dilation(), window.dilation()));
    attributes.put(
        "pads", OnnxNode.ints(border.top(), border.left(), border.bottom(), border.right()));
    attributes.put("group", new Whole(groups));
    return attributes;
  }

  private void node(
      String operator,
      String name,
      String output,
      List<String> inputs,
      Map<String, Attribute> attributes) {
    nodes.add(new OnnxNode(operator, name, inputs, output, attributes));
  }

  private String weight(Layer layer, String role) {
    String name = layer.name() + "/" + role;
    if (!constants.containsKey(name)) {
      Tensor tensor = weights.get(name);
      List<Integer> expected =
          network.tensors(layer.name()).stream()
              .filter(spec -> spec.role().equals(role))
              .map(TensorSpec::shape)
              .findFirst()
              .orElseThrow();
      if (!tensor.shape().equals(expected)) {
        throw new IllegalArgumentException(
            "Weight tensor '" + name + "' has shape " + expected + ", not " + tensor.shape() + ".");
      }
      constant(OnnxConstant.of(name, tensor));
    }
    return name;
  }

  private String constant(OnnxConstant constant) {
    constants.put(constant.name(), constant);
    return constant.name();
  }

  private Shape shape(String layer) {
    return network.shape(layer);
  }

  private String value(String layer) {
    return sameAs.getOrDefault(layer, layer);
  }

  private List<String> values(List<String> layers) {
    return layers.stream().map(this::value).toList();
  }
}
