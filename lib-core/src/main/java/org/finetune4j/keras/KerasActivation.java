package org.finetune4j.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Add;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Rescale;

/**
 * Activation functions as Keras describes them. What is no single function here is put together
 * from those that are: the last layer then has the name.
 */
sealed interface KerasActivation {
  /** Adds the function behind the last layer. */
  void addTo(NetworkBuilder net, String name);

  /** One of the functions that layers have. */
  record Plain(Activation function) implements KerasActivation {
    @Override
    public void addTo(NetworkBuilder net, String name) {
      net.activation(name, function);
    }
  }

  /** x above 0, slope * x below: (1 - slope) * relu(x) + slope * x. */
  record Leaky(double slope) implements KerasActivation {
    @Override
    public void addTo(NetworkBuilder net, String name) {
      String input = net.last();
      net.activation(name + "/positive", Activation.RELU);
      net.rescale(name + "/more", 1 - slope, 0);
      net.layer(new Rescale(name + "/line", input, List.of(slope), List.of(0.0)));
      net.layer(new Add(name, List.of(name + "/more", name + "/line")));
    }
  }

  /** min(max(x, 0), limit). */
  record Limited(double limit) implements KerasActivation {
    @Override
    public void addTo(NetworkBuilder net, String name) {
      net.rescale(name + "/to_six", 6 / limit, 0);
      net.activation(name + "/relu6", Activation.RELU6);
      net.rescale(name, limit / 6, 0);
    }
  }

  /**
   * Returns what the setting {@code activation} of a layer means.
   *
   * @param config the layer's settings
   */
  static Optional<KerasActivation> of(JsonNode config) {
    JsonNode activation = config.path("activation");
    if (activation.isObject()) {
      String type = activation.path("class_name").asText();
      JsonNode settings = activation.path("config");
      return type.equals("function")
          ? named(settings.asText(), config)
          : layer(type, settings).or(() -> named(type, config));
    }
    return named(activation.asText("linear"), config);
  }

  private static Optional<KerasActivation> named(String function, JsonNode config) {
    return switch (function) {
      case "linear", "null" -> plain(Activation.LINEAR);
      case "relu" -> plain(Activation.RELU);
      case "relu6" -> plain(Activation.RELU6);
      case "leaky_relu" -> Optional.of(new Leaky(0.2));
      case "sigmoid" -> plain(Activation.SIGMOID);
      case "tanh" -> plain(Activation.TANH);
      case "swish", "silu" -> plain(Activation.SWISH);
      case "hard_swish", "hard_silu" -> plain(Activation.HARD_SWISH);
      case "gelu" -> plain(Activation.GELU);
      case "elu" -> plain(Activation.ELU);
      case "selu" -> plain(Activation.SELU);
      case "softplus" -> plain(Activation.SOFTPLUS);
      case "softsign" -> plain(Activation.SOFTSIGN);
      case "softmax" -> plain(Activation.SOFTMAX);
      // Keras 2 had another formula under this name; only Keras 3 describes types as objects.
      case "hard_sigmoid" ->
          config.path("dtype").isObject() ? plain(Activation.HARD_SIGMOID) : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Returns what a layer that is nothing but a function means, if it is one. */
  static Optional<KerasActivation> layer(String type, JsonNode config) {
    return switch (type) {
      case "Activation" -> of(config);
      case "ReLU" -> relu(config);
      case "LeakyReLU" ->
          Optional.of(
              new Leaky(
                  config.path("negative_slope").asDouble(config.path("alpha").asDouble(0.3))));
      case "ELU" ->
          config.path("alpha").asDouble(1) == 1 ? plain(Activation.ELU) : Optional.empty();
      case "Softmax" -> plain(Activation.SOFTMAX);
      default -> Optional.empty();
    };
  }

  private static Optional<KerasActivation> relu(JsonNode config) {
    double slope = config.path("negative_slope").asDouble(0);
    double limit = config.path("max_value").asDouble(Double.POSITIVE_INFINITY);
    if (config.path("threshold").asDouble(0) != 0 || limit <= 0) {
      return Optional.empty();
    }
    if (slope != 0) {
      return Double.isFinite(limit) ? Optional.empty() : Optional.of(new Leaky(slope));
    }
    if (!Double.isFinite(limit)) {
      return plain(Activation.RELU);
    }
    return limit == 6 ? plain(Activation.RELU6) : Optional.of(new Limited(limit));
  }

  private static Optional<KerasActivation> plain(Activation function) {
    return Optional.of(new Plain(function));
  }
}
