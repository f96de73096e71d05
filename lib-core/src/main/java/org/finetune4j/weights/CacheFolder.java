package org.finetune4j.weights;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.finetune4j.weights.download.WriteFailure;

/**
 * The folder of a store: {@code name/} per remote file with its parts and their record; {@code
 * .partial/name/} for what is on its way; {@code .locks/}.
 */
record CacheFolder(Path root) {
  /** What was compared once in this process is not compared again while it stays untouched. */
  private static final Map<Path, Stamp> VERIFIED = new ConcurrentHashMap<>();

  private record Stamp(long size, FileTime changed, String expected) {}

  Path folder(RemoteFile file) {
    return root.resolve(file.name());
  }

  Path partial(RemoteFile file) {
    return root.resolve(".partial").resolve(file.name());
  }

  CacheLock lock(RemoteFile file) throws IOException {
    try {
      return CacheLock.acquire(root.resolve(".locks").resolve(file.name() + ".lock"));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  boolean holds(RemoteFile file) {
    return Files.isRegularFile(folder(file).resolve(file.main().path()));
  }

  /**
   * Compares what is there with the published checksums and with the record.
   *
   * @throws IOException if a part is missing or damaged
   */
  void verify(RemoteFile file) throws IOException {
    Optional<CachedFile> known = CacheRecord.read(folder(file));
    for (RemoteFile.Part part : file.parts()) {
      verify(folder(file).resolve(part.path()), part.size(), expected(part, known));
    }
  }

  private static List<Checksum> expected(RemoteFile.Part part, Optional<CachedFile> known) {
    List<Checksum> expected = new ArrayList<>(part.checksum().stream().toList());
    known.stream()
        .flatMap(it -> it.parts().stream())
        .filter(it -> it.path().equals(part.path()))
        .flatMap(it -> it.checksum().stream())
        .filter(it -> !expected.contains(it))
        .forEach(expected::add);
    return expected;
  }

  /** Returns a file that is compared while it is read. */
  CheckedFile checked(RemoteFile file) {
    Optional<CachedFile> known = CacheRecord.read(folder(file));
    Map<Path, List<Checksum>> checksums = new HashMap<>();
    for (RemoteFile.Part part : file.parts()) {
      checksums.put(folder(file).resolve(part.path()), expected(part, known));
    }
    return new CheckedFile(folder(file).resolve(file.main().path()), checksums);
  }

  /** Compares once more what was compared before: it has changed without looking so. */
  void forget(RemoteFile file) throws IOException {
    for (RemoteFile.Part part : file.parts()) {
      Path path = folder(file).resolve(part.path());
      if (Files.exists(path)) {
        VERIFIED.remove(path.toRealPath());
      }
    }
  }

  private static void verify(Path path, long size, List<Checksum> expected) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + " is missing");
    }
    Stamp stamp =
        new Stamp(Files.size(path), Files.getLastModifiedTime(path), size + expected.toString());
    Path key = path.toRealPath();
    if (stamp.equals(VERIFIED.get(key))) {
      return;
    }
    try {
      verifySize(path, size);
      for (Checksum checksum : expected) {
        checksum.verify(path);
      }
    } catch (IOException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
    VERIFIED.put(key, stamp);
  }

  static void verifySize(Path path, long size) throws IOException {
    if (size >= 0 && Files.size(path) != size) {
      throw new IOException("it has " + Files.size(path) + " bytes, expected are " + size);
    }
  }

  /** Puts a finished folder into place. */
  void adopt(Path finished, RemoteFile file) throws IOException {
    Path target = folder(file);
    if (Files.exists(target)) {
      Path damaged = partial(file).resolve("damaged");
      delete(damaged);
      Files.move(target, damaged);
    }
    Files.move(finished, target);
    delete(partial(file));
  }

  List<CachedFile> list() throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders.sorted().map(CacheRecord::read).flatMap(Optional::stream).toList();
    }
  }

  static void delete(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (Stream<Path> children = Files.list(path)) {
        for (Path child : children.toList()) {
          delete(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
