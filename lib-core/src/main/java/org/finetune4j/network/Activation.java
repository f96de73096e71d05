package org.finetune4j.network;

/** Activation functions, with Keras's formulas. */
public enum Activation {
  /** x. */
  LINEAR,
  /** max(x, 0). */
  RELU,
  /** min(max(x, 0), 6). */
  RELU6,
  /** 1 / (1 + exp(-x)). */
  SIGMOID,
  /** tanh(x). */
  TANH,
  /** x * sigmoid(x), also called SiLU. */
  SWISH,
  /** relu6(x + 3) / 6. */
  HARD_SIGMOID,
  /** x * relu6(x + 3) / 6. */
  HARD_SWISH,
  /**
   * {@code x * P(X <= x)} of the standard normal distribution: 0.5 * x * (1 + erf(x / sqrt(2))).
   */
  GELU,
  /** GELU's approximation 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))). */
  GELU_TANH,
  /** GELU's approximation x * sigmoid(1.702 * x), as in CLIP. */
  QUICK_GELU,
  /** x above 0, exp(x) - 1 below. */
  ELU,
  /** 1.0507 * x above 0, 1.0507 * 1.6733 * (exp(x) - 1) below, with more digits. */
  SELU,
  /** log(1 + exp(x)). */
  SOFTPLUS,
  /** x / (1 + |x|). */
  SOFTSIGN,
  /** exp(x) / sum(exp(x)) over the channels. */
  SOFTMAX
}
