package org.finetune4j.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files so that nobody ever sees half of one, whatever happens in between. */
public final class AtomicFiles {
  private static final int MOST_LINKS = 40;

  private AtomicFiles() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything; the caller closes the stream. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file under a temporary name beside its place, forces it to the disk and moves it into
   * place. Missing folders are made; temporary files of killed processes are removed.
   *
   * @param file where it goes; a file that is there is replaced. A symbolic link stays: what it
   *     points to is replaced, as with {@link Files#newOutputStream}
   * @param content what it holds
   * @throws IOException if it cannot be written, or a folder or a device is there; what was there
   *     before is untouched, and no temporary file stays
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = target(file);
    Path folder = target.getParent();
    if (Files.isDirectory(target)) {
      throw new FileSystemException(file.toString(), null, "it is a folder, not a file");
    }
    if (folder == null || (Files.exists(target) && !Files.isRegularFile(target))) {
      throw new IOException("Not a file that can be written: " + file);
    }
    try {
      Files.createDirectories(folder);
      UnfinishedFile.removeAbandoned(folder, target);
      writeBeside(target, content);
    } catch (FileSystemException e) {
      // The temporary name helps nobody.
      FileSystemException ofTarget = refused(file, folder, e);
      ofTarget.initCause(e);
      throw ofTarget;
    }
  }

  private static void writeBeside(Path target, Content content) throws IOException {
    try (UnfinishedFile unfinished = UnfinishedFile.beside(target);
        OutputStream out = Channels.newOutputStream(unfinished.channel())) {
      content.writeTo(out);
      out.flush();
      unfinished.channel().force(true);
      move(unfinished.path(), target);
    }
  }

  private static FileSystemException refused(Path file, Path folder, FileSystemException e) {
    String refusal = "it cannot be written: ";
    if (e instanceof AccessDeniedException) {
      String remedy =
          "permission is denied. Make the folder " + folder + " writable, or choose another";
      return new AccessDeniedException(file.toString(), null, refusal + remedy);
    }
    Path above = folder;
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    if (above != null && !Files.isDirectory(above)) {
      String taken = above + " is a file, not a folder";
      return new FileSystemException(file.toString(), null, refusal + taken);
    }
    String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    return new FileSystemException(file.toString(), null, refusal + reason);
  }

  /** Follows links, the last of which may lead to a file that is still to be made. */
  private static Path target(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MOST_LINKS) {
        throw new IOException("Not a file that can be written: " + file + " links to itself.");
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Refuses what is not an ordinary file, before it is opened: a pipe would be waited for without
   * end.
   *
   * @param options whether links are followed
   * @throws IOException if the file is missing or of another kind
   */
  public static void requireRegular(Path file, LinkOption... options) throws IOException {
    if (!Files.isRegularFile(file, options)) {
      if (!Files.exists(file, options)) {
        throw new NoSuchFileException(file.toString(), null, missing(file));
      }
      throw new IOException(
          file + (Files.isDirectory(file, options) ? " is a folder." : " is no ordinary file."));
    }
  }

  private static String missing(Path file) {
    if (Files.isSymbolicLink(file)) {
      return "it is a link to a file that does not exist";
    }
    return "there is no such file"
        + (file.isAbsolute() ? "" : "; relative paths begin at " + Path.of("").toAbsolutePath());
  }
}
