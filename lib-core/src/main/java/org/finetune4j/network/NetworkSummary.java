package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** A network as a table for people, like Keras's {@code model.summary()}. */
public final class NetworkSummary {
  private NetworkSummary() {}

  /**
   * Returns a table with one line per layer: name, kind, output shape, parameters, whether it
   * trains; and the sums below it.
   *
   * @param network what is described
   * @param trains whether the layer of this name is trained
   */
  public static String table(Network network, Predicate<String> trains) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Layer", "Type", "Output", "Parameters", "Trainable"));
    long trainable = 0;
    for (Layer layer : network.layers()) {
      List<TensorSpec> tensors = network.tensors(layer.name());
      boolean trained = trains.test(layer.name());
      if (trained) {
        trainable += count(tensors.stream().filter(TensorSpec::trainable).toList());
      }
      rows.add(
          List.of(
              layer.name(),
              layer.kind(),
              network.shape(layer.name()).toString(),
              grouped(count(tensors)),
              tensors.isEmpty() ? "" : trained ? "yes" : "no"));
    }
    long total = network.parameterCount();
    return aligned(rows)
        + String.format(
            Locale.ROOT,
            "Parameters: %,d (trainable %,d, fixed %,d)\n",
            total,
            trainable,
            total - trainable);
  }

  private static long count(List<TensorSpec> tensors) {
    return tensors.stream().mapToLong(TensorSpec::elements).sum();
  }

  private static String grouped(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String aligned(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        boolean number = i == 3;
        text.append(
            String.format(Locale.ROOT, "%" + (number ? "" : "-") + widths[i] + "s  ", row.get(i)));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
