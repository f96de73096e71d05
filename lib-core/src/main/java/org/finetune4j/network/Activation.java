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
  /** exp(x) / sum(exp(x)) over the channels. */
  SOFTMAX
}
