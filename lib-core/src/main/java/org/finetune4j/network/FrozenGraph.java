package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.network.operator.OperatorGraph;

/**
 * Operators of an ONNX file from elsewhere, as one layer: they run as they are and cannot be
 * trained, cut or read at another size.
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param graph what runs
 * @param sha256 of the file that it comes from, 64 hexadecimal digits
 * @param obstacle why it is not layers of its own: a sentence that names the operator in the way
 */
public record FrozenGraph(
    String name, String input, OperatorGraph graph, String sha256, String obstacle)
    implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    if (!shape.dimensions().equals(graph.reads())) {
      throw new IllegalArgumentException(
          "Layer '"
              + name
              + "' is a graph of operators for inputs of "
              + new Shape(graph.reads())
              + " only, but its input is "
              + shape.described()
              + ". Read its ONNX file again with that input size.");
    }
    return new Shape(graph.makes());
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    List<TensorSpec> tensors = new ArrayList<>();
    graph.weights().forEach((role, shape) -> tensors.add(new TensorSpec(name, role, shape, false)));
    return tensors;
  }

  /** Returns the first such layer of a network, if it has one. */
  public static Optional<FrozenGraph> in(Network network) {
    return network.layers().stream()
        .filter(FrozenGraph.class::isInstance)
        .map(FrozenGraph.class::cast)
        .findFirst();
  }

  @Override
  public FrozenGraph reading(String newInput) {
    return new FrozenGraph(name, newInput, graph, sha256, obstacle);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
