package org.finetune4j.augment;

import java.util.List;
import org.finetune4j.random.CounterRandom;

/**
 * One of several transforms, each equally likely.
 *
 * @param transforms at least one, all of the same stage
 */
public record RandomChoice(List<Transform> transforms) implements Transform {
  /**
   * Checks and copies the list.
   *
   * @throws IllegalArgumentException if it is empty or its stages differ
   */
  public RandomChoice {
    transforms = List.copyOf(transforms);
    Check.that(!transforms.isEmpty(), "RandomChoice needs at least one transform.");
    Check.that(
        transforms.stream().map(Transform::stage).distinct().count() == 1,
        "RandomChoice cannot choose between transforms of the original and of the resized picture:"
            + " %s.",
        transforms);
  }

  /** Returns a choice between these. */
  public static RandomChoice of(Transform... transforms) {
    return new RandomChoice(List.of(transforms));
  }

  @Override
  public Operation sample(CounterRandom random) {
    return transforms.get(random.nextInt(transforms.size())).sample(random);
  }

  @Override
  public Stage stage() {
    return transforms.get(0).stage();
  }
}
