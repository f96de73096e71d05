package org.finetune4j.network;

/** Which value stands for a window. */
public enum PoolingType {
  /** The largest value; padding never wins. */
  MAX,
  /** The mean; padding does not count. */
  AVERAGE
}
