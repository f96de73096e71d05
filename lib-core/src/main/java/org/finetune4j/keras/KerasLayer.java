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
import org.finetune4j.network.LayerNormalization;
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
          "Identity",
          "ActivityRegularization",
          "GaussianNoise",
          "GaussianDropout",
          "AlphaDropout",
          "SpatialDropout2D",
          "RandAugment",
          "AugMix",
          "CutMix",
          "MixUp");

  /** Augmentation by Keras's own layers; a random crop changes the size at all times. */
  private boolean isIdentity() {
    return IDENTITIES.contains(type) || (type.startsWith("Random") && !type.equals("RandomCrop"));
  }

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
    if (isIdentity()) {
      return;
    }
    requireChannelsLast();
    switch (type) {
      case "Conv2D", "Convolution2D" -> convolution(net);
      case "DepthwiseConv2D" -> {
        net.layer(
            new DepthwiseConvolution(
                name, net.last(), config.path("depth_multiplier").asInt(1), window(), bias()));
        activate(net, false);
      }
      case "SeparableConv2D" -> separable(net);
      case "Dense" -> {
        net.layer(new Dense(name, net.last(), count("units"), bias(), fused(true)));
        activate(net, true);
      }
      case "BatchNormalization" -> batchNormalization(net);
      case "LayerNormalization" -> layerNormalization(net);
      case "Normalization" -> normalization(net);
      case "Rescaling" ->
          net.layer(new Rescale(name, net.last(), numbers("scale", 1), numbers("offset", 0)));
      case "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax" ->
          KerasActivation.layer(type, config)
              .orElseThrow(() -> refused("is a function of another kind: " + config))
              .addTo(net, name);
      case "MaxPooling2D" -> net.layer(new Pooling(name, net.last(), PoolingType.MAX, pool()));
      case "AveragePooling2D" ->
          net.layer(new Pooling(name, net.last(), PoolingType.AVERAGE, pool()));
      case "GlobalAveragePooling2D" -> net.layer(global(net, PoolingType.AVERAGE));
      case "GlobalMaxPooling2D" -> net.layer(global(net, PoolingType.MAX));
      case "ZeroPadding2D" -> zeroPadding(net);
      case "Cropping2D" -> require(sizes(net).cropping());
      case "CenterCrop" -> require(sizes(net).centerCrop());
      case "Resizing" -> require(sizes(net).resizing());
      case "UpSampling2D" -> require(sizes(net).upSampling());
      case "Flatten" -> net.flatten(name);
      case "Reshape" -> reshape(net);
      case "Dropout" -> net.dropout(name, config.path("rate").asDouble());
      case "Add" -> net.layer(new Add(name, inputs));
      case "Multiply" -> net.layer(new Multiply(name, inputs));
      case "Concatenate" -> net.layer(new Concatenate(name, inputs));
      default -> throw refused("is a " + type + ", which has no counterpart here");
    }
  }

  private KerasSizes sizes(NetworkBuilder net) {
    return new KerasSizes(net, name, config);
  }

  private void require(String problem) {
    if (!problem.isEmpty()) {
      throw refused(problem);
    }
  }

  private void convolution(NetworkBuilder net) {
    boolean fuses = fused(true) != Activation.SOFTMAX;
    net.layer(
        new Convolution(
            name,
            net.last(),
            count("filters"),
            window(),
            bias(),
            fused(fuses),
            config.path("groups").asInt(1)));
    activate(net, fuses);
  }

  private void separable(NetworkBuilder net) {
    if (config.path("depth_multiplier").asInt(1) != 1) {
      throw refused("has a depth_multiplier of " + config.path("depth_multiplier"));
    }
    net.layer(new SeparableConvolution(name, net.last(), count("filters"), window(), bias()));
    activate(net, false);
  }

  private KerasActivation activation() {
    return KerasActivation.of(config)
        .orElseThrow(() -> refused("has the activation " + config.path("activation")));
  }

  /** Returns what the layer itself computes of its activation. */
  private Activation fused(boolean fuses) {
    return fuses && activation() instanceof KerasActivation.Plain plain
        ? plain.function()
        : Activation.LINEAR;
  }

  /** Adds what the layer itself does not compute of its activation. */
  private void activate(NetworkBuilder net, boolean fuses) {
    boolean done = fuses && activation() instanceof KerasActivation.Plain;
    if (!done && !activation().equals(new KerasActivation.Plain(Activation.LINEAR))) {
      activation().addTo(net, name + "_activation");
    }
  }

  private void batchNormalization(NetworkBuilder net) {
    requireChannelAxis(net);
    net.layer(
        new BatchNormalization(
            name,
            net.last(),
            config.path("epsilon").asDouble(1e-3),
            config.path("momentum").asDouble(0.99),
            config.path("scale").asBoolean(true),
            config.path("center").asBoolean(true)));
  }

  private void requireChannelAxis(NetworkBuilder net) {
    JsonNode axis =
        config.path("axis").isArray() ? config.path("axis").path(0) : config.path("axis");
    int last = net.shape().isVector() ? 1 : 3;
    if (config.path("axis").size() > 1 || (axis.asInt(last) != last && axis.asInt() != -1)) {
      throw refused("normalises along axis " + config.path("axis") + ", not along the channels");
    }
  }

  private void layerNormalization(NetworkBuilder net) {
    requireChannelAxis(net);
    if (!config.path("scale").asBoolean(true) || !config.path("center").asBoolean(true)) {
      throw refused("does without a factor or a summand");
    }
    net.layer(new LayerNormalization(name, net.last(), config.path("epsilon").asDouble(1e-3)));
  }

  /** With statistics from the file, or with constants that stand in the description. */
  private void normalization(NetworkBuilder net) {
    boolean inverse = config.path("invert").asBoolean();
    if (!config.hasNonNull("mean") || !config.hasNonNull("variance")) {
      if (inverse) {
        throw refused("inverts a normalisation");
      }
      net.layer(new Normalization(name, net.last(), true));
      return;
    }
    List<Double> mean = new ArrayList<>();
    List<Double> variance = new ArrayList<>();
    KerasArithmetic.collect(config.path("mean"), mean);
    KerasArithmetic.collect(config.path("variance"), variance);
    if (mean.size() != variance.size()) {
      throw refused("has " + mean.size() + " means, but " + variance.size() + " variances");
    }
    List<Double> scale = new ArrayList<>();
    List<Double> offset = new ArrayList<>();
    for (int i = 0; i < mean.size(); i++) {
      double deviation = Math.max(Math.sqrt(variance.get(i)), 1e-7);
      scale.add(inverse ? deviation : 1 / deviation);
      offset.add(inverse ? mean.get(i) : -mean.get(i) / deviation);
    }
    net.layer(new Rescale(name, net.last(), scale, offset));
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
    if (target.size() == 3
        && net.shape().isMap()
        && target.path(0).asInt() == net.shape().height()
        && target.path(1).asInt() == net.shape().width()
        && target.path(2).asInt() == channels) {
      return;
    }
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

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("layer '" + name + "' " + why + ".");
  }
}
