package org.finetune4j.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder into which nothing can be written, and neither into any below it, until it is closed.
 */
public final class ReadOnlyFolder implements AutoCloseable {
  /** Root without the capability to pass over permissions. */
  private static final List<String> WITHOUT_POWERS =
      List.of("/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all");

  private final Path root;

  private ReadOnlyFolder(Path root) {
    this.root = root;
  }

  /** Takes the permissions away; skips the test where there are none. */
  public static ReadOnlyFolder of(Path root) throws IOException {
    assumeTrue(
        root.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "Skipped: folders have no permissions here");
    permit(root, "r-xr-xr-x", "r--r--r--");
    return new ReadOnlyFolder(root);
  }

  /**
   * Returns what a child must be started by to be held to it: the superuser may write everywhere,
   * so a child gives up what makes it one. Skips the test where it cannot.
   */
  public List<String> command() {
    List<String> before = Files.isWritable(root) ? WITHOUT_POWERS : List.of();
    assumeTrue(
        before.isEmpty() || Files.isExecutable(Path.of(before.get(0))),
        "Skipped: the superuser runs this, and there is no " + WITHOUT_POWERS.get(0));
    return before;
  }

  @Override
  public void close() throws IOException {
    permit(root, "rwxr-xr-x", "rw-r--r--");
  }

  private static void permit(Path root, String folders, String files) throws IOException {
    List<Path> all;
    try (Stream<Path> paths = Files.walk(root)) {
      all = paths.toList();
    }
    for (Path path : all) {
      String permissions = Files.isDirectory(path) ? folders : files;
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
  }
}
