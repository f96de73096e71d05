package org.finetune4j.train.log;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalDouble;
import org.finetune4j.progress.Progress;

/** Shows training as progress and a line per epoch, like Keras's {@code fit}. */
final class ConsoleListener implements TrainingListener {
  private final PrintStream out;
  private final Progress progress;
  private String stageName = "";
  private int epochs;
  private boolean withinLine;

  ConsoleListener(PrintStream out, Progress progress) {
    this.out = out;
    this.progress = progress;
  }

  @Override
  public void stageStarted(Stage stage) {
    epochs = stage.epochs();
    stageName = stage.stages() > 1 ? "Stage " + stage.number() + "/" + stage.stages() + ", " : "";
    println(
        String.format(
            Locale.ROOT,
            "%s%s: %,d parameters, %d %s of %d %s",
            stageName.isEmpty() ? "Training " : stageName,
            stage.name(),
            stage.trainableParameters(),
            stage.epochs(),
            stage.epochs() == 1 ? "epoch" : "epochs",
            stage.stepsPerEpoch(),
            stage.stepsPerEpoch() == 1 ? "step" : "steps"));
  }

  private void println(String line) {
    if (withinLine) {
      out.println();
      withinLine = false;
    }
    out.println(line);
  }

  @Override
  public void batchFinished(BatchResult batch) {
    String task = (stageName.isEmpty() ? "Epoch " : stageName + "epoch ") + batch.epoch();
    if (batch.step() == 1) {
      progress.at(task + "/" + epochs, 0, batch.steps(), "steps");
    }
    progress.at(task + "/" + epochs, batch.step(), batch.steps(), "steps");
    withinLine = batch.step() < batch.steps();
  }

  @Override
  public void checkpointFailed(IOException cause) {
    println("  No checkpoint could be written: " + cause.getMessage());
  }

  @Override
  public void warned(String warning) {
    println("  Warning: " + warning);
  }

  @Override
  public void stageFinished(int stage, FreezeReport proof) {
    println("  " + proof);
  }

  @Override
  public void epochFinished(EpochResult epoch) {
    println(
        "  "
            + measured(epoch, OptionalDouble.of(epoch.loss()), OptionalDouble.of(epoch.accuracy()))
            + (epoch.validationLoss().isPresent() ? "  validation: " : "")
            + measured(epoch, epoch.validationLoss(), epoch.validationAccuracy()));
  }

  private static String measured(EpochResult epoch, OptionalDouble loss, OptionalDouble accuracy) {
    return loss.isEmpty() || accuracy.isEmpty()
        ? ""
        : String.format(Locale.ROOT, "loss %.4f, ", loss.getAsDouble())
            + epoch.measure().text(accuracy.getAsDouble());
  }
}
