package org.finetune4j.train;

import java.util.Objects;
import java.util.Optional;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.data.Unreadable;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Distillation;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.train.input.PictureMemory;

/**
 * The options of a training that reads pictures. Not thread-safe.
 *
 * @param <B> the builder itself, so that its own options can follow
 */
public abstract class PictureTrainingBuilder<B extends PictureTrainingBuilder<B>>
    extends TrainingBuilder<B> {
  private Optional<Augmentation> augmentation = Optional.empty();
  private long pictureMemory = PictureMemory.standard();
  private Optional<ImageClassifier> teacher = Optional.empty();
  private Unreadable unreadable = Unreadable.STOP;

  protected PictureTrainingBuilder(Optimizer optimizer, BatchNormPolicy batchNorm, int epochs) {
    super(optimizer, batchNorm, epochs);
  }

  /** Changes the training pictures at random in every epoch; default is not to. */
  public B augmentation(Augmentation newAugmentation) {
    this.augmentation = Optional.of(Objects.requireNonNull(newAugmentation, "newAugmentation"));
    return self();
  }

  /**
   * Sets how much memory decoded training pictures may take where they are read in every epoch;
   * default an eighth of the largest heap. Pictures beyond it are decoded anew.
   *
   * @param bytes 0 keeps none
   * @throws IllegalArgumentException if it is negative
   */
  public B pictureMemory(long bytes) {
    this.pictureMemory = PictureMemory.checked(bytes);
    return self();
  }

  /**
   * Learns from what another classifier says, as well as from the labels; default is from the
   * labels alone. The teacher sees each training picture once, as it lies; its labels are those of
   * the training. It stays open until {@code fit} is over.
   *
   * @param classifier for example one with a larger backbone
   * @param how how much it counts; {@link Distillation#standard} to begin with
   */
  public B teacher(ImageClassifier classifier, Distillation how) {
    Objects.requireNonNull(how, "how");
    this.teacher = Optional.of(Objects.requireNonNull(classifier, "classifier"));
    return distillation(how);
  }

  /**
   * Sets what becomes of training and validation pictures that cannot be read; a {@code FineTuner}
   * does as its extractor by default, other trainings stop. To skip them, every picture is decoded
   * once before anything is learned, and the result's warnings say how many were left out. A
   * picture that cannot be read later on, because somebody deleted it meanwhile, stops the training
   * all the same.
   */
  public B unreadable(Unreadable policy) {
    this.unreadable = Objects.requireNonNull(policy, "policy");
    return self();
  }

  final Unreadable unreadable() {
    return unreadable;
  }

  final Optional<ImageClassifier> teacher() {
    return teacher;
  }

  /** Returns what changes the pictures, if anything. */
  protected final Optional<Augmentation> augmentation() {
    return augmentation;
  }

  final long pictureMemory() {
    return pictureMemory;
  }
}
