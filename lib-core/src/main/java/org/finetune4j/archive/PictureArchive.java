package org.finetune4j.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.files.AtomicFiles;

/**
 * A zip or tar file of pictures, read in place: nothing is unpacked, and pictures are read when
 * they are used. (Only {@code .tar.gz} files are, once, into a temporary file, since gzip cannot be
 * read in the middle.) What {@link ImageDataset} reads of folders and lists, it reads of {@link
 * #root} too.
 *
 * <pre>{@code
 * try (PictureArchive archive = PictureArchive.open(Path.of("photos.zip"))) {
 *   DatasetSplit split = archive.dataset().split(0.8, 0.1, 42);
 *   FeatureSet train = extractor.extract(split.train());
 * }
 * }</pre>
 *
 * <p>Safe to share between threads. Pictures cannot be read once it is closed.
 */
public final class PictureArchive implements AutoCloseable {
  private static final int TAR_MAGIC_AT = 257;
  private static final byte[] TAR_MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);

  private final FileSystem files;
  private final Path root;

  private PictureArchive(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * Opens a zip, tar or gzipped tar file, whatever its name is.
   *
   * @throws IOException if there is no such file, it is of another kind or damaged, an entry's name
   *     leads out of it ({@code ../}), is longer than 4,096 bytes or more than 100 folders deep, a
   *     tar file holds links, devices, files with holes or extended headers beyond 64 KiB, or more
   *     than a hundred bytes were packed into one
   */
  public static PictureArchive open(Path archive) throws IOException {
    AtomicFiles.requireRegular(Objects.requireNonNull(archive, "archive"));
    FileSystem files = fileSystem(archive);
    try {
      return new PictureArchive(files, withoutWrapping(files.getPath("/")));
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** What a file is, its first bytes say. */
  private static FileSystem fileSystem(Path archive) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(archive)) {
      start = in.readNBytes(TAR_MAGIC_AT + TAR_MAGIC.length);
    }
    if (start.length > 1 && start[0] == 0x1F && (start[1] & 0xFF) == 0x8B) {
      return TarFiles.openCompressed(archive);
    }
    int from = Math.min(TAR_MAGIC_AT, start.length);
    String name = String.valueOf(archive.getFileName());
    if (Arrays.equals(TAR_MAGIC, 0, TAR_MAGIC.length, start, from, start.length)
        || name.endsWith(".tar")) {
      return TarFiles.open(archive);
    }
    ZipNames.check(archive);
    try {
      return FileSystems.newFileSystem(archive);
    } catch (ZipException | ProviderNotFoundException e) {
      throw new IOException(
          archive + " is no zip or tar file, damaged or names files outside: " + e.getMessage(), e);
    }
  }

  /** Archives mostly hold one folder with everything in it; it is no class. */
  private static Path withoutWrapping(Path folder) throws IOException {
    List<Path> inside;
    try (Stream<Path> entries = Files.list(folder)) {
      inside = entries.filter(it -> !ofSystem(it)).toList();
    }
    if (inside.size() != 1 || !Files.isDirectory(inside.get(0))) {
      return folder;
    }
    try (Stream<Path> entries = Files.list(inside.get(0))) {
      return entries.filter(it -> !ofSystem(it)).allMatch(Files::isDirectory)
          ? inside.get(0)
          : folder;
    }
  }

  private static boolean ofSystem(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(".") || name.startsWith("__MACOSX");
  }

  /** Returns where its folders begin: a single folder around all others is passed over. */
  public Path root() {
    return root;
  }

  /**
   * Reads one folder per class, as {@link ImageDataset#fromDirectory}.
   *
   * @throws IOException if it cannot be read
   */
  public ImageDataset dataset() throws IOException {
    return ImageDataset.fromDirectory(root);
  }

  /**
   * Reads train, validation and test, as {@link DatasetSplit#fromDirectory}.
   *
   * @throws IOException if it cannot be read
   */
  public DatasetSplit split() throws IOException {
    return DatasetSplit.fromDirectory(root);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
