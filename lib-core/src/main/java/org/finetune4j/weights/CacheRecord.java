package org.finetune4j.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.text.PrettyJson;

/** The file beside cached parts that says where they came from and what they were like. */
final class CacheRecord {
  static final String FILE = "origin.json";
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private CacheRecord() {}

  static void write(CachedFile file) throws IOException {
    ObjectNode json =
        JSON.createObjectNode()
            .put("version", VERSION)
            .put("name", file.name())
            .put("source", file.source())
            .put("licence", file.licence())
            .put("fetched", file.fetched().toString());
    ArrayNode parts = json.putArray("parts");
    for (RemoteFile.Part part : file.parts()) {
      parts
          .addObject()
          .put("path", part.path())
          .put("size", part.size())
          .put("sha256", part.checksum().orElseThrow().hex());
    }
    byte[] bytes = PrettyJson.bytes(json);
    AtomicFiles.write(file.folder().resolve(FILE), out -> out.write(bytes));
  }

  /** Returns what the record says; nothing where there is none, or none that can be understood. */
  static Optional<CachedFile> read(Path folder) {
    try {
      Path file = folder.resolve(FILE);
      return Files.isRegularFile(file)
          ? Optional.of(parse(folder, JSON.readTree(Files.readAllBytes(file))))
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static CachedFile parse(Path folder, JsonNode json) throws IOException {
    if (json.path("version").asInt() != VERSION) {
      throw new IOException("version " + json.path("version") + " is not known");
    }
    List<RemoteFile.Part> parts = new ArrayList<>();
    for (JsonNode part : json.path("parts")) {
      parts.add(
          RemoteFile.Part.of(
              part.path("path").asText(),
              part.path("size").asLong(-1),
              Checksum.sha256(part.path("sha256").asText())));
    }
    return new CachedFile(
        json.path("name").asText(),
        folder,
        json.path("source").asText(),
        json.path("licence").asText(),
        Instant.parse(json.path("fetched").asText()),
        parts);
  }
}
