package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * One operation of fourteen at a random strength: Müller and Hutter, "TrivialAugment: Tuning-free
 * Yet State-of-the-Art Data Augmentation", 2021, with the wide ranges of torchvision's {@code
 * TrivialAugmentWide}. Bare edges are filled with gray.
 */
public record TrivialAugment() implements Transform {
  private static final int STRENGTHS = 31;
  private static final AutoOperation[] OPERATIONS = AutoOperation.values();
  private static final AutoOperation.Limits LIMITS =
      new AutoOperation.Limits(0.99, new Shift(32, true), 135, 0.99, 6);

  @Override
  public Operation sample(CounterRandom random) {
    AutoOperation operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
    double strength = random.nextInt(STRENGTHS) / (STRENGTHS - 1.0);
    boolean negative = operation.signed() && random.nextBoolean(0.5);
    return operation.at(negative ? -strength : strength, LIMITS);
  }
}
