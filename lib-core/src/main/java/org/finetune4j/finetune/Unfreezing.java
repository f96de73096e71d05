package org.finetune4j.finetune;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.finetune4j.finetune.FineTuneStage.Unfrozen;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.TrainingOptions;

/**
 * What a fine-tuning trains, as the builder was told: layers, stages or a preset.
 *
 * @param first the first layer that trains
 * @param stages one behind the other; none if there is only one
 * @param preset makes the stages itself
 */
record Unfreezing(
    Optional<String> first, List<FineTuneStage> stages, Optional<FineTunePreset> preset) {
  static Unfreezing undecided() {
    return new Unfreezing(Optional.empty(), List.of(), Optional.empty());
  }

  Unfreezing from(String layer) {
    return new Unfreezing(Optional.of(layer), stages, preset);
  }

  Unfreezing stages(List<FineTuneStage> newStages) {
    return new Unfreezing(first, newStages, preset);
  }

  Unfreezing preset(FineTunePreset newPreset) {
    return new Unfreezing(first, stages, Optional.of(newPreset));
  }

  /** Returns whether the head learns alone before anything else does. */
  boolean startsWithTheHead() {
    return preset.isPresent()
        || (!stages.isEmpty() && stages.get(0).unfrozen() instanceof Unfrozen.Head);
  }

  /**
   * Returns the stages with everything decided.
   *
   * @param network backbone and head
   * @param base decides what a stage leaves open
   * @throws IllegalStateException if nothing was said, or two things
   * @throws IllegalArgumentException if a stage names a layer that cannot be trained or freezes
   *     what an earlier one has trained
   */
  List<StagePlan> plans(Network network, UnfreezePoints points, TrainingOptions base) {
    requireSaidOnce(points);
    if (preset.isPresent()) {
      String unfrozen = first.orElseGet(() -> points.of(new Unfrozen.All()));
      return preset.get().stages(network, points.firstOfHead(), unfrozen, base);
    }
    if (stages.isEmpty()) {
      return List.of(StagePlan.of(network, first.orElseThrow(), base));
    }
    List<StagePlan> plans =
        stages.stream()
            .map(
                it ->
                    StagePlan.of(
                        network,
                        points.of(it.unfrozen()),
                        points.frozenBehind(it.unfrozen(), network),
                        it.options(base)))
            .toList();
    StagePlan.requireDeeper(network, plans);
    return plans;
  }

  /**
   * Refuses options of the builder that no stage would look at.
   *
   * @param said the options that the builder was told
   * @throws IllegalStateException if there are any
   */
  void requireNothingLost(Set<String> said) {
    Set<String> lost = new TreeSet<>(said);
    if (preset.isPresent()) {
      lost.retainAll(FineTunePreset.OWN);
    } else {
      stages.forEach(stage -> lost.retainAll(stage.own()));
    }
    if ((preset.isPresent() || !stages.isEmpty()) && !lost.isEmpty()) {
      throw new IllegalStateException(
          "These options of the builder would be lost: "
              + String.join(", ", lost)
              + ". "
              + (preset.isPresent()
                  ? "fineTune(epochs, baseRate) decides them itself; leave them out, or say the"
                      + " stages yourself: stages(FineTuneStage.head()..., FineTuneStage.all()...)."
                  : "Every stage has its own; leave them out here, or there."));
    }
  }

  private void requireSaidOnce(UnfreezePoints points) {
    if (!stages.isEmpty() && (first.isPresent() || preset.isPresent())) {
      throw new IllegalStateException(
          "What is trained is said once: by stages(...), or by fineTune(...), unfreezeFrom(name),"
              + " unfreezeLast(n) or unfreezeAll().");
    }
    if (stages.isEmpty() && first.isEmpty() && preset.isEmpty()) {
      throw new IllegalStateException(
          "Say which layers are trained: unfreezeFrom(name), unfreezeLast(n) or unfreezeAll()."
              + " Layers where one activation crosses: "
              + points.extractor().backbone().freezePoints()
              + ".");
    }
  }
}
