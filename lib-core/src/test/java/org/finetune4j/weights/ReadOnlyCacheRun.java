package org.finetune4j.weights;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Uses a cache that this process may not write to. */
public final class ReadOnlyCacheRun {
  private ReadOnlyCacheRun() {}

  /**
   * Runs.
   *
   * @param arguments the folder of the cache, the address of a file that is in it and of one that
   *     is not, the SHA-256 of both
   */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    System.out.println("writable: " + Files.isWritable(root));
    WeightStore store = WeightStore.standard().directory(root);
    Checksum sha256 = Checksum.sha256(arguments[3]);
    RemoteFile there = RemoteFile.at(URI.create(arguments[1]), sha256, "MIT");
    System.out.println("served: " + Files.size(store.get(there)));
    System.out.println("found: " + store.find(there).isPresent());
    System.out.println("read: " + store.read(List.of(there), it -> it.read(it.main()).size()));
    try {
      store.get(RemoteFile.at(URI.create(arguments[2]), sha256, "MIT"));
      System.out.println("stored");
    } catch (IOException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }
}
