package org.finetune4j.weights;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.weights.download.UnreachedHost;
import org.finetune4j.weights.download.WriteFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries one way after the other until a file is whole, then puts it into the cache. */
record Fetch(RemoteFile file, CacheFolder cache, Transfer transfer) {
  private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);

  /**
   * Tries them in order. Of a host that does not answer, only the first address is told.
   *
   * @param problem why the file is fetched
   */
  void from(List<Candidate> candidates, String problem) throws IOException {
    Path finished = cache.partial(file).resolve("finished");
    List<String> reasons = new ArrayList<>();
    List<IOException> failures = new ArrayList<>();
    try {
      for (Candidate candidate : candidates) {
        prepare(finished);
        try {
          candidate.way().into(finished, transfer);
          store(finished, candidate.where());
          LOG.info("Fetched '{}' from {}", file.name(), candidate.where());
          return;
        } catch (WriteFailure | InterruptedIOException e) {
          throw e;
        } catch (IOException e) {
          if (!(e instanceof UnreachedHost host && host.isKnown())) {
            reasons.add("\n  " + candidate.where() + ": " + e.getMessage());
          }
          failures.add(e);
        }
      }
    } finally {
      cleanUp(finished);
    }
    IOException all =
        new IOException(
            String.format(
                Locale.ROOT,
                "'%s' could not be fetched%s. Tried:%s\nCheck the network and its proxy, name a mirror"
                    + " (WeightStore.mirror), or put %s into %s.",
                file.name(),
                cache.holds(file) ? ", and " + problem : "",
                reasons.isEmpty() ? " hosts that did not answer before." : String.join("", reasons),
                file.parts().stream().map(RemoteFile.Part::path).toList(),
                cache.folder(file)));
    failures.forEach(all::addSuppressed);
    throw all;
  }

  private static void prepare(Path finished) throws WriteFailure {
    try {
      CacheFolder.delete(finished);
      Files.createDirectories(finished);
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  private void store(Path finished, String where) throws WriteFailure {
    try {
      List<RemoteFile.Part> parts = new ArrayList<>();
      for (RemoteFile.Part part : file.parts()) {
        Path path = finished.resolve(part.path());
        parts.add(RemoteFile.Part.of(part.path(), Files.size(path), Checksum.sha256(path)));
      }
      CacheRecord.write(
          new CachedFile(file.name(), finished, where, file.licence(), Instant.now(), parts));
      cache.adopt(finished, file);
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  /** What a later call can go on with stays; everything else goes. */
  private void cleanUp(Path finished) {
    try {
      CacheFolder.delete(finished);
      Path partial = cache.partial(file);
      if (Files.isDirectory(partial) && isEmpty(partial)) {
        Files.delete(partial);
      }
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be removed: {}", finished, Optional.ofNullable(e.getMessage()).orElse(""));
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var children = Files.list(folder)) {
      return children.findAny().isEmpty();
    }
  }
}
