package org.finetune4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.decode.ImageFormat;
import org.finetune4j.decode.UnreadableFormat;
import org.finetune4j.pipeline.InParallel;
import org.finetune4j.text.ClassNames;
import org.finetune4j.text.NaturalOrder;

/** Walks a directory with one folder per class. */
final class ImageFolder {
  /** The files of one class. */
  record ClassFolder(String name, List<Path> images) {}

  private static final String LAYOUT =
      "The layout is one folder per class: <directory>/<class name>/<picture>.";

  /** What macOS, Windows, Linux and network drives leave in folders and archives. */
  private static final Set<String> SYSTEM_FOLDERS =
      Set.of(
          "__MACOSX",
          "$RECYCLE.BIN",
          "System Volume Information",
          "lost+found",
          "@eaDir",
          "@Recycle",
          "#recycle",
          "Thumbs.db",
          "desktop.ini");

  private final Path directory;
  private final List<SkippedFile> skipped = new ArrayList<>();
  private final List<ClassFolder> classes = new ArrayList<>();

  private ImageFolder(Path directory) {
    this.directory = directory;
  }

  /** Reads the names and first bytes of all files. */
  static ImageFolder scan(Path directory) throws IOException {
    requireFolder(directory);
    ImageFolder folder = new ImageFolder(directory);
    folder.scan();
    return folder;
  }

  /** Returns the folders in a directory that are neither hidden nor the system's own. */
  static List<Path> folders(Path directory) throws IOException {
    requireFolder(directory);
    List<Path> folders = new ArrayList<>();
    for (Path entry : children(directory)) {
      if (!isHidden(entry) && Files.isDirectory(entry)) {
        folders.add(entry);
      }
    }
    return folders;
  }

  private static void requireFolder(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      throw new NoSuchFileException(directory.toString(), null, "There is no such directory.");
    }
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory + ": it is a file. " + LAYOUT);
    }
  }

  /** In natural order of their names. */
  List<ClassFolder> classes() {
    return classes;
  }

  /** Returns what looks like another layout than was meant. */
  List<String> warnings() throws IOException {
    if (classes.size() != 1) {
      return List.of();
    }
    Path only = directory.resolve(classes.get(0).name());
    List<Path> inside = folders(only);
    return inside.size() < 2
        ? List.of()
        : List.of(
            "The only class is '"
                + classes.get(0).name()
                + "', which holds "
                + inside.size()
                + " folders, first "
                + inside.get(0)
                + ". If those are the classes, read "
                + only);
  }

  List<SkippedFile> skipped() {
    return skipped;
  }

  /** Returns the path from the directory on, with slashes on every machine. */
  String nameOf(Path file) {
    return relative(directory, file);
  }

  private static String relative(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private void scan() throws IOException {
    for (Path entry : children(directory)) {
      if (isHidden(entry)) {
        skipped.add(new SkippedFile(entry, SkippedFile.Reason.HIDDEN));
      } else if (Files.isDirectory(entry)) {
        ClassNames.requireReadable(fileName(entry), directory);
        classes.add(new ClassFolder(fileName(entry), images(entry)));
      } else {
        skipped.add(new SkippedFile(entry, SkippedFile.Reason.OUTSIDE_CLASS_FOLDERS));
      }
    }
    if (classes.isEmpty()) {
      throw new IllegalArgumentException(
          "No class folder in " + directory + found() + ". " + LAYOUT);
    }
  }

  /** Returns for example {@code (3 other files)}. */
  private String found() {
    return skipped.isEmpty() ? " (it is empty)" : " (" + skipped.size() + " other files)";
  }

  /** Returns the pictures in a folder and its subfolders. */
  private List<Path> images(Path classFolder) throws IOException {
    List<Path> files = filesBelow(classFolder);
    List<Optional<SkippedFile>> left = InParallel.map(files, file -> skip(classFolder, file));
    left.forEach(it -> it.ifPresent(skipped::add));
    return IntStream.range(0, left.size())
        .filter(i -> left.get(i).isEmpty())
        .mapToObj(files::get)
        .toList();
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .sorted(Comparator.comparing(ImageFolder::fileName, NaturalOrder.INSTANCE))
          .toList();
    }
  }

  /** A file and the name it is sorted by, which is made once: many files are compared often. */
  private record Named(String name, Path file) {}

  private static List<Path> filesBelow(Path folder) throws IOException {
    try (Stream<Path> files =
        Files.find(
            folder,
            Integer.MAX_VALUE,
            (file, attributes) -> !attributes.isDirectory(),
            FileVisitOption.FOLLOW_LINKS)) {
      return files
          .map(file -> new Named(relative(folder, file), file))
          .sorted(Comparator.comparing(Named::name, NaturalOrder.INSTANCE))
          .map(Named::file)
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Optional<SkippedFile> skip(Path classFolder, Path file) throws IOException {
    Path part = classFolder;
    for (Path name : classFolder.relativize(file)) {
      part = part.resolve(name);
      if (isHidden(part)) {
        return Optional.of(new SkippedFile(file, SkippedFile.Reason.HIDDEN));
      }
    }
    return skip(file);
  }

  /** Returns why a file is no picture, by its first bytes; nothing if it looks like one. */
  static Optional<SkippedFile> skip(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.of(new SkippedFile(file, SkippedFile.Reason.MISSING));
    }
    if (!Files.isRegularFile(file)) {
      return Optional.of(new SkippedFile(file, SkippedFile.Reason.NOT_AN_IMAGE));
    }
    byte[] header;
    try (InputStream in = Files.newInputStream(file)) {
      header = in.readNBytes(UnreadableFormat.HEADER_LENGTH);
    }
    if (header.length == 0) {
      return Optional.of(new SkippedFile(file, SkippedFile.Reason.EMPTY));
    }
    return ImageFormat.of(header).isPresent()
        ? Optional.empty()
        : Optional.of(notRead(file, header));
  }

  private static SkippedFile notRead(Path file, byte[] header) {
    return UnreadableFormat.of(header)
        .map(
            format ->
                new SkippedFile(
                    file,
                    SkippedFile.Reason.FORMAT_NOT_READ,
                    format.description() + ", cannot be read here. " + format.wayOut()))
        .orElseGet(() -> new SkippedFile(file, SkippedFile.Reason.NOT_AN_IMAGE));
  }

  private static boolean isHidden(Path path) throws IOException {
    String name = fileName(path);
    return name.startsWith(".") || SYSTEM_FOLDERS.contains(name) || Files.isHidden(path);
  }

  private static String fileName(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }
}
