package org.finetune4j.evaluate;

import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.target.Targets;

/** The pictures that answers were compared on, to be looked at again. */
final class EvaluatedPictures {
  private EvaluatedPictures() {}

  /** Refuses pictures with other answers: what is said about them would belong to others. */
  static void requireSame(Targets truth, ImageDataset dataset) {
    Targets own = dataset.targets();
    boolean same =
        own.task().equals(truth.task())
            && own.size() == truth.size()
            && IntStream.range(0, own.size()).allMatch(i -> own.get(i).equals(truth.get(i)));
    if (!same) {
      throw new IllegalArgumentException(
          "The dataset must hold the evaluated pictures in the same order, but "
              + dataset
              + " has other answers than the "
              + truth.size()
              + " pictures of the evaluation.");
    }
  }
}
