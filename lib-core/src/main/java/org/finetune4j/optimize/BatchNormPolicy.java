package org.finetune4j.optimize;

/** What batch normalization does while it is trained. */
public enum BatchNormPolicy {
  /**
   * The stored mean and variance are constants; gamma and beta train. What fine-tuning on few
   * photos, or with small batches, asks for.
   */
  FROZEN_STATISTICS,
  /** The stored mean and variance are constants, and gamma and beta do not train either. */
  FROZEN,
  /**
   * Each batch is normalized by its own mean and variance, and the stored ones follow by the
   * layer's momentum (Keras's training mode). What training from scratch asks for.
   */
  BATCH_STATISTICS
}
