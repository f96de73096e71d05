package org.finetune4j.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;

/** Where in a tar file everything lies. Of entries with one name the last counts, as with tar. */
final class TarTree {
  /** Entries beyond it are an attack or another kind of data set. */
  private static final int MOST_ENTRIES = 20_000_000;

  /** Folders may be many times as long as the names that make them. */
  private static final int MOST_FOLDERS = 100_000;

  private static final int BLOCK = 20 * TarHeaders.RECORD;

  /**
   * A file or folder.
   *
   * @param offset where its bytes begin in the tar file
   * @param size how many they are
   * @param changed when it was
   * @param children by name; empty for files
   */
  record Node(boolean folder, long offset, long size, Instant changed, Map<String, Node> children) {
    static Node ofFolder(Instant changed) {
      return new Node(true, 0, 0, changed, new TreeMap<>());
    }
  }

  private final Node root = Node.ofFolder(Instant.EPOCH);
  private int folders;

  private TarTree() {}

  /**
   * Reads all headers.
   *
   * @param name of the tar file, for messages
   * @throws IOException if it is no whole tar file; if a name leads out of it; or if it holds
   *     links, devices or files with holes
   */
  static TarTree read(Path name, SeekableByteChannel tar) throws IOException {
    TarTree tree = new TarTree();
    long length = tar.size();
    try {
      requireEnd(tar);
      TarHeaders.check(tar);
      tar.position(0);
      // Not closed: that would close the channel, from which pictures are read.
      TarFile file = new TarFile(tar, BLOCK, TarHeaders.RECORD, "UTF-8", false);
      if (file.getEntries().size() > MOST_ENTRIES) {
        throw new IOException("it has " + file.getEntries().size() + " entries");
      }
      for (TarArchiveEntry entry : file.getEntries()) {
        tree.add(entry, length);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(name + " cannot be read as a tar file: " + e.getMessage(), e);
    }
    return tree;
  }

  /** A tar file ends with empty records, so that one which was cut off can be told. */
  private static void requireEnd(SeekableByteChannel tar) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(TarHeaders.RECORD);
    if (tar.size() >= TarHeaders.RECORD) {
      tar.position(tar.size() - TarHeaders.RECORD);
      while (last.hasRemaining() && tar.read(last) >= 0) {}
    }
    if (last.hasRemaining() || last.flip().mismatch(ByteBuffer.allocate(TarHeaders.RECORD)) >= 0) {
      throw new IOException("its end is missing");
    }
  }

  private void add(TarArchiveEntry entry, long length) throws IOException {
    List<String> names = names(entry.getName());
    boolean file = entry.getLinkFlag() == TarConstants.LF_NORMAL || oldFile(entry);
    if (names.isEmpty() || entry.isGlobalPaxHeader()) {
      return;
    }
    if (!file && !entry.isDirectory()) {
      throw new IOException(
          "'" + entry.getName() + "' is neither a plain file nor a folder, but a link or the like");
    }
    Node folder = root;
    for (String name : names.subList(0, names.size() - 1)) {
      folder = folder(folder, name, entry);
    }
    String last = names.get(names.size() - 1);
    if (entry.isDirectory()) {
      folder(folder, last, entry);
      return;
    }
    long offset = entry.getDataOffset();
    if (offset < 0 || entry.getSize() < 0 || entry.getSize() > length - offset) {
      throw new IOException("'" + entry.getName() + "' ends behind its end");
    }
    Node before =
        folder
            .children()
            .put(last, new Node(false, offset, entry.getSize(), changed(entry), Map.of()));
    requireSameKind(before == null || !before.folder(), entry);
  }

  /** Of the first tar programs, and contiguous files. */
  private static boolean oldFile(TarArchiveEntry entry) {
    return (entry.getLinkFlag() == TarConstants.LF_OLDNORM
            || entry.getLinkFlag() == TarConstants.LF_CONTIG)
        && !entry.isDirectory();
  }

  private Node folder(Node in, String name, TarArchiveEntry entry) throws IOException {
    Node folder = in.children().get(name);
    if (folder == null) {
      folder = Node.ofFolder(changed(entry));
      in.children().put(name, folder);
      if (++folders > MOST_FOLDERS) {
        throw new IOException("it has more than " + MOST_FOLDERS + " folders");
      }
    }
    requireSameKind(folder.folder(), entry);
    return folder;
  }

  private static void requireSameKind(boolean same, TarArchiveEntry entry) throws IOException {
    if (!same) {
      throw new IOException("'" + entry.getName() + "' needs a name as file and as folder");
    }
  }

  private static Instant changed(TarArchiveEntry entry) {
    return entry.getLastModifiedTime().toInstant();
  }

  private static List<String> names(String path) throws IOException {
    List<String> names = new ArrayList<>();
    EntryNames.requireLength(path.length());
    for (String name : Arrays.asList(path.split("/"))) {
      if (name.equals("..")) {
        throw new IOException("'" + path + "' leads out of it");
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    EntryNames.requireDepth(names.size());
    return names;
  }

  Optional<Node> find(Path path) {
    Node node = root;
    for (String name : ((TarPath) path.toAbsolutePath().normalize()).names()) {
      Node child = node.children().get(name);
      if (child == null) {
        return Optional.empty();
      }
      node = child;
    }
    return Optional.of(node);
  }
}
