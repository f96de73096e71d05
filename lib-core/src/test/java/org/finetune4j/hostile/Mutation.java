package org.finetune4j.hostile;

import java.util.SplittableRandom;

/** Changes the bytes of a file, or of a part of one; the same for the same random numbers. */
@FunctionalInterface
interface Mutation {
  /** Returns other bytes; those given stay. */
  byte[] apply(byte[] bytes, SplittableRandom random);

  /** Returns one of several mutations at a time, each as often as the others. */
  static Mutation oneOf(Mutation... mutations) {
    return (bytes, random) -> mutations[random.nextInt(mutations.length)].apply(bytes, random);
  }

  /** Returns this mutation once, or a few times. */
  default Mutation repeated() {
    return (bytes, random) -> {
      byte[] changed = apply(bytes, random);
      while (random.nextInt(3) == 0) {
        changed = apply(changed, random);
      }
      return changed;
    };
  }
}
