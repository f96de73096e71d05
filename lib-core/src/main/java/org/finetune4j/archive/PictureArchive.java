package org.finetune4j.archive;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;

/**
 * A zip file of pictures, read in place: nothing is unpacked, and pictures are read when they are
 * used. What {@link ImageDataset} reads of folders and lists, it reads of {@link #root} too.
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
  private final FileSystem files;
  private final Path root;

  private PictureArchive(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * Opens a zip file.
   *
   * @throws IOException if there is no such file, it is no zip file or damaged, or an entry's name
   *     leads out of it ({@code ../})
   */
  public static PictureArchive open(Path zip) throws IOException {
    if (!Files.isRegularFile(zip)) {
      throw new NoSuchFileException(zip.toString(), null, "There is no such file.");
    }
    FileSystem files = fileSystem(zip);
    try {
      return new PictureArchive(files, withoutWrapping(files.getPath("/")));
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private static FileSystem fileSystem(Path zip) throws IOException {
    String name = String.valueOf(zip.getFileName());
    if (name.endsWith(".tar") || name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
      throw new IOException(zip + " is a tar file; read in place are zip files. Unpack it.");
    }
    try {
      return FileSystems.newFileSystem(zip);
    } catch (ZipException e) {
      throw new IOException(
          zip + " is no zip file, damaged or names files outside: " + e.getMessage(), e);
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
