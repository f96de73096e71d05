package org.finetune4j.network;

import java.util.List;
import java.util.Optional;

/**
 * The mean answer of the nearest among stored vectors (k nearest neighbours; Cover, Hart 1967,
 * <i>Nearest Neighbor Pattern Classification</i>). It remembers instead of learning, so that it has
 * no gradient. Of equally near vectors the one that stands first is nearer.
 *
 * <p>Weights: {@code vectors} [features, stored], of length 1 for {@link Distance#COSINE}; for
 * {@link Distance#EUCLIDEAN} also {@code squares} [stored], their squared lengths; {@code answers}
 * [stored, outputs].
 *
 * @param name the layer's name
 * @param input the layer it reads, a vector
 * @param stored how many vectors are stored
 * @param outputs the size of an answer
 * @param neighbors how many of them answer, 1 to {@code stored}
 * @param distance which are near
 * @param weighting how much the answer of each counts
 */
public record NearestNeighbors(
    String name,
    String input,
    int stored,
    int outputs,
    int neighbors,
    Distance distance,
    Weighting weighting)
    implements Layer.Unary {
  /** How far apart two vectors are. */
  public enum Distance {
    /** One minus the cosine of the angle between them; their lengths do not matter. */
    COSINE,

    /** The length of their difference. */
    EUCLIDEAN
  }

  /** How much the answer of a neighbour counts. */
  public enum Weighting {
    /** As much as every other's. */
    UNIFORM,

    /**
     * By one over its distance. Distances too small for float32 to tell from 0 count as equal: one
     * millionth for {@link Distance#COSINE}, one thousandth of the length of what is read for
     * {@link Distance#EUCLIDEAN}.
     */
    DISTANCE
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there is no stored vector or output, or there are fewer
   *     stored vectors than neighbours
   */
  public NearestNeighbors {
    if (stored < 1 || outputs < 1 || neighbors < 1 || neighbors > stored) {
      throw new IllegalArgumentException(
          "Layer '"
              + name
              + "' asks from 1 to all of its stored vectors for at least one output, not "
              + neighbors
              + " of "
              + stored
              + " for "
              + outputs
              + ".");
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    if (!shape.isVector()) {
      throw new IllegalArgumentException(
          "Layer '"
              + name
              + "' reads a vector, but its input is "
              + shape.described()
              + ". Put a Flatten or a global pooling before it.");
    }
    return Shape.vector(outputs);
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    TensorSpec vectors =
        new TensorSpec(name, "vectors", List.of(inputs.get(0).elements(), stored), false);
    TensorSpec answers = new TensorSpec(name, "answers", List.of(stored, outputs), false);
    return distance == Distance.COSINE
        ? List.of(vectors, answers)
        : List.of(vectors, new TensorSpec(name, "squares", List.of(stored), false), answers);
  }

  /** Returns the first such layer of a network, if it has one. */
  public static Optional<NearestNeighbors> in(Network network) {
    return network.layers().stream()
        .filter(NearestNeighbors.class::isInstance)
        .map(NearestNeighbors.class::cast)
        .findFirst();
  }

  /**
   * Refuses a network with such a layer where eight bits are asked for: who is nearest would
   * change.
   *
   * @throws IllegalArgumentException if it has one
   */
  public static void refuseEightBits(Network network) {
    in(network)
        .ifPresent(
            layer -> {
              throw new IllegalArgumentException(
                  "Layer '"
                      + layer.name
                      + "' compares with stored vectors in float32 only. Keep the float32 model, or"
                      + " fit a linear head.");
            });
  }

  @Override
  public NearestNeighbors reading(String newInput) {
    return new NearestNeighbors(name, newInput, stored, outputs, neighbors, distance, weighting);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
