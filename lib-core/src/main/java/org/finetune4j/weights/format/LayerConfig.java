package org.finetune4j.weights.format;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A layer as a Keras model's description gives it.
 *
 * @param name the layer's name
 * @param type the Keras class, for example {@code BatchNormalization}
 * @param settings the layer's {@code config}: strings, numbers, booleans, lists and maps; what is
 *     null there is left out
 */
public record LayerConfig(String name, String type, Map<String, Object> settings) {
  /** Copies the settings. */
  public LayerConfig {
    settings = Map.copyOf(settings);
  }

  /** Returns a setting that is a number. */
  public OptionalDouble number(String key) {
    return settings.get(key) instanceof Number number
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }

  /** Returns a setting that is a string. */
  public Optional<String> text(String key) {
    return settings.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
