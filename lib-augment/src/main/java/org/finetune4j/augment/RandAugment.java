package org.finetune4j.augment;

import java.util.ArrayList;
import java.util.List;
import org.finetune4j.random.CounterRandom;

/**
 * Several operations of fourteen, all at the same strength: Cubuk et al., "RandAugment: Practical
 * automated data augmentation with a reduced search space", 2019, with torchvision's ranges. Bare
 * edges are filled with gray.
 *
 * @param operations how many are applied to a picture, not negative
 * @param magnitude strength, 0 to 30
 */
public record RandAugment(int operations, int magnitude) implements Transform {
  private static final int STRONGEST = 30;
  private static final AutoOperation[] OPERATIONS = AutoOperation.values();
  private static final AutoOperation.Limits LIMITS =
      new AutoOperation.Limits(0.3, new Shift(150.0 / 331, false), 30, 0.9, 4);

  /** The usual one: two operations at magnitude 9. */
  public static final RandAugment STANDARD = new RandAugment(2, 9);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one lies outside its range
   */
  public RandAugment {
    Check.notNegative("operations", operations);
    Check.range("magnitude", magnitude, 0, STRONGEST);
  }

  @Override
  public Operation sample(CounterRandom random) {
    List<Operation> drawn = new ArrayList<>();
    for (int i = 0; i < operations; i++) {
      AutoOperation operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
      double strength = (double) magnitude / STRONGEST;
      boolean negative = operation.signed() && random.nextBoolean(0.5);
      drawn.add(operation.at(negative ? -strength : strength, LIMITS));
    }
    return new Sequence(drawn);
  }
}
