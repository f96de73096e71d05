package org.finetune4j.weights;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.finetune4j.weights.download.NpmConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store in an empty folder, and a server that it talks to. */
abstract class StoreTestBase {
  static final byte[] CONTENT = random(200);
  static final Checksum SHA256 = Checksum.sha256(Hashing.sha256().hashBytes(CONTENT).toString());

  @TempDir Path folder;
  MisbehavingServer server = start();
  WeightStore store = WeightStore.standard();

  private static MisbehavingServer start() {
    try {
      return new MisbehavingServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void makeStore() throws IOException {
    store = builder().build();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  WeightStore.Builder builder() throws IOException {
    String registry = server.address("/npm/").toString();
    return WeightStore.builder()
        .directory(folder.resolve("cache"))
        .stallTimeout(Duration.ofSeconds(20))
        .retries(3, Duration.ofMillis(1))
        .npm(NpmConfiguration.of(Map.of("NPM_CONFIG_REGISTRY", registry), folder));
  }

  /** A file at {@code /file.h5} of the server, with its right checksum. */
  RemoteFile checked() {
    return RemoteFile.at(server.address("/file.h5"), SHA256, "MIT");
  }

  /** The same without any checksum. */
  RemoteFile unchecked() {
    return new RemoteFile(
        "file.h5",
        List.of(new RemoteFile.Part("file.h5", -1, Optional.empty())),
        List.of(new Source.Http(server.address("/file.h5"))),
        "MIT");
  }

  /** Returns all files in the cache but its locks. */
  List<String> cached() throws IOException {
    Path root = folder.resolve("cache");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(file -> !file.startsWith(".locks"))
          .sorted()
          .toList();
    }
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
