package org.finetune4j.weights;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What the cache knows about a {@link RemoteFile} that it holds.
 *
 * @param name the remote file's name
 * @param folder where its parts lie
 * @param source where they came from
 * @param licence as their publisher states it
 * @param fetched when they came
 * @param parts the files, each with its SHA-256 and size
 */
public record CachedFile(
    String name,
    Path folder,
    String source,
    String licence,
    Instant fetched,
    List<RemoteFile.Part> parts) {
  /** Copies the parts. */
  public CachedFile {
    parts = List.copyOf(parts);
  }

  /** Returns how many bytes it takes. */
  public long size() {
    return parts.stream().mapToLong(RemoteFile.Part::size).sum();
  }
}
