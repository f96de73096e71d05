package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.finetune4j.train.log.LearningCurves;
import org.finetune4j.train.log.TrainingHistory;

/** The book's curves of a training: accuracy and loss, raw and smoothed. */
final class Curves {
  private static final double SMOOTHING = 0.8;

  private Curves() {}

  /**
   * Draws {@code <name>-accuracy.png}, {@code <name>-accuracy-smoothed.png} and the same of loss.
   */
  static void draw(TrainingHistory history, Path folder, String name) throws IOException {
    for (double smoothing : new double[] {0, SMOOTHING}) {
      String suffix = smoothing == 0 ? ".png" : "-smoothed.png";
      LearningCurves.accuracy(history, smoothing, folder.resolve(name + "-accuracy" + suffix));
      LearningCurves.loss(history, smoothing, folder.resolve(name + "-loss" + suffix));
    }
  }
}
