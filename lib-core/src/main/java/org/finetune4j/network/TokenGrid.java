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
    return network.upTo(layer).layers().stream()
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
