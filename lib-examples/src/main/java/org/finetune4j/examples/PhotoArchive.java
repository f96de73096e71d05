package org.finetune4j.examples;

import com.google.common.io.ByteStreams;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Unpacks a zip of photos, which may come from anywhere: only pictures, only so many bytes. */
final class PhotoArchive {
  private static final long MOST_BYTES = 1L << 30;

  private PhotoArchive() {}

  /**
   * Unpacks the {@code .jpg} files of an archive, without the folder that holds everything. A
   * folder that is there already is taken as it is; it is complete, as it appears at the end.
   *
   * @throws IOException if the archive is damaged, leads out of the folder, or holds more than 1
   *     GiB
   */
  static Path unpack(Path archive, Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path parent = Files.createDirectories(folder.toAbsolutePath().getParent());
    Path unfinished = Files.createTempDirectory(parent, folder.getFileName() + ".");
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      long left = MOST_BYTES;
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith(".jpg")) {
          Path file = inside(unfinished, entry.getName());
          try (InputStream in = zip.getInputStream(entry)) {
            left -= copy(in, file, left);
          }
        }
      }
      return Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      if (Files.exists(unfinished)) {
        MoreFiles.deleteRecursively(unfinished);
      }
    }
  }

  private static Path inside(Path folder, String name) throws IOException {
    Path file = folder.resolve(name.substring(name.indexOf('/') + 1)).normalize();
    if (!file.startsWith(folder)) {
      throw new IOException("The archive leads out of its folder with '" + name + "'.");
    }
    Files.createDirectories(file.getParent());
    return file;
  }

  private static long copy(InputStream in, Path file, long most) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      // Sizes that a zip states may be lies, so bytes are counted as they come.
      long bytes = ByteStreams.limit(in, most + 1).transferTo(out);
      if (bytes > most) {
        throw new IOException("The archive holds more than " + MOST_BYTES + " bytes of photos.");
      }
      return bytes;
    }
  }
}
