package org.finetune4j.weights;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.finetune4j.text.NearestName;

/**
 * Named tensors in the network's own layout: {@code layer/kernel} of a convolution as [filters,
 * channels, height, width], of a depthwise one as {@code layer/depthwise_kernel} [filters, 1,
 * height, width], of a dense layer as [inputs, units] with the inputs of a flattened map in
 * channel, row, column order; {@code bias}, {@code gamma}, {@code beta}, {@code moving_mean},
 * {@code moving_variance} as [size]. Immutable, in the order in which tensors were put.
 */
public final class Weights {
  private final Map<String, Tensor> tensors;

  private Weights(Map<String, Tensor> tensors) {
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** Returns no weights at all. */
  public static Weights empty() {
    return new Weights(Map.of());
  }

  /** Starts with no weights. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the names, in order. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** Returns the tensors by name, in order. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Returns whether there is a tensor of this name. */
  public boolean contains(String name) {
    return tensors.containsKey(Objects.requireNonNull(name, "name"));
  }

  /**
   * Returns the tensor of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names the nearest one
   */
  public Tensor get(String name) {
    if (!tensors.containsKey(Objects.requireNonNull(name, "name"))) {
      throw new IllegalArgumentException(
          "No weight tensor '" + name + "'." + NearestName.hint(name, tensors.keySet()));
    }
    return Objects.requireNonNull(tensors.get(name));
  }

  /** Returns the tensors whose names pass. */
  public Weights filter(Predicate<String> names) {
    Objects.requireNonNull(names, "names");
    Builder kept = builder();
    tensors.forEach(
        (name, tensor) -> {
          if (names.test(name)) {
            kept.put(name, tensor);
          }
        });
    return kept.build();
  }

  /** Returns these tensors and the others; where a name stands in both, the other's tensor. */
  public Weights with(Weights others) {
    Map<String, Tensor> joined = new LinkedHashMap<>(tensors);
    joined.putAll(others.tensors);
    return new Weights(joined);
  }

  /** Returns the number of values of all tensors. */
  public long parameterCount() {
    return tensors.values().stream().mapToLong(Tensor::size).sum();
  }

  /** Returns a SHA-256 over names, shapes and values, 64 hexadecimal digits. */
  public String sha256() {
    Hasher hasher = Hashing.sha256().newHasher();
    tensors.forEach(
        (name, tensor) -> {
          hasher.putInt(name.length()).putString(name, StandardCharsets.UTF_8);
          tensor.hash(hasher);
        });
    return hasher.hash().toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Weights that && tensors.equals(that.tensors);
  }

  @Override
  public int hashCode() {
    return tensors.hashCode();
  }

  /** Returns for example {@code Weights[320 tensors, 25636712 values]}. */
  @Override
  public String toString() {
    return "Weights[" + tensors.size() + " tensors, " + parameterCount() + " values]";
  }

  /** Collects tensors; not thread-safe. */
  public static final class Builder {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a tensor.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public Builder put(String name, Tensor tensor) {
      if (tensors.putIfAbsent(
              Objects.requireNonNull(name, "name"), Objects.requireNonNull(tensor, "tensor"))
          != null) {
        throw new IllegalArgumentException("Weight tensor '" + name + "' stands twice.");
      }
      return this;
    }

    /** Returns the weights. */
    public Weights build() {
      return new Weights(tensors);
    }
  }
}
