package org.finetune4j.network;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How much a network from a file may ask of the machine for one picture: a small file can describe
 * a network that takes all memory, or years.
 *
 * <p>The default lets every architecture of this library pass at its published input size, and all
 * but the three that read more than 456 x 456 at twice as many rows and columns.
 *
 * @param activations the most values that are held at once, four bytes each, where layers run in
 *     their order; all layers together may have sixteen times as many
 * @param operations the most multiplications and additions, as one
 * @param layers the most layers, and inputs of layers
 */
public record NetworkBudget(long activations, long operations, int layers) {
  /** In another order than the network's own, more values are held at once. */
  private static final int ALL_TO_HELD = 16;

  private static final NetworkBudget STANDARD =
      new NetworkBudget(1L << 27, 1_000_000_000_000L, 5000);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public NetworkBudget {
    if (activations < 1 || operations < 1 || layers < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A budget has at least 1 activation, operation and layer, not %d, %d and %d.",
              activations,
              operations,
              layers));
    }
  }

  /** Returns 2^27 activations (512 MiB), 10^12 operations and 5,000 layers. */
  public static NetworkBudget standard() {
    return STANDARD;
  }

  /** Returns the budget with other activations. */
  public NetworkBudget activations(long most) {
    return new NetworkBudget(most, operations, layers);
  }

  /** Returns the budget with other operations. */
  public NetworkBudget operations(long most) {
    return new NetworkBudget(activations, most, layers);
  }

  /** Returns the budget with other layers. */
  public NetworkBudget layers(int most) {
    return new NetworkBudget(activations, operations, most);
  }

  /**
   * Checks a network.
   *
   * @throws IllegalArgumentException if it needs more; the message says of what and how much
   */
  public void require(Network network) {
    List<Layer> all = network.layers();
    long reads = all.stream().mapToLong(layer -> layer.inputs().size()).sum();
    long operators = FrozenGraph.in(network).map(it -> it.graph().nodes().size()).orElse(0);
    require("layers", (double) Math.max(all.size(), reads) + operators, layers);
    require(
        "operations",
        all.stream().mapToDouble(it -> operations(network, it)).sum(),
        (double) operations);
    require("activations held at once", mostHeld(network), (double) activations);
    double together = all.stream().mapToDouble(it -> values(network, it)).sum();
    require("activations of all layers", together, (double) ALL_TO_HELD * activations);
  }

  private static void require(String what, double needed, double most) {
    if (needed > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The network has %.4g %s for one picture, the budget is %.4g. If the file can be"
                  + " trusted, set a larger one (ImageClassifier.loader().budget(...)).",
              needed,
              what,
              most));
    }
  }

  /** Returns the most values held at once: each from its layer to the last that reads it. */
  private static double mostHeld(Network network) {
    List<Layer> all = network.layers();
    Map<String, Integer> lastRead = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      for (String input : all.get(i).inputs()) {
        lastRead.put(input, i);
      }
    }
    network.outputs().forEach(output -> lastRead.put(output, all.size()));
    double held = 0;
    double most = 0;
    for (int i = 0; i < all.size(); i++) {
      Layer layer = all.get(i);
      held += network.shape(layer.name()).elements();
      most = Math.max(most, held + scratch(network, layer));
      for (String input : Set.copyOf(layer.inputs())) {
        held -= lastRead.getOrDefault(input, -1) == i ? network.shape(input).elements() : 0;
      }
      held -= lastRead.containsKey(layer.name()) ? 0 : network.shape(layer.name()).elements();
    }
    return most;
  }

  private static double values(Network network, Layer layer) {
    return layer instanceof FrozenGraph frozen
        ? frozen.graph().cost().all()
        : network.shape(layer.name()).elements() + scratch(network, layer);
  }

  /** Attention compares every token with every other. */
  private static double scratch(Network network, Layer layer) {
    if (layer instanceof FrozenGraph frozen) {
      return frozen.graph().cost().held();
    }
    if (!(layer instanceof MultiHeadAttention attention)) {
      return 0;
    }
    Shape shape = network.shape(layer.name());
    return 3.0 * shape.elements() + (double) attention.heads() * shape.tokens() * shape.tokens();
  }

  private static double operations(Network network, Layer layer) {
    if (layer instanceof FrozenGraph frozen) {
      return frozen.graph().cost().operations();
    }
    Shape output = network.shape(layer.name());
    double perPosition = 0;
    for (TensorSpec tensor : network.tensors(layer.name())) {
      perPosition += tensor.shape().stream().mapToDouble(d -> d).reduce(1, (a, b) -> a * b);
    }
    double operations = perPosition * output.positions() + output.elements();
    for (String input : layer.inputs()) {
      operations += network.shape(input).elements();
    }
    if (layer instanceof Pooling pooling) {
      operations +=
          (double) output.elements() * pooling.window().height() * pooling.window().width();
    }
    if (layer instanceof MultiHeadAttention) {
      operations += 2.0 * output.tokens() * output.elements();
    }
    return operations;
  }
}
