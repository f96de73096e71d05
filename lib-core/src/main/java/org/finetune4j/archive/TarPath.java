package org.finetune4j.archive;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path in a tar file: names with slashes between them, absolute or relative to its root. */
final class TarPath implements Path {
  private final TarFiles files;
  private final boolean absolute;
  private final List<String> names;

  TarPath(TarFiles files, boolean absolute, List<String> names) {
    this.files = files;
    this.absolute = absolute;
    this.names = List.copyOf(names);
  }

  static TarPath of(TarFiles files, String text) {
    List<String> names = Arrays.stream(text.split("/")).filter(it -> !it.isEmpty()).toList();
    return new TarPath(files, text.startsWith("/"), names);
  }

  List<String> names() {
    return names;
  }

  private TarPath with(List<String> other) {
    return new TarPath(files, absolute, other);
  }

  private TarPath relative(List<String> other) {
    return new TarPath(files, false, other);
  }

  private TarPath own(Path other) {
    return other instanceof TarPath path ? path : of(files, other.toString().replace('\\', '/'));
  }

  @Override
  public FileSystem getFileSystem() {
    return files;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public @Nullable Path getRoot() {
    return absolute ? with(List.of()) : null;
  }

  @Override
  public @Nullable Path getFileName() {
    return names.isEmpty() ? null : getName(names.size() - 1);
  }

  @Override
  public @Nullable Path getParent() {
    int parents = names.size() - 1;
    return parents < 0 || (parents == 0 && !absolute) ? null : with(names.subList(0, parents));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public Path getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public Path subpath(int from, int to) {
    if (from < 0 || from >= to || to > names.size()) {
      throw new IllegalArgumentException("'" + this + "' has no names " + from + " to " + to + ".");
    }
    return relative(names.subList(from, to));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof TarPath path
        && path.absolute == absolute
        && path.names.size() <= names.size()
        && names.subList(0, path.names.size()).equals(path.names);
  }

  @Override
  public boolean endsWith(Path other) {
    return other instanceof TarPath path
        && (path.absolute ? equals(path) : Collections.lastIndexOfSubList(names, path.names) >= 0)
        && names.subList(names.size() - path.names.size(), names.size()).equals(path.names);
  }

  @Override
  public Path normalize() {
    List<String> kept = new ArrayList<>();
    for (String name : names) {
      boolean up = name.equals("..");
      if (up && !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..")) {
        kept.remove(kept.size() - 1);
      } else if (!name.equals(".") && !(up && absolute)) {
        kept.add(name);
      }
    }
    return with(kept);
  }

  @Override
  public Path resolve(Path other) {
    TarPath path = own(other);
    if (path.absolute) {
      return path;
    }
    List<String> all = new ArrayList<>(names);
    all.addAll(path.names);
    return with(all);
  }

  @Override
  public Path relativize(Path other) {
    TarPath path = own(other);
    if (path.absolute != absolute) {
      throw new IllegalArgumentException("One of '" + this + "' and '" + other + "' is absolute.");
    }
    int common = 0;
    while (common < Math.min(names.size(), path.names.size())
        && names.get(common).equals(path.names.get(common))) {
      common++;
    }
    List<String> way = new ArrayList<>(Collections.nCopies(names.size() - common, ".."));
    way.addAll(path.names.subList(common, path.names.size()));
    return relative(way);
  }

  @Override
  public URI toUri() {
    throw new UnsupportedOperationException("What lies in a tar file has no address.");
  }

  @Override
  public Path toAbsolutePath() {
    return new TarPath(files, true, names);
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    Path real = toAbsolutePath().normalize();
    if (files.tree().find(real).isEmpty()) {
      throw new NoSuchFileException(files + "!" + real);
    }
    return real;
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("A tar file that is read does not change.");
  }

  @Override
  public int compareTo(Path other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TarPath path
        && path.files == files
        && path.absolute == absolute
        && path.names.equals(names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  @Override
  public String toString() {
    return (absolute ? "/" : "") + String.join("/", names);
  }
}
