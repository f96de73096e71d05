package org.finetune4j.network.operator;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.network.operator.GraphInference.Cost;

/**
 * Operators of ONNX (opset 17) that turn pictures into one value: checked, so that shapes fit, all
 * operators are known, and what they ask of the machine can be told before they run. Immutable.
 */
public final class OperatorGraph {
  private static final int MOST_RANK = 4;

  private final String input;
  private final List<Integer> reads;
  private final String output;
  private final Map<String, List<Integer>> weights;
  private final List<OnnxConstant> constants;
  private final List<OnnxNode> nodes;
  private final List<Integer> makes;
  private final boolean singly;
  private final Cost cost;
  private final Optional<List<Integer>> firstMap;

  /**
   * Checks a graph.
   *
   * @param input the name of the value that holds the pictures
   * @param reads its dimensions without the batch's
   * @param output the name of the value that is the result, made by a node
   * @param weights the dimensions of float32 tensors by name, whose numbers stand elsewhere
   * @param constants what the nodes need beside them
   * @param nodes each after those whose values it reads
   * @throws IllegalArgumentException if the graph does not compute; the message names the node
   */
  public OperatorGraph(
      String input,
      List<Integer> reads,
      String output,
      Map<String, List<Integer>> weights,
      List<OnnxConstant> constants,
      List<OnnxNode> nodes) {
    this.input = input;
    this.reads = List.copyOf(reads);
    this.output = output;
    this.weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    this.constants = List.copyOf(constants);
    this.nodes = List.copyOf(nodes);
    if (nodes.stream().noneMatch(node -> node.output().equals(output))) {
      throw new IllegalArgumentException("No node makes the value '" + output + "'.");
    }
    Map<String, OnnxValue> values = infer(1);
    OnnxValue made = Objects.requireNonNull(values.get(output));
    this.makes = sample(made, 1);
    this.singly = !worksFor(2);
    this.firstMap =
        nodes.stream()
            .filter(node -> node.operator().equals("Conv"))
            .findFirst()
            .map(node -> Objects.requireNonNull(values.get(node.output())).dimensions());
    this.cost = GraphInference.cost(this.nodes, output, values);
  }

  private List<Integer> sample(OnnxValue made, int batch) {
    boolean perSample =
        made.type() == OnnxConstant.Type.FLOAT
            && made.rank() >= 2
            && made.rank() <= MOST_RANK
            && made.dimensions().get(0) == batch
            && made.dimensions().stream().allMatch(d -> d > 0);
    if (!perSample) {
      throw new IllegalArgumentException(
          "Value '"
              + output
              + "' is no feature of each picture: it is "
              + made.type()
              + " "
              + made.dimensions()
              + " for "
              + batch
              + " pictures, not float32 [pictures, ...] of 2 to 4 dimensions.");
    }
    return made.dimensions().subList(1, made.rank());
  }

  private boolean worksFor(int batch) {
    try {
      return sample(Objects.requireNonNull(infer(batch).get(output)), batch).equals(makes);
    } catch (IllegalArgumentException fixed) {
      return false;
    }
  }

  private Map<String, OnnxValue> infer(int batch) {
    return GraphInference.of(input, reads, weights, constants, nodes, batch);
  }

  /** Returns the name of the value that holds the pictures. */
  public String input() {
    return input;
  }

  /** Returns the dimensions of one picture. */
  public List<Integer> reads() {
    return reads;
  }

  /** Returns the name of the result. */
  public String output() {
    return output;
  }

  /** Returns the dimensions of the result for one picture. */
  public List<Integer> makes() {
    return makes;
  }

  /** Returns the dimensions of the float32 tensors that stand elsewhere, by name, in order. */
  public Map<String, List<Integer>> weights() {
    return weights;
  }

  /** Returns what the nodes need beside them. */
  public List<OnnxConstant> constants() {
    return constants;
  }

  /** Returns the nodes, each after those whose values it reads. */
  public List<OnnxNode> nodes() {
    return nodes;
  }

  /** Returns whether it can only run one picture at a time: its shapes say so. */
  public boolean singly() {
    return singly;
  }

  /** Returns what it asks of the machine for one picture. */
  public Cost cost() {
    return cost;
  }

  /** Returns the dimensions of what the first convolution makes of one picture, if there is one. */
  public Optional<List<Integer>> firstMap() {
    return firstMap;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof OperatorGraph that && isSame(that));
  }

  private boolean isSame(OperatorGraph that) {
    return input.equals(that.input)
        && reads.equals(that.reads)
        && output.equals(that.output)
        && weights.equals(that.weights)
        && constants.equals(that.constants)
        && nodes.equals(that.nodes);
  }

  /** Cheap: whole graphs are looked up with every batch. */
  @Override
  public int hashCode() {
    return Objects.hash(input, output, reads, nodes.size());
  }

  /** Returns for example {@code 49 operators, [3, 224, 224] -> [512, 7, 7]}. */
  @Override
  public String toString() {
    return nodes.size() + " operators, " + reads + " -> " + makes;
  }
}
