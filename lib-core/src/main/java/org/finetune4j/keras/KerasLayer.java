package org.finetune4j.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Add;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.Padding;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;

/**
 * A layer as a Keras model describes it.
 *
 * @param name the layer's name
 * @param type the Keras class
 * @param config its settings
 * @param inputs what it reads
 */
record KerasLayer(String name, String type, JsonNode config, List<String> inputs) {
  /** What does something in training only. */
  private static final Set<String> IDENTITIES =
      Set.of(
          "InputLayer",
          "ActivityRegularization",
          "GaussianNoise",
          "GaussianDropout",
          "AlphaDropout",
          "SpatialDropout2D",
          "RandomFlip",
          "RandomRotation",
          "RandomTranslation",
          "RandomZoom",
          "RandomContrast",
          "RandomBrightness");

  /**
   * Adds the layer; whatever it computes comes last.
   *
   * @throws IllegalArgumentException if it has no counterpart
   */
  void addTo(NetworkBuilder net) {
    if (inputs.isEmpty()) {
      throw refused("reads nothing");
    }
    net.from(inputs.get(0));
    if (IDENTITIES.contains(type)) {
      return;
    }
    requireChannelsLast();
    switch (type) {
      case "Conv2D", "Convolution2D" -> convolution(net);
      case "DepthwiseConv2D" -> {
        net.layer(
            new DepthwiseConvolution(
                name, net.last(), config.path("depth_multiplier").asInt(1), window(), bias()));
        activate(net);
      }
      case "SeparableConv2D" -> separable(net);
      case "Dense" -> net.layer(new Dense(name, net.last(), count("units"), bias(), activation()));
      case "BatchNormalization" -> batchNormalization(net);
      case "Normalization" -> net.layer(new Normalization(name, net.last(), true));
      case "Rescaling" ->
          net.layer(new Rescale(name, net.last(), numbers("scale", 1), numbers("offset", 0)));
      case "Activation" -> net.activation(name, activation());
      case "ReLU" -> net.activation(name, relu());
      case "Softmax" -> net.activation(name, Activation.SOFTMAX);
      case "MaxPooling2D" -> net.layer(new Pooling(name, net.last(), PoolingType.MAX, pool()));
      case "AveragePooling2D" ->
          net.layer(new Pooling(name, net.last(), PoolingType.AVERAGE, pool()));
      case "GlobalAveragePooling2D" -> net.layer(global(net, PoolingType.AVERAGE));
      case "GlobalMaxPooling2D" -> net.layer(global(net, PoolingType.MAX));
      case "ZeroPadding2D" -> zeroPadding(net);
      case "Flatten" -> net.flatten(name);
      case "Reshape" -> reshape(net);
      case "Dropout" -> net.dropout(name, config.path("rate").asDouble());
      case "Add" -> net.layer(new Add(name, inputs));
      case "Multiply" -> net.layer(new Multiply(name, inputs));
      case "Concatenate" -> net.layer(new Concatenate(name, inputs));
      default -> throw refused("is a " + type + ", which has no counterpart here");
    }
  }

  private void convolution(NetworkBuilder net) {
    if (config.path("groups").asInt(1) != 1) {
      throw refused("is a convolution in " + config.path("groups") + " groups");
    }
    boolean fused = activation() != Activation.SOFTMAX;
    net.layer(
        new Convolution(
            name,
            net.last(),
            count("filters"),
            window(),
            bias(),
            fused ? activation() : Activation.LINEAR));
    if (!fused) {
      activate(net);
    }
  }

  private void separable(NetworkBuilder net) {
    if (config.path("depth_multiplier").asInt(1) != 1) {
      throw refused("has a depth_multiplier of " + config.path("depth_multiplier"));
    }
    net.layer(new SeparableConvolution(name, net.last(), count("filters"), window(), bias()));
    activate(net);
  }

  private void activate(NetworkBuilder net) {
    if (activation() != Activation.LINEAR) {
      net.activation(name + "_activation", activation());
    }
  }

  private void batchNormalization(NetworkBuilder net) {
    JsonNode axis =
        config.path("axis").isArray() ? config.path("axis").path(0) : config.path("axis");
    int last = net.shape().isVector() ? 1 : 3;
    if (axis.asInt(last) != last && axis.asInt() != -1) {
      throw refused("normalises along axis " + axis + ", not along the channels");
    }
    net.layer(
        new BatchNormalization(
            name,
            net.last(),
            config.path("epsilon").asDouble(1e-3),
            config.path("momentum").asDouble(0.99),
            config.path("scale").asBoolean(true),
            config.path("center").asBoolean(true)));
  }

  private GlobalPooling global(NetworkBuilder net, PoolingType pooling) {
    return new GlobalPooling(name, net.last(), pooling, config.path("keepdims").asBoolean(false));
  }

  private void zeroPadding(NetworkBuilder net) {
    JsonNode padding = config.path("padding");
    JsonNode rows = padding.path(0);
    JsonNode columns = padding.path(1);
    net.zeroPad(
        name, first(rows), rows.path(1).asInt(first(rows)), first(columns), second(columns));
  }

  /** Keras 1 writes one number for both sides. */
  private static int first(JsonNode pair) {
    return pair.isArray() ? pair.path(0).asInt() : pair.asInt();
  }

  private static int second(JsonNode pair) {
    return pair.isArray() ? pair.path(1).asInt() : pair.asInt();
  }

  private void reshape(NetworkBuilder net) {
    JsonNode target = config.path("target_shape");
    int channels = net.shape().channels();
    net.layer(
        new Reshape(
            name,
            net.last(),
            target.size() == 3 ? Shape.map(channels, 1, 1) : Shape.vector(channels)));
  }

  private void requireChannelsLast() {
    String format = config.path("data_format").asText("channels_last");
    if (format.equals("channels_first")) {
      throw refused("has its channels first");
    }
  }

  private Window window() {
    JsonNode size = config.path("kernel_size");
    return new Window(
        size.path(0).asInt(),
        size.path(1).asInt(),
        square("strides", 1),
        square("dilation_rate", 1),
        padding());
  }

  private Window pool() {
    JsonNode size = config.path("pool_size");
    return new Window(
        size.path(0).asInt(),
        size.path(1).asInt(),
        square("strides", size.path(0).asInt()),
        1,
        padding());
  }

  private Padding padding() {
    String padding = config.path("padding").asText("valid").toLowerCase(Locale.ROOT);
    return switch (padding) {
      case "same" -> Padding.SAME;
      case "valid" -> Padding.VALID;
      default -> throw refused("has the padding '" + padding + "'");
    };
  }

  private int square(String key, int otherwise) {
    JsonNode pair = config.path(key);
    if (!pair.isArray()) {
      return pair.asInt(otherwise);
    }
    if (pair.path(0).asInt() != pair.path(1).asInt()) {
      throw refused("has the " + key + " " + pair + ", different by direction");
    }
    return pair.path(0).asInt();
  }

  private int count(String key) {
    int count = config.path(key).asInt();
    if (count < 1) {
      throw refused("has no " + key);
    }
    return count;
  }

  private boolean bias() {
    return config.path("use_bias").asBoolean(true);
  }

  private List<Double> numbers(String key, double otherwise) {
    JsonNode value = config.path(key);
    List<Double> numbers = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(number -> numbers.add(number.asDouble()));
    } else {
      numbers.add(value.asDouble(otherwise));
    }
    return numbers;
  }

  private Activation relu() {
    double slope = config.path("negative_slope").asDouble(0);
    double threshold = config.path("threshold").asDouble(0);
    JsonNode limit = config.path("max_value");
    boolean unlimited = limit.isNull() || limit.isMissingNode();
    if (slope != 0 || threshold != 0 || (!unlimited && limit.asDouble() != 6)) {
      throw refused("is a ReLU of another kind: " + config);
    }
    return unlimited ? Activation.RELU : Activation.RELU6;
  }

  private Activation activation() {
    JsonNode activation = config.path("activation");
    String function = activation.asText("linear");
    return switch (activation.isObject() ? activation.path("class_name").asText() : function) {
      case "linear", "null" -> Activation.LINEAR;
      case "relu" -> Activation.RELU;
      case "relu6" -> Activation.RELU6;
      case "sigmoid" -> Activation.SIGMOID;
      case "tanh" -> Activation.TANH;
      case "swish", "silu" -> Activation.SWISH;
      case "hard_swish", "hard_silu" -> Activation.HARD_SWISH;
      case "softmax" -> Activation.SOFTMAX;
      default -> throw refused("has the activation " + activation);
    };
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("layer '" + name + "' " + why + ".");
  }
}
