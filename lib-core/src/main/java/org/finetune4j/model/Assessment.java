package org.finetune4j.model;

import java.util.List;
import java.util.Optional;
import org.finetune4j.uncertainty.ConformalIntervals;
import org.finetune4j.uncertainty.Novelty;

/**
 * An answer and how far it can be trusted, from one run of the network.
 *
 * @param <P> the answer's type
 * @param prediction what {@code predict} returns
 * @param set the labels that hold the true one at the calibrated rate, or the tags that hold on
 *     average the calibrated share of the true ones, the likeliest first; empty if nothing was
 *     calibrated
 * @param intervals one per number that holds the truth at the calibrated rate; none if nothing was
 *     calibrated
 * @param novelty whether the picture is unlike anything the model learned from; empty if it has no
 *     detector
 */
public record Assessment<P>(
    P prediction,
    Optional<List<Prediction>> set,
    List<ConformalIntervals.Range> intervals,
    Optional<Novelty> novelty) {
  /** Copies the lists. */
  public Assessment {
    set = set.map(List::copyOf);
    intervals = List.copyOf(intervals);
  }

  /** Returns whether the picture is known to be unlike anything the model learned from. */
  public boolean isNovel() {
    return novelty.map(Novelty::isNovel).orElse(false);
  }

  /** Returns for example {@code [cat 98.3 %]; familiar (distance 12.1, cut 17.2)}. */
  @Override
  public String toString() {
    return set.map(Object::toString).orElseGet(() -> String.valueOf(prediction))
        + (intervals.isEmpty() ? "" : " in " + intervals)
        + novelty.map(it -> "; " + it).orElse("");
  }
}
