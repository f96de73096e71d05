package org.finetune4j.optimize;

import java.util.Objects;

/**
 * Ends training when the validation loss no longer falls, as Keras's {@code EarlyStopping}.
 *
 * @param patience how many epochs in a row may pass without improvement, at least 1
 * @param minimumImprovement by how much the loss must fall to count, at least 0
 */
public record EarlyStopping(int patience, double minimumImprovement) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if they are out of range
   */
  public EarlyStopping {
    if (patience < 1) {
      throw new IllegalArgumentException(
          "The patience of early stopping is at least 1 epoch, not " + patience + ".");
    }
    if (!(minimumImprovement >= 0)) {
      throw new IllegalArgumentException(
          "The minimum improvement of early stopping is at least 0, not "
              + minimumImprovement
              + ".");
    }
  }

  /** Stops after this many epochs without any improvement. */
  public static EarlyStopping patience(int epochs) {
    return new EarlyStopping(epochs, 0);
  }

  /**
   * Returns whether training ends now.
   *
   * @param losses the validation loss of each epoch so far
   */
  public boolean stops(double[] losses) {
    Objects.requireNonNull(losses, "losses");
    double best = Double.POSITIVE_INFINITY;
    int since = 0;
    for (double loss : losses) {
      if (loss < best - minimumImprovement) {
        best = loss;
        since = 0;
      } else {
        since++;
      }
    }
    return since >= patience;
  }
}
