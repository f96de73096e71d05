package org.finetune4j.weights;

import com.google.common.hash.Hasher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.finetune4j.files.PrivateBytes;

/**
 * A file of the cache whose bytes are compared with its checksums while they are read: what is used
 * is what was checked, whoever writes to the folder meanwhile. {@link WeightStore#read} hands it
 * out. Immutable and thread-safe.
 */
public final class CheckedFile {
  /** The most bytes of one buffer. */
  private static final int LARGEST_PIECE = 1 << 30;

  private final Path main;
  private final Map<Path, List<Checksum>> expected;

  CheckedFile(Path main, Map<Path, List<Checksum>> expected) {
    this.main = main;
    this.expected = Map.copyOf(expected);
  }

  /** Says that a file is not what it should be. */
  public static final class Damaged extends IOException {
    private static final long serialVersionUID = 1;

    Damaged(Path part, String why) {
      super(part + ": " + why);
    }
  }

  /** Returns where the main part lies; the others lie beside it. */
  public Path main() {
    return main;
  }

  /**
   * Reads a part whole into memory of this process, outside of the heap where it is large.
   *
   * @return its bytes, in pieces of up to 1 GiB
   * @throws IOException if it is no part of this file, cannot be read, or has another checksum:
   *     then {@link WeightStore#read} fetches it anew
   */
  public List<ByteBuffer> read(Path part) throws IOException {
    List<Checksum> checksums = expected.get(part);
    if (checksums == null) {
      throw new IOException(part + " does not belong to " + main);
    }
    List<ByteBuffer> pieces = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.READ)) {
      for (long at = 0; at < channel.size(); at += LARGEST_PIECE) {
        int length = (int) Math.min(LARGEST_PIECE, channel.size() - at);
        pieces.add(PrivateBytes.read(channel, at, length));
      }
    }
    for (Checksum checksum : checksums) {
      Hasher hasher = checksum.algorithm().function().newHasher();
      pieces.forEach(piece -> hasher.putBytes(piece.duplicate()));
      try {
        checksum.require(hasher.hash().toString());
      } catch (IOException e) {
        throw new Damaged(part, String.valueOf(e.getMessage()));
      }
    }
    return pieces;
  }
}
