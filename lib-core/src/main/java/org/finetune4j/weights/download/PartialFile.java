package org.finetune4j.weights.download;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that is not whole yet, and beside it where it comes from and the server's mark of its
 * version: without the mark, only a checksum can tell whether two halves belong together.
 */
final class PartialFile {
  private final Download download;
  private final Path origin;

  PartialFile(Download download) {
    this.download = download;
    this.origin = download.target().resolveSibling(download.target().getFileName() + ".from");
  }

  /** Returns how many bytes are there and can be continued. */
  long length() throws IOException {
    List<String> lines = origin();
    boolean same = lines.size() == 2 && lines.get(0).equals(place());
    boolean sure = download.checked() || !version().isEmpty();
    return same && sure && Files.exists(download.target()) ? Files.size(download.target()) : 0;
  }

  /** Returns the server's mark, or an empty string. */
  String version() throws IOException {
    List<String> lines = origin();
    return lines.size() == 2 ? lines.get(1) : "";
  }

  private List<String> origin() throws IOException {
    return Files.exists(origin) ? List.of(Files.readString(origin).split("\n", 2)) : List.of();
  }

  /** The address itself may hold a login. */
  private String place() {
    return Hashing.sha256()
        .hashString(download.address().toString(), StandardCharsets.UTF_8)
        .toString();
  }

  /** Notes where the bytes that come from now on are from. */
  void begin(HttpHeaders headers) throws IOException {
    String tag = headers.firstValue("ETag").filter(it -> !it.startsWith("W/")).orElse("");
    String version = tag.isEmpty() ? headers.firstValue("Last-Modified").orElse("") : tag;
    Files.writeString(origin, place() + "\n" + version);
  }

  /** Forgets where it is from: it is whole. */
  void finish() throws IOException {
    Files.deleteIfExists(origin);
  }

  void discard() throws IOException {
    Files.deleteIfExists(origin);
    Files.deleteIfExists(download.target());
  }
}
