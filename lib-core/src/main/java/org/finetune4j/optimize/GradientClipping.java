package org.finetune4j.optimize;

/** What happens to large gradients before the optimizer sees them. */
public sealed interface GradientClipping {
  /** Gradients stay as they are. */
  record None() implements GradientClipping {}

  /**
   * If the norm over all gradients together is larger, all are scaled down to it (Keras {@code
   * global_clipnorm}).
   *
   * @param norm the largest norm
   */
  record GlobalNorm(double norm) implements GradientClipping {
    /**
     * Checks the norm.
     *
     * @throws IllegalArgumentException if it is not above 0
     */
    public GlobalNorm {
      Optimizer.requirePositive("The largest gradient norm", norm);
    }
  }

  /**
   * Each value is cut to a range (Keras {@code clipvalue}).
   *
   * @param value the largest absolute value
   */
  record Value(double value) implements GradientClipping {
    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if it is not above 0
     */
    public Value {
      Optimizer.requirePositive("The largest gradient value", value);
    }
  }

  /** Returns no clipping. */
  static GradientClipping none() {
    return new None();
  }

  /** Returns clipping by the norm over all gradients. */
  static GradientClipping globalNorm(double norm) {
    return new GlobalNorm(norm);
  }

  /** Returns clipping of each value. */
  static GradientClipping value(double value) {
    return new Value(value);
  }
}
