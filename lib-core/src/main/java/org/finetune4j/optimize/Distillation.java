package org.finetune4j.optimize;

/**
 * How much a training listens to a teacher (Hinton, Vinyals and Dean 2015): the loss is {@code (1 -
 * share) * cross-entropy + share * temperature^2 * KL(teacher || student)}, both distributions
 * softened by the temperature.
 *
 * @param temperature what logits are divided by, above 0; 2 to 4 is usual
 * @param share of the teacher in the loss, above 0 to 1
 */
public record Distillation(double temperature, double share) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if they are out of range
   */
  public Distillation {
    Optimizer.requirePositive("The temperature of distillation", temperature);
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "The share of a teacher in the loss is above 0 and at most 1, not " + share + ".");
    }
  }

  /** Returns a temperature of 2 and an even share. */
  public static Distillation standard() {
    return new Distillation(2, 0.5);
  }
}
