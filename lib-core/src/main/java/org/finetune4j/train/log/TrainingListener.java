package org.finetune4j.train.log;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.finetune4j.progress.Progress;

/**
 * Hears what a training run does. All calls of one run come from the thread that trains; a listener
 * that throws ends the run.
 */
public interface TrainingListener {
  /**
   * A run, or a stage of a staged plan, begins.
   *
   * @param stage what is trained
   */
  default void stageStarted(Stage stage) {}

  /**
   * The frozen layers are about to run once for every picture, or every view of it, and what leaves
   * them is kept.
   *
   * @param cache how much that is
   */
  default void boundaryCacheStarted(BoundaryCache cache) {}

  /**
   * A step of the optimizer is done.
   *
   * @param batch what the step brought
   */
  default void batchFinished(BatchResult batch) {}

  /**
   * An epoch is done, validation included.
   *
   * @param epoch what it brought
   */
  default void epochFinished(EpochResult epoch) {}

  /**
   * A checkpoint lies on the disk.
   *
   * @param file where it is
   */
  default void checkpointWritten(Path file) {}

  /**
   * A checkpoint could not be written, say since the disk is full; the run goes on, and the
   * checkpoint before stays. Not called where there is none before: that ends the run.
   *
   * @param cause what went wrong
   */
  default void checkpointFailed(IOException cause) {}

  /**
   * Something is odd about the run, for example a loss that only rises; said once, and in the
   * {@code warnings()} of what the training ends with too.
   *
   * @param warning a sentence for people
   */
  default void warned(String warning) {}

  /**
   * A stage of a fine-tuning is over, and what had to stay frozen was compared with what it was.
   *
   * @param stage its number, from 1 on
   * @param proof what stayed, and what moved since the fine-tuning began
   */
  default void stageFinished(int stage, FreezeReport proof) {}

  /**
   * The run is over: all epochs done, stopped early or cancelled.
   *
   * @param history all epochs
   */
  default void finished(TrainingHistory history) {}

  /**
   * Returns what it could not do, say since the disk is full; asked when the run is over, and in
   * the {@code warnings()} of what the training ends with.
   */
  default List<String> warnings() {
    return List.of();
  }

  /**
   * What a stage is about to do.
   *
   * @param number the stage, from 1 on
   * @param stages how many there are; 1 without a staged plan
   * @param name what is trained, for people
   * @param epochs how many epochs at most
   * @param stepsPerEpoch steps in each
   * @param trainableParameters how many parameters can move
   */
  record Stage(
      int number,
      int stages,
      String name,
      int epochs,
      int stepsPerEpoch,
      long trainableParameters) {}

  /**
   * What leaves the frozen layers and is kept.
   *
   * @param pictures how many pictures
   * @param views how many views of each
   * @param bytes the size of all together, rows from earlier runs included
   * @param onDisk whether they lie in the cache folder, else in memory
   */
  record BoundaryCache(int pictures, int views, long bytes, boolean onDisk) {}

  /**
   * What one step brought.
   *
   * @param epoch the epoch within the stage, from 1 on
   * @param step the step within the epoch, from 1 on
   * @param steps steps in the epoch
   * @param learningRate the rate of this step
   * @param loss the mean loss over the batch
   */
  record BatchResult(int epoch, int step, int steps, double learningRate, double loss) {}

  /** Returns a listener that does nothing. */
  static TrainingListener silent() {
    return new TrainingListener() {};
  }

  /** Returns one listener that tells several, in their order. */
  static TrainingListener of(List<TrainingListener> listeners) {
    return new SeveralListeners(Objects.requireNonNull(listeners, "listeners"));
  }

  /**
   * Returns a listener that shows a progress bar and a line per epoch on standard output, as {@link
   * Progress#console()} does: no bar where that is no terminal.
   */
  static TrainingListener console() {
    return new ConsoleListener(System.out, Progress.console());
  }

  /** Returns a listener that shows a progress bar and a line per epoch. */
  static TrainingListener console(PrintStream out) {
    return new ConsoleListener(Objects.requireNonNull(out, "out"), Progress.console(out));
  }

  /**
   * Returns a listener that writes a line per epoch to a CSV file with a header. The file holds one
   * run: a run that is started again replaces it, one that goes on from a checkpoint goes on in it.
   * A line that cannot be written costs a warning, not the run.
   */
  static TrainingListener csv(Path file) {
    return new EpochFileListener(Objects.requireNonNull(file, "file"), EpochFormat.CSV);
  }

  /**
   * Returns a listener that writes the curves of a training for TensorBoard: loss, accuracy,
   * learning rate and metrics by epoch, in the runs {@code train} and {@code validation} below a
   * folder ({@code stage-1/train} and so on for a plan of several stages). The files hold one run,
   * as those of {@link #csv} do. Shown by {@code tensorboard --logdir <folder>}.
   */
  static TrainingListener tensorBoard(Path folder) {
    return new TensorBoardListener(Objects.requireNonNull(folder, "folder"));
  }

  /** Returns a listener that writes a JSON object per epoch, one a line, as {@link #csv} does. */
  static TrainingListener jsonLines(Path file) {
    return new EpochFileListener(Objects.requireNonNull(file, "file"), EpochFormat.JSON_LINES);
  }
}
