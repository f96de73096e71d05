package org.finetune4j.weights;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Another process that fetches a file: arguments are the cache, the address and the SHA-256. */
final class StoreProcess {
  private StoreProcess() {}

  public static void main(String[] args) throws IOException {
    RemoteFile file = RemoteFile.at(URI.create(args[1]), Checksum.sha256(args[2]), "MIT");
    WeightStore.builder().directory(Path.of(args[0])).build().get(file);
  }

  /** Starts one whose log is its error stream. */
  static Process start(Path cache, URI address, Checksum checksum) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path =
        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
            .orElse(System.getProperty("java.class.path"));
    return new ProcessBuilder(
            List.of(
                java,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                path,
                StoreProcess.class.getName(),
                cache.toString(),
                address.toString(),
                checksum.hex()))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
