package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.train.log.LearningCurves;
import org.finetune4j.train.log.LearningRateSweep;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.train.log.TrainingListener;

/** The book's curves of a training: accuracy and loss, raw and smoothed. */
final class Curves {
  private static final double SMOOTHING = 0.8;

  private Curves() {}

  /**
   * Draws {@code <name>-accuracy.png}, {@code <name>-accuracy-smoothed.png} and the same of loss,
   * and writes their numbers as {@code <name>.csv}.
   */
  static void draw(TrainingHistory history, Path folder, String name) throws IOException {
    TrainingListener numbers = TrainingListener.csv(folder.resolve(name + ".csv"));
    history.epochs().forEach(numbers::epochFinished);
    for (double smoothing : new double[] {0, SMOOTHING}) {
      String suffix = smoothing == 0 ? ".png" : "-smoothed.png";
      LearningCurves.accuracy(history, smoothing, folder.resolve(name + "-accuracy" + suffix));
      LearningCurves.loss(history, smoothing, folder.resolve(name + "-loss" + suffix));
    }
  }

  /** Writes the losses of a sweep of learning rates as {@code rate,loss}. */
  static void sweep(LearningRateSweep sweep, Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of("rate,loss"));
    for (int i = 0; i < sweep.rates().size(); i++) {
      lines.add(sweep.rates().get(i) + "," + sweep.losses().get(i));
    }
    Files.write(file, lines);
  }
}
