package org.finetune4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends a line per epoch to a file, so that a run can be followed and plotted elsewhere. */
final class EpochFileListener implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(EpochFileListener.class);

  private final Path file;
  private final EpochFormat format;

  EpochFileListener(Path file, EpochFormat format) {
    this.file = file;
    this.format = format;
  }

  @Override
  public void epochFinished(EpochResult epoch) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      List<String> lines = new ArrayList<>();
      if (!format.header.isEmpty() && (Files.notExists(file) || Files.size(file) == 0)) {
        lines.add(format.header);
      }
      lines.add(format.line(epoch));
      Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      // A full disk costs a line, not the run.
      LOG.warn("Epoch {} is missing in the training log {}: {}", epoch.epoch(), file, e.toString());
    }
  }
}
