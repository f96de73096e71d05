package org.finetune4j.optimize;

/**
 * Whether a training ends with the average of weights it passed through instead of the last ones.
 * Validation measures the average; the training itself goes on with the weights that move. What
 * trains is averaged; stored statistics of batch normalization are those of the moving network, or
 * measured anew, as each kind says.
 */
public sealed interface Averaging {
  /** The last weights stay. */
  record None() implements Averaging {}

  /**
   * An exponential moving average over the steps (EMA; PyTorch's {@code swa_utils.AveragedModel}
   * with {@code get_ema_multi_avg_fn}; timm's {@code ModelEma}). The first step is copied;
   * statistics are those of the moving network.
   *
   * @param decay how much of the average each step keeps, from 0 to below 1
   * @param warmUp whether the k-th update keeps at most (1 + k) / (10 + k), as TensorFlow's {@code
   *     ExponentialMovingAverage} with {@code num_updates}, so that short trainings do not end near
   *     where they began
   */
  record Exponential(double decay, boolean warmUp) implements Averaging {
    /**
     * Checks the decay.
     *
     * @throws IllegalArgumentException if it is not from 0 to below 1
     */
    public Exponential {
      Optimizer.requireShare("The decay of an average", decay);
    }

    /** Returns this average without a warm-up: the same decay in each step. */
    public Exponential withoutWarmUp() {
      return new Exponential(decay, false);
    }

    /**
     * Returns how much of the average stays in an update.
     *
     * @param updates how many there were before, at least 1
     */
    public double keep(long updates) {
      return warmUp ? Math.min(decay, (1.0 + updates) / (10.0 + updates)) : decay;
    }
  }

  /**
   * The mean of the weights at the end of each of the last epochs (SWA; Izmailov et al. 2018;
   * PyTorch's {@code AveragedModel}). Where batch statistics train, they are measured anew for the
   * average over the training samples ({@code swa_utils.update_bn}).
   *
   * @param from the share of the epochs before the first one that counts, from 0 to below 1
   */
  record Epochs(double from) implements Averaging {
    /**
     * Checks the share.
     *
     * @throws IllegalArgumentException if it is not from 0 to below 1
     */
    public Epochs {
      Optimizer.requireShare("The share of epochs before stochastic weight averaging", from);
    }

    /** Returns the first epoch that counts, from 0 on. */
    public int first(int epochs) {
      return (int) (from * epochs);
    }
  }

  /** Returns no average. */
  static Averaging none() {
    return new None();
  }

  /** Returns an exponential moving average with a warm-up; a decay of 0.99 to 0.9999 is usual. */
  static Exponential ema(double decay) {
    return new Exponential(decay, true);
  }

  /** Returns stochastic weight averaging; a share of 0.75 is usual. */
  static Epochs swa(double from) {
    return new Epochs(from);
  }
}
