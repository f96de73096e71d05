package org.finetune4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Appends a line per epoch to a file, so that a run can be followed and plotted elsewhere. */
final class EpochFileListener implements TrainingListener {
  private final Path file;
  private final EpochFormat format;

  EpochFileListener(Path file, EpochFormat format) {
    this.file = file;
    this.format = format;
  }

  @Override
  public void epochFinished(EpochResult epoch) {
    try {
      List<String> lines = new ArrayList<>();
      if (!format.header.isEmpty() && (Files.notExists(file) || Files.size(file) == 0)) {
        lines.add(format.header);
      }
      lines.add(format.line(epoch));
      Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("The training log " + file + " cannot be written.", e);
    }
  }
}
