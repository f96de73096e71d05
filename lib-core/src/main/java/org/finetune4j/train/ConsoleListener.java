package org.finetune4j.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import org.finetune4j.progress.Progress;

/** Shows training as a progress bar and a line per epoch, like Keras's {@code fit}. */
final class ConsoleListener implements TrainingListener {
  private final PrintStream out;
  private final Progress bar;
  private int epochs;

  ConsoleListener(PrintStream out) {
    this.out = out;
    this.bar = Progress.console(out);
  }

  @Override
  public void stageStarted(Stage stage) {
    epochs = stage.epochs();
    out.printf(
        Locale.ROOT,
        "Training %s: %,d parameters, %d epochs of %d steps\n",
        stage.name(),
        stage.trainableParameters(),
        stage.epochs(),
        stage.stepsPerEpoch());
  }

  @Override
  public void batchFinished(BatchResult batch) {
    String task = "Epoch " + batch.epoch() + "/" + epochs;
    if (batch.step() == 1) {
      bar.at(task, 0, batch.steps(), "steps");
    }
    bar.at(task, batch.step(), batch.steps(), "steps");
  }

  @Override
  public void checkpointFailed(IOException cause) {
    out.println("  No checkpoint could be written: " + cause.getMessage());
  }

  @Override
  public void stageFinished(int stage, FreezeReport proof) {
    out.println("  " + proof);
  }

  @Override
  public void epochFinished(EpochResult epoch) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT, "  loss %.4f  accuracy %.1f %%", epoch.loss(), 100 * epoch.accuracy()));
    epoch
        .validationLoss()
        .ifPresent(it -> line.append(String.format(Locale.ROOT, "  validation loss %.4f", it)));
    epoch
        .validationAccuracy()
        .ifPresent(
            it ->
                line.append(String.format(Locale.ROOT, "  validation accuracy %.1f %%", 100 * it)));
    out.println(line);
  }
}
