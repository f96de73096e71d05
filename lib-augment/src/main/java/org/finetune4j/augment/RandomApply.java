package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Another transform, now and then.
 *
 * @param transform what is applied
 * @param probability how often, 0 to 1
 */
public record RandomApply(Transform transform, double probability) implements Transform {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the probability is none
   */
  public RandomApply {
    Check.probability("probability", probability);
  }

  @Override
  public Operation sample(CounterRandom random) {
    return random.nextBoolean(probability) ? transform.sample(random) : Operation.NONE;
  }

  @Override
  public Stage stage() {
    return transform.stage();
  }
}
