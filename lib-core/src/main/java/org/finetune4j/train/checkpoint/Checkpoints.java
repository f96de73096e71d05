package org.finetune4j.train.checkpoint;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune4j.files.AtomicFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run in a folder: the last two are kept, so that a damaged last one leaves
 * the one before it.
 */
public final class Checkpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final int KEPT = 2;
  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final List<String> warnings = new ArrayList<>();
  private final RunSettings settings;
  private final FolderLock lock;

  /**
   * Takes the folder for one run, until it is closed.
   *
   * @param folder where they lie
   * @param settings all that decides the run: options, network, start, data
   * @throws IllegalStateException if another run that is not over keeps its checkpoints there
   */
  public Checkpoints(Path folder, RunSettings settings) throws IOException {
    requireFolder(folder);
    this.folder = folder;
    this.lock = FolderLock.of(folder);
    this.settings = settings;
  }

  /** Writes a checkpoint and removes those that are too old. */
  public Path write(Checkpoint checkpoint) throws IOException {
    Path file =
        folder.resolve(
            String.format(
                Locale.ROOT,
                "checkpoint-%02d-%06d-%06d.bin",
                checkpoint.stage(),
                checkpoint.epochsDone(),
                checkpoint.stepsDone()));
    AtomicFiles.write(
        file,
        out -> {
          // The buffer is flushed before the file is closed, which is its owner's.
          OutputStream buffered = new BufferedOutputStream(out, BUFFER);
          CheckpointFormat.write(checkpoint, settings, buffered);
          buffered.flush();
        });
    List<Path> all = newestFirst();
    for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
      Files.deleteIfExists(old);
    }
    return file;
  }

  /** Returns the newest file, whole or not. */
  public Optional<Path> newest() throws IOException {
    return newestFirst().stream().findFirst();
  }

  /**
   * Returns the newest checkpoint that is whole, if there is one.
   *
   * @throws IOException if the folder cannot be read
   * @throws IllegalArgumentException if the checkpoint belongs to another run
   */
  public Optional<Checkpoint> latest() throws IOException {
    removeUnfinished();
    for (Path file : newestFirst()) {
      try {
        Checkpoint checkpoint = read(file);
        LOG.info(
            "Going on from {}: stage {}, {} epochs and {} steps done.",
            file,
            checkpoint.stage(),
            checkpoint.epochsDone(),
            checkpoint.stepsDone());
        return Optional.of(checkpoint);
      } catch (IOException e) {
        String warning = e.getMessage() + " Trying the checkpoint before it.";
        LOG.warn(warning);
        warnings.add(warning);
      }
    }
    return Optional.empty();
  }

  /** Returns what was wrong with the checkpoints that {@link #latest} passed over. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  private Checkpoint read(Path file) throws IOException {
    AtomicFiles.requireRegular(file);
    return CheckpointFormat.read(file, settings);
  }

  /** A process that is killed while it writes leaves its temporary file behind. */
  private void removeUnfinished() throws IOException {
    for (Path file : files("checkpoint-.*\\.part")) {
      Files.deleteIfExists(file);
    }
  }

  private List<Path> newestFirst() throws IOException {
    return files("checkpoint-\\d+-\\d+-\\d+\\.bin");
  }

  private List<Path> files(String name) throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches(name))
          .sorted(Comparator.comparing((Path file) -> file.getFileName().toString()).reversed())
          .toList();
    }
  }

  private static void requireFolder(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException("Checkpoints are kept in a folder, but " + folder + " is a file.");
    }
  }

  /** Lets another run have the folder. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
