package org.finetune4j.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.PictureHashes;
import org.finetune4j.data.Unreadable;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Task;
import org.finetune4j.train.checkpoint.RunSettings;
import org.finetune4j.train.input.PictureMemory;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.input.TaughtSource;
import org.finetune4j.train.input.Teacher;
import org.finetune4j.train.log.LearningRateSweep;
import org.finetune4j.train.log.TrainingDivergedException;
import org.finetune4j.train.loop.RateFinder;
import org.finetune4j.train.loop.TrainingRun;

/**
 * A training that reads pictures. Immutable; one trainer can be fitted several times.
 *
 * @param <R> what it ends with
 */
public abstract class PictureTrainer<R extends TrainedNetwork> {
  private static final int TAUGHT_AT_ONCE = 64;

  private final Task task;
  private final Optional<Augmentation> augmentation;
  private final long pictureMemory;
  private final Optional<ImageClassifier> teacher;
  private final Unreadable unreadable;
  private final TrainingRun run;

  /**
   * @param options what the builder was told
   * @param task what the outputs of the network mean
   */
  protected PictureTrainer(PictureTrainingBuilder<?> options, Task task) {
    this.task = task;
    this.augmentation = options.augmentation();
    this.pictureMemory = options.pictureMemory();
    this.teacher = options.teacher();
    this.unreadable = options.unreadable();
    this.run = options.run();
  }

  /**
   * Trains without validation.
   *
   * @param train what is learned
   * @throws IOException if a picture cannot be read, or a cache or checkpoint cannot be written
   * @throws IllegalArgumentException if the pictures have other labels
   * @throws TrainingDivergedException if the loss becomes NaN or infinite
   */
  public final R fit(ImageDataset train) throws IOException {
    return checked(train, Optional.empty());
  }

  /**
   * Trains, and measures loss and accuracy on validation pictures after every epoch.
   *
   * @param train what is learned
   * @param validation what is looked at; never augmented
   * @throws IOException if a picture cannot be read, or a cache or checkpoint cannot be written
   * @throws IllegalArgumentException if the pictures have other labels
   * @throws TrainingDivergedException if the loss becomes NaN or infinite
   */
  public final R fit(ImageDataset train, ImageDataset validation) throws IOException {
    return checked(train, Optional.of(validation));
  }

  /**
   * Trains a copy with a learning rate that grows from 1e-7 to 10 within 100 steps, or until the
   * loss explodes, and returns how the loss answers. Nothing that was learned is kept. A
   * fine-tuning in stages looks at its first one.
   *
   * @param train what would be learned
   * @throws IOException if a picture cannot be read, or a cache cannot be written
   */
  public final LearningRateSweep findLearningRate(ImageDataset train) throws IOException {
    return findLearningRate(train, 1e-7, 10, 100);
  }

  /**
   * Trains a copy with a learning rate that grows exponentially, as {@link
   * #findLearningRate(ImageDataset)}.
   *
   * @param train what would be learned
   * @param from the first rate, above 0
   * @param to the rate towards which it grows
   * @param steps how many steps at most; as many as 100 give a smooth curve
   * @throws IOException if a picture cannot be read, or a cache cannot be written
   * @throws IllegalArgumentException if the rates do not grow, or there is no step
   */
  public final LearningRateSweep findLearningRate(
      ImageDataset train, double from, double to, int steps) throws IOException {
    RateFinder finder = new RateFinder(from, to, steps);
    requireTask("Training", train.task());
    return sweep(usable(train), finder);
  }

  /** Looks at the loss of growing learning rates. */
  protected abstract LearningRateSweep sweep(ImageDataset train, RateFinder finder)
      throws IOException;

  private R checked(ImageDataset train, Optional<ImageDataset> validation) throws IOException {
    requireTask("Training", train.task());
    validation.ifPresent(images -> requireTask("Validation", images.task()));
    return fit(
        usable(train), validation.isEmpty() ? validation : Optional.of(usable(validation.get())));
  }

  /** Returns the pictures that can be read, where others may be left out. */
  private ImageDataset usable(ImageDataset images) throws IOException {
    if (unreadable == Unreadable.STOP) {
      return images;
    }
    ImageDataset readable = images.readable(decoder());
    if (readable.size() == 0 && images.size() > 0) {
      throw new IOException(
          "None of "
              + images.size()
              + " pictures can be read, first "
              + images.get(0).name()
              + ".");
    }
    return readable;
  }

  /** Returns what reads the pictures. */
  protected abstract ImageDecoder decoder();

  private void requireTask(String what, Task read) {
    if (read.equals(task)) {
      return;
    }
    if (read instanceof Task.OneLabel && task instanceof Task.OneLabel) {
      throw new IllegalArgumentException(
          what
              + " pictures have the labels "
              + read.labels()
              + ", but the network is trained for "
              + task.labels()
              + ". Read them with ImageDataset.fromDirectory(path, labels).");
    }
    throw new IllegalArgumentException(
        what + " pictures have " + read + ", but the network is trained for " + task + ".");
  }

  /** Trains on pictures whose labels fit. */
  protected abstract R fit(ImageDataset train, Optional<ImageDataset> validation)
      throws IOException;

  /** Returns how the training runs. */
  protected final TrainingRun run() {
    return run;
  }

  /** Returns what changes the training pictures, if anything. */
  protected final Optional<Augmentation> augmentation() {
    return augmentation;
  }

  /** Returns new room for decoded pictures. */
  protected final PictureMemory pictureMemory() {
    return new PictureMemory(pictureMemory);
  }

  /**
   * Returns what the teacher says of the training pictures, if there is one.
   *
   * @throws IllegalArgumentException if it knows other labels
   */
  protected final Optional<Teacher> teacher(ImageDataset train, ImageDecoder decoder)
      throws IOException {
    if (teacher.isEmpty()) {
      return Optional.empty();
    }
    if (!teacher.get().labels().equals(train.labels())) {
      throw new IllegalArgumentException(
          "The teacher knows "
              + teacher.get().labels()
              + ", but what is learned is "
              + train.labels()
              + ".");
    }
    float[][] rows = new float[train.size()][];
    for (int first = 0; first < rows.length; first += TAUGHT_AT_ONCE) {
      List<Image> some = new ArrayList<>();
      for (int i = first; i < Math.min(rows.length, first + TAUGHT_AT_ONCE); i++) {
        some.add(train.get(i).decode(decoder));
      }
      float[][] said = teacher.get().probabilities(some);
      System.arraycopy(said, 0, rows, first, said.length);
    }
    double temperature = run.options().distillation().orElseThrow().temperature();
    return Optional.of(Teacher.of(rows, temperature));
  }

  /** Returns samples of which the teacher says something too, if there is one. */
  protected static SampleSource taught(SampleSource samples, Optional<Teacher> teacher) {
    return teacher.isPresent() ? new TaughtSource(samples, teacher.get()) : samples;
  }

  /** Returns these facts and what was trained on. */
  protected final Provenance provenance(Provenance facts, ImageDataset train, PictureHashes hashes)
      throws IOException {
    return facts
        .with("training_data", hashes.fingerprint(train))
        .with("training_pictures", Integer.toString(train.size()))
        .with("augmentation", augmentation.map(Augmentation::toString).orElse("none"));
  }

  /** Returns pictures and their augmentation, so that a checkpoint of others is refused. */
  protected final RunSettings settings(
      ImageDataset train, Optional<ImageDataset> validation, PictureHashes hashes)
      throws IOException {
    RunSettings settings =
        RunSettings.none()
            .with("task", task.toString())
            .with("augmentation", augmentation.map(Augmentation::toString).orElse("none"))
            .with("training pictures", train, hashes);
    return validation.isPresent()
        ? settings.with("validation pictures", validation.get(), hashes)
        : settings;
  }

  /** Returns two lists of warnings as one. */
  protected static List<String> together(List<String> some, List<String> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }
}
