package org.finetune4j.optimize;

/** Which weights the decay of {@link AdamW} shrinks. */
public enum WeightDecay {
  /**
   * Kernels only: biases, the gammas and betas of normalizations, layer scales, class tokens and
   * position embeddings stay (timm's {@code no_weight_decay}).
   */
  KERNELS,
  /** All that trains, as PyTorch's {@code AdamW} without parameter groups does. */
  ALL
}
