package org.finetune4j.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A file on its way, locked as long as its process lives: what is found unlocked was left by a
 * process that was killed.
 */
final class UnfinishedFile implements AutoCloseable {
  private static final String ENDING = ".part";
  private static final Pattern UNIQUE = Pattern.compile("\\.[0-9a-f-]{36}");

  /** Opening such a file a second time in one process would free its lock. */
  private static final Set<Path> OF_THIS_PROCESS = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private UnfinishedFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  static UnfinishedFile beside(Path target) throws IOException {
    while (true) {
      // Not Files.createTempFile: it would let nobody but the owner read the result.
      Path path = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ENDING);
      OF_THIS_PROCESS.add(path);
      UnfinishedFile file = new UnfinishedFile(path, create(path));
      if (Files.exists(path)) {
        return file;
      }
      file.close(); // another process took it for abandoned before it was locked
    }
  }

  private static FileChannel create(Path path) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException | RuntimeException e) {
      OF_THIS_PROCESS.remove(path);
      throw e;
    }
    try {
      channel.lock();
    } catch (IOException | UnsupportedOperationException e) {
      // A file system without locks: there, nothing is ever taken for abandoned.
    }
    return channel;
  }

  /** Removes what killed processes left of the same file. */
  static void removeAbandoned(Path folder, Path target) throws IOException {
    String name = String.valueOf(target.getFileName());
    DirectoryStream.Filter<Path> unfinished =
        path -> {
          String other = String.valueOf(path.getFileName());
          return other.startsWith(name)
              && other.endsWith(ENDING)
              && UNIQUE
                  .matcher(other)
                  .region(name.length(), other.length() - ENDING.length())
                  .matches();
        };
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, unfinished)) {
      for (Path path : found) {
        if (!OF_THIS_PROCESS.contains(path) && Files.isRegularFile(path)) {
          removeUnlocked(path);
        }
      }
    }
  }

  private static void removeUnlocked(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      if (channel.tryLock() != null) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Another user's, perhaps: it is in nobody's way.
    }
  }

  Path path() {
    return path;
  }

  /** Returns where it is written; closing it frees the lock. */
  FileChannel channel() {
    return channel;
  }

  /** Frees it, and removes it if it was not moved into its place. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } finally {
      OF_THIS_PROCESS.remove(path);
    }
  }
}
