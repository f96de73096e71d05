package org.finetune4j.network.operator;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known of all values of a graph before it runs, for one number of pictures. */
public final class GraphInference {
  private GraphInference() {}

  /**
   * Goes through a graph.
   *
   * @param batch how many pictures
   * @return what is known of each value, by name, in order
   * @throws IllegalArgumentException if a value is missing or made twice, an operator is not known,
   *     or cannot read what it gets
   */
  public static Map<String, OnnxValue> of(
      String input,
      List<Integer> sample,
      Map<String, List<Integer>> weights,
      List<OnnxConstant> constants,
      List<OnnxNode> nodes,
      int batch) {
    Map<String, OnnxValue> values = new LinkedHashMap<>();
    List<Integer> read = Stream.concat(Stream.of(batch), sample.stream()).toList();
    put(values, input, OnnxValue.of(OnnxConstant.Type.FLOAT, read));
    weights.forEach(
        (name, shape) -> put(values, name, OnnxValue.of(OnnxConstant.Type.FLOAT, shape)));
    constants.forEach(it -> put(values, it.name(), OnnxValue.of(it)));
    for (OnnxNode node : nodes) {
      put(values, node.output(), OperatorRules.infer(node, values));
    }
    return values;
  }

  private static void put(Map<String, OnnxValue> values, String name, OnnxValue value) {
    if (name.isEmpty() || values.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("Value '" + name + "' stands twice.");
    }
  }

  /**
   * What a graph asks of the machine for one picture.
   *
   * @param held the most numbers that are held at once, where nodes run in their order
   * @param all the numbers of all values
   * @param operations multiplications and additions, as one
   */
  public record Cost(double held, double all, double operations) {}

  static Cost cost(List<OnnxNode> nodes, String output, Map<String, OnnxValue> values) {
    Map<String, Integer> lastRead = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String name : nodes.get(i).inputs()) {
        lastRead.put(name, i);
      }
    }
    lastRead.put(output, nodes.size());
    Map<String, Double> alive = new HashMap<>();
    double held = 0;
    double most = 0;
    double all = 0;
    double operations = 0;
    for (int i = 0; i < nodes.size(); i++) {
      OnnxNode node = nodes.get(i);
      double made = size(values, node.output());
      all += made;
      held += made;
      most = Math.max(most, held);
      operations += operations(node, values);
      alive.put(node.output(), made);
      for (String name : node.inputs()) {
        if (lastRead.getOrDefault(name, -1) == i) {
          Double gone = alive.remove(name);
          held -= gone == null ? 0 : gone;
        }
      }
      if (!lastRead.containsKey(node.output())) {
        Double gone = alive.remove(node.output());
        held -= gone == null ? 0 : gone;
      }
    }
    return new Cost(most, all, operations);
  }

  private static double size(Map<String, OnnxValue> values, String name) {
    OnnxValue value = values.get(name);
    return value == null ? 0 : value.elements();
  }

  private static double operations(OnnxNode node, Map<String, OnnxValue> values) {
    double made = size(values, node.output());
    double read = node.inputs().stream().mapToDouble(it -> size(values, it)).sum();
    return switch (node.operator()) {
      case "Conv" -> made * perFilter(values.get(node.inputs().get(1)));
      case "MatMul", "Gemm" -> {
        OnnxValue first = values.get(node.inputs().get(0));
        // Every number of one matrix meets a whole column of the other.
        yield first == null ? made : made * first.dimensions().get(first.rank() - 1);
      }
      case "MaxPool", "AveragePool" ->
          made
              * new OperatorCall(node, values)
                  .wholes("kernel_shape", List.of()).stream().reduce(1L, (a, b) -> a * b);
      default -> made + read;
    };
  }

  private static double perFilter(@Nullable OnnxValue kernel) {
    return kernel == null
        ? 1
        : (double) kernel.elements() / Math.max(1, kernel.dimensions().get(0));
  }
}
