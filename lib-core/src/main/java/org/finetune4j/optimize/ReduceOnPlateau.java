package org.finetune4j.optimize;

/**
 * Multiplies the learning rate by a factor whenever the validation loss has not fallen for some
 * epochs, as Keras's {@code ReduceLROnPlateau}; on top of the schedule. PyTorch counts a patience
 * of one less.
 *
 * @param factor what each reduction multiplies by, above 0 and below 1
 * @param patience after how many epochs in a row without improvement, at least 1
 * @param minimumImprovement by how much the loss must fall to count, at least 0
 * @param cooldown how many epochs after a reduction do not count, at least 0
 * @param floor the smallest product of all reductions, from 0 to below 1
 */
public record ReduceOnPlateau(
    double factor, int patience, double minimumImprovement, int cooldown, double floor) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if they are out of range
   */
  public ReduceOnPlateau {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException(
          "A reduction on a plateau is by a factor above 0 and below 1, not " + factor + ".");
    }
    OptionsBuilder.atLeastOne("The patience of a reduction is", patience, "epoch");
    if (!(minimumImprovement >= 0) || cooldown < 0) {
      throw new IllegalArgumentException(
          "The minimum improvement and the cooldown of a reduction are at least 0, not "
              + minimumImprovement
              + " and "
              + cooldown
              + ".");
    }
    Optimizer.requireShare("The floor of a reduction", floor);
  }

  /** Reduces to a tenth after so many epochs without an improvement by 1e-4 (Keras's defaults). */
  public static ReduceOnPlateau patience(int epochs) {
    return new ReduceOnPlateau(0.1, epochs, 1e-4, 0, 0);
  }

  /** Returns this rule with another factor; a third or a half is usual. */
  public ReduceOnPlateau factor(double newFactor) {
    return new ReduceOnPlateau(newFactor, patience, minimumImprovement, cooldown, floor);
  }

  /** Returns this rule with epochs that do not count after a reduction. */
  public ReduceOnPlateau cooldown(int epochs) {
    return new ReduceOnPlateau(factor, patience, minimumImprovement, epochs, floor);
  }

  /** Returns this rule with a smallest product of all reductions. */
  public ReduceOnPlateau floor(double smallest) {
    return new ReduceOnPlateau(factor, patience, minimumImprovement, cooldown, smallest);
  }

  /**
   * Returns what the learning rate of the next epoch is multiplied by.
   *
   * @param losses the validation loss of each epoch so far
   */
  public double factorAfter(double[] losses) {
    double product = 1;
    double best = Double.POSITIVE_INFINITY;
    int since = 0;
    int cooling = 0;
    for (double loss : losses) {
      if (cooling > 0) {
        cooling--;
        since = 0;
      }
      if (loss < best - minimumImprovement) {
        best = loss;
        since = 0;
      } else if (cooling == 0 && ++since >= patience && product > floor) {
        product = Math.max(product * factor, floor);
        cooling = cooldown;
        since = 0;
      }
    }
    return product;
  }
}
