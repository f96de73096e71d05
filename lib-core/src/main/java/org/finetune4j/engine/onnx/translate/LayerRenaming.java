package org.finetune4j.engine.onnx.translate;

import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Layer;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.PatchEmbedding;

/** Layers under other names: those whose bias tells a better one. */
final class LayerRenaming {
  private LayerRenaming() {}

  static Layer of(Layer layer, String name) {
    if (layer instanceof Dense it) {
      return new Dense(name, it.input(), it.units(), it.bias(), it.activation());
    }
    if (layer instanceof MultiHeadAttention it) {
      return new MultiHeadAttention(name, it.input(), it.heads());
    }
    if (layer instanceof PatchEmbedding it) {
      return new PatchEmbedding(name, it.input(), it.filters(), it.patch(), it.bias());
    }
    if (layer instanceof DepthwiseConvolution it) {
      return new DepthwiseConvolution(name, it.input(), it.multiplier(), it.window(), it.bias());
    }
    if (layer instanceof Convolution it) {
      return new Convolution(
          name, it.input(), it.filters(), it.window(), it.bias(), it.activation(), it.groups());
    }
    throw new IllegalArgumentException("Layer '" + layer.name() + "' has no bias.");
  }
}
