package org.finetune4j.train.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;

/** Keeps a folder for one run, among threads and processes; a killed process frees it. */
final class FolderLock implements AutoCloseable {
  private static final String NAME = "run.lock";

  /** Behind what is written into the file: on Windows nobody reads what is locked. */
  private static final long PLACE = 1L << 40;

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes a folder, which is made if it is missing.
   *
   * @throws IllegalStateException if it is taken
   */
  static FolderLock of(Path folder) throws IOException {
    Files.createDirectories(folder);
    return take(folder, open(folder));
  }

  static FileChannel open(Path folder) throws IOException {
    return FileChannel.open(
        folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /**
   * Takes the folder by its file, which was opened a moment ago: since then a run may have ended
   * and removed it, and another one may have made a new file and taken that.
   */
  static FolderLock take(Path folder, FileChannel channel) throws IOException {
    Path file = folder.resolve(NAME);
    try {
      if (channel.tryLock(PLACE, 1, false) != null && isAt(file, channel)) {
        return new FolderLock(file, channel);
      }
    } catch (OverlappingFileLockException e) {
      // refused below
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new IllegalStateException(
        "Another run that is not over keeps its checkpoints in "
            + folder
            + ". Choose another folder, or wait for its end.");
  }

  /** Returns whether what is written through the channel can be read at the path. */
  private static boolean isAt(Path file, FileChannel channel) throws IOException {
    byte[] mark = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    channel.write(ByteBuffer.wrap(mark), 0);
    try {
      return Arrays.equals(Files.readAllBytes(file), mark);
    } catch (NoSuchFileException removed) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(file);
    }
  }
}
