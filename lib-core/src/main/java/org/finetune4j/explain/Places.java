package org.finetune4j.explain;

import java.util.Optional;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TokenGrid;

/**
 * Where the values of a layer stand in the picture: those of a feature map, or of a sequence whose
 * tokens are the picture's patches row by row, behind a class token and registers.
 *
 * @param width places side by side
 * @param height places one above the other
 * @param channels values of a place
 * @param tokens whether it is a sequence
 * @param prefix tokens before the first patch
 */
record Places(int width, int height, int channels, boolean tokens, int prefix) {
  /** Returns the places of a layer, if it has more than one. */
  static Optional<Places> of(Network network, String layer) {
    Shape shape = network.shape(layer);
    if (shape.isMap()) {
      return Optional.of(new Places(shape.width(), shape.height(), shape.channels(), false, 0))
          .filter(it -> it.area() > 1);
    }
    return TokenGrid.ofPatches(network, layer)
        .map(it -> new Places(it.columns(), it.rows(), shape.channels(), true, it.prefix()))
        .filter(it -> it.area() > 1 && it.prefix >= 0);
  }

  int area() {
    return width * height;
  }

  /** Returns where the value of a channel at a place stands in the layer's numbers. */
  int index(int channel, int place) {
    return tokens ? (prefix + place) * channels + channel : channel * area() + place;
  }
}
