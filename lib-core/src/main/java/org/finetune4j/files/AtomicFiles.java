package org.finetune4j.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files so that nobody ever sees half of one, whatever happens in between. */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything; the caller closes the stream. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file under a temporary name beside its place, forces it to the disk and moves it into
   * place. Missing folders are made.
   *
   * @param file where it goes; a file that is there is replaced
   * @param content what it holds
   * @throws IOException if it cannot be written; what was there before is untouched, and no
   *     temporary file stays
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException("Not a file that can be written: " + file);
    }
    if (Files.isDirectory(target)) {
      throw new FileSystemException(file.toString(), null, "it is a folder, not a file");
    }
    Files.createDirectories(folder);
    // Not Files.createTempFile: it would let nobody but the owner read the result.
    Path temporary = folder.resolve(target.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try (FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = Channels.newOutputStream(channel)) {
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      move(temporary, target);
    } catch (FileSystemException e) {
      // The temporary name helps nobody.
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      FileSystemException ofTarget =
          e instanceof AccessDeniedException
              ? new AccessDeniedException(file.toString(), null, e.getReason())
              : new FileSystemException(file.toString(), null, "it cannot be written: " + reason);
      ofTarget.initCause(e);
      throw ofTarget;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
