package org.finetune4j.engine.onnx.quantize;

import java.util.Optional;

/**
 * What the kernel and the bias of a folded convolution are computed from.
 *
 * @param kernel the name of the original kernel
 * @param bias the name of the original bias, if there is one
 * @param norm the batch normalisation behind it, if there is one
 * @param foldedBias the name of the bias that comes of it
 */
record Fold(String kernel, Optional<String> bias, Optional<Norm> norm, String foldedBias) {
  /** A batch normalisation with fixed statistics: names of its tensors. */
  record Norm(String gamma, String beta, String mean, String variance, float epsilon) {}
}
