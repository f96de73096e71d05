package org.finetune4j.train.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line per epoch to a file, so that a run can be followed and plotted elsewhere. The file
 * holds one run: lines of this epoch and later ones, from a run that was started again or went on
 * from an older checkpoint, make room.
 */
final class EpochFileListener implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(EpochFileListener.class);

  private final Path file;
  private final EpochFormat format;
  private final MissingEpochs missing = new MissingEpochs();

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
      String before = Files.exists(file) ? Files.readString(file) : "";
      // A run that was killed while it wrote leaves a line without an end.
      int end = before.lastIndexOf('\n') + 1;
      String whole = end == 0 ? before : before.substring(0, end);
      List<String> lines = whole.lines().toList();
      List<String> kept = kept(lines, epoch);
      boolean goesOn =
          kept.size() == lines.size() && !kept.isEmpty() && whole.length() == before.length();
      List<String> added = new ArrayList<>(goesOn ? List.of() : kept);
      added.add(format.line(epoch));
      String text = String.join("\n", added) + "\n";
      Files.writeString(
          file,
          text,
          StandardOpenOption.CREATE,
          goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      // A full disk costs a line, not the run.
      LOG.warn(missing.add(epoch, "the training log " + file, e));
    }
  }

  @Override
  public List<String> warnings() {
    return missing.warnings();
  }

  /** Returns the header, if there is one, and the lines of earlier epochs of the run. */
  private List<String> kept(List<String> lines, EpochResult epoch) throws IOException {
    List<String> kept = new ArrayList<>();
    if (!format.header.isEmpty()) {
      kept.add(format.header);
    }
    if (lines.isEmpty()) {
      return kept;
    }
    if (!format.header.isEmpty() && !lines.get(0).equals(format.header)) {
      throw new IOException("the file holds something else, and is left as it is");
    }
    for (String line : lines.subList(kept.size(), lines.size())) {
      EpochFormat.Place place =
          format
              .place(line)
              .orElseThrow(
                  () -> new IOException("the file holds something else, and is left as it is"));
      if (!place.isBefore(epoch)) {
        break;
      }
      kept.add(line);
    }
    return kept;
  }
}
