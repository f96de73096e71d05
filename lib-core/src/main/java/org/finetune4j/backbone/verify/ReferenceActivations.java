package org.finetune4j.backbone.verify;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A few numbers per layer that another implementation computed from certain weights, on {@link
 * VerificationPicture}.
 *
 * @param layers what is known of each layer's activation, by the layer's name
 */
public record ReferenceActivations(Map<String, Sample> layers) {
  private static final Splitter FIELDS = Splitter.on('\t');

  public ReferenceActivations {
    layers = Map.copyOf(layers);
  }

  /**
   * What is known of one activation.
   *
   * @param elements how many values it has
   * @param rms root of the mean square of all values
   * @param peak the largest magnitude
   * @param values evenly spaced ones from the first to the last, in channel, row, column order
   */
  public record Sample(int elements, double rms, double peak, List<Double> values) {
    /** Returns the largest difference, relative to the peak; infinite if the length differs. */
    public double deviation(float[] activation) {
      if (activation.length != elements) {
        return Double.POSITIVE_INFINITY;
      }
      double squares = 0;
      for (float value : activation) {
        squares += value * (double) value;
      }
      double largest = Math.abs(Math.sqrt(squares / elements) - rms) / rms;
      long last = values.size() - 1L;
      for (int i = 0; i <= last; i++) {
        double value = activation[(int) (i * (elements - 1L) / last)];
        double difference = Math.abs(value - values.get(i)) / peak;
        // Not a number is a difference too, and Math.max keeps it.
        largest = Math.max(largest, difference);
      }
      return Double.isNaN(largest) ? Double.POSITIVE_INFINITY : largest;
    }
  }

  /** Returns how far an activation of a layer is from the reference, see {@link Sample}. */
  public double deviation(String layer, float[] activation) {
    return Objects.requireNonNull(layers.get(layer)).deviation(activation);
  }

  /**
   * Finds the reference for weights.
   *
   * @param sha256 of the weights in the network's layout
   */
  public static Optional<ReferenceActivations> of(String sha256) {
    return lines("index.tsv")
        .filter(fields -> fields.get(0).equals(sha256))
        .map(fields -> read(fields.get(1)))
        .findFirst();
  }

  private static ReferenceActivations read(String name) {
    Map<String, Sample> layers = new LinkedHashMap<>();
    lines(name)
        .forEach(
            fields -> {
              List<Double> numbers = fields.stream().skip(2).map(Double::parseDouble).toList();
              layers.put(
                  fields.get(0),
                  new Sample(
                      Integer.parseInt(fields.get(1)),
                      numbers.get(0),
                      numbers.get(1),
                      numbers.subList(2, numbers.size())));
            });
    return new ReferenceActivations(layers);
  }

  private static Stream<List<String>> lines(String name) {
    try {
      return Resources.readLines(
              Resources.getResource(ReferenceActivations.class, "verification/" + name),
              StandardCharsets.UTF_8)
          .stream()
          .filter(line -> !line.startsWith("#"))
          .map(FIELDS::splitToList);
    } catch (IOException e) {
      throw new UncheckedIOException("The reference activations '" + name + "' are missing.", e);
    }
  }
}
