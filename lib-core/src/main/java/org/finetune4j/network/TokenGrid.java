package org.finetune4j.network;

import java.util.Optional;

/**
 * How the tokens of a sequence lie in the picture.
 *
 * @param rows patches one above the other
 * @param columns patches side by side
 * @param prefix tokens before the first patch: class token and registers
 */
public record TokenGrid(int rows, int columns, int prefix) {
  /** A class token and the registers of DINOv2 are five: more is no prefix. */
  private static final int MOST_PREFIX = 16;

  /**
   * Finds the grid of a layer's tokens.
   *
   * @return empty if the layer's output is no token sequence, or no picture was cut into patches
   *     before it
   */
  public static Optional<TokenGrid> of(Network network, String layer) {
    Shape shape = network.shape(layer);
    if (!shape.isTokens()) {
      return Optional.empty();
    }
    Network before = network.upTo(layer);
    Optional<FrozenGraph> frozen = FrozenGraph.in(before);
    if (frozen.isPresent()) {
      return frozen
          .flatMap(it -> it.graph().firstMap())
          .map(
              map ->
                  new TokenGrid(map.get(2), map.get(3), shape.tokens() - map.get(2) * map.get(3)))
          .filter(grid -> grid.prefix >= 0 && grid.prefix <= MOST_PREFIX);
    }
    return ofPatches(before, layer);
  }

  /**
   * Finds the grid of a layer's tokens in a network whose own layers cut the picture into patches.
   *
   * @return empty if the layer's output is no token sequence, or no layer cuts patches
   */
  public static Optional<TokenGrid> ofPatches(Network network, String layer) {
    Shape shape = network.shape(layer);
    if (!shape.isTokens()) {
      return Optional.empty();
    }
    return network.layers().stream()
        .filter(PatchEmbedding.class::isInstance)
        .map(PatchEmbedding.class::cast)
        .findFirst()
        .map(
            patches -> {
              Shape picture = network.shape(patches.input());
              int rows = patches.rows(picture);
              int columns = patches.columns(picture);
              return new TokenGrid(rows, columns, shape.tokens() - rows * columns);
            });
  }
}
